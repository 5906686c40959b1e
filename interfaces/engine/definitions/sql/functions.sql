-- Functions that report SQL shares: how amounts and times are printed. Each is exact.

-- Minor units (any whole number) as a decimal of the currency's own exponent: -5 usd is -0.05, 5 jpy is 5. 64-bit
-- decimals print three times as fast as 128-bit ones, so amounts that fit use them; a search in one text is planned
-- faster than a list of codes. The codes are put in from `domain/money.py`.
create macro decimal_text(minor, currency) as
    case
        when strpos('{zero_decimal}', currency) > 0
        then cast(minor as varchar)
        when strpos('{three_decimal}', currency) > 0
        then cast(cast(minor as decimal(35, 0)) * cast(0.001 as decimal(3, 3)) as varchar)
        else coalesce(
            cast(try_cast(minor as decimal(16, 0)) * cast(0.01 as decimal(2, 2)) as varchar),
            cast(cast(minor as decimal(36, 0)) * cast(0.01 as decimal(2, 2)) as varchar)
        )
    end;

create macro amount_text(minor, currency, separator) as
    case
        when separator = '.'
        then decimal_text(minor, currency)
        else replace(decimal_text(minor, currency), '.', separator)
    end;

-- An instant as `2025-01-31 23:59:59` of UTC. Going through microseconds spares a calendar look-up for every row.
create macro utc_text(instant) as
    cast(date_trunc('second', make_timestamp(epoch_us(instant))) as varchar);

-- The same in an IANA zone, daylight saving included.
create macro local_text(instant, zone) as
    case
        when zone = 'Etc/UTC'
        then utc_text(instant)
        else cast(date_trunc('second', instant at time zone zone) as varchar)
    end;

create macro local_date_text(instant, zone) as
    substr(local_text(instant, zone), 1, 10);

-- The value of one key of a JSON object, null when it has none. The key is a JSON pointer.
create macro metadata_value(metadata, pointer) as
    json_extract_string(metadata, pointer);

create macro date_text(instant) as
    substr(utc_text(instant), 1, 10);

-- The whole part of a quotient of whole numbers. Engines divide decimals as floating point; without the remainder, the
-- quotient is a whole number, which that holds exactly up to 2^53.
create macro whole_quotient(numerator, denominator) as
    cast(round((numerator - numerator % denominator) / denominator) as decimal(16, 0));

-- How much more `now` is than `before`, in percent with two decimals, halves rounded away from zero: 150 after 100 is
-- 50.00. Nothing is a part of nothing.
create macro change_percent(now, before) as
    case
        when before <> 0
        then cast(
            case when (now < before) = (before < 0) then 1 else -1 end
            * whole_quotient(
                abs(now - before) * cast(20000 as decimal(5, 0)) + abs(before),
                abs(before) * cast(2 as decimal(1, 0))
            )
            * cast(0.01 as decimal(2, 2)) as varchar
        )
    end;

create macro truth_text(truth) as
    case when truth then 'true' else 'false' end;
