-- Macros that read one value of a file. Each gives null where the value is not what it should be.
-- The session's time zone is UTC, so a time without a zone is UTC.

-- A text without the spaces around it. Most texts have none, and looking whether it is so takes a quarter of the time.
create macro trimmed(text) as
    case
        when starts_with(text, ' ') or ends_with(text, ' ') or strlen(text) <> length(text) then trim(text)
        else text
    end;

create macro whole_integer(number) as try_cast(number as bigint);

create macro whole_decimal(number) as
    case when number = trunc(number) then try_cast(number as bigint) end;

-- A float holds whole numbers exactly below 2^53 only; 2^53 may be one that was rounded.
create macro whole_float(number) as
    case when abs(number) < 9007199254740992 then whole_decimal(number) end;

-- `1000.0` is how programs print a whole number that they keep as a float. `10.00` is money in another unit.
create macro whole_number(text) as
    case
        when regexp_full_match(text, '[+-]?[0-9]+') then try_cast(text as bigint)
        when regexp_full_match(text, '[+-]?[0-9]+[.]0') then whole_float(try_cast(text as double))
    end;

-- Why text that is given is no whole number; the largest that 64 bits hold is 9223372036854775807.
create macro not_whole(text) as
    case
        when not regexp_full_match(text, '[+-]?[0-9]+([.]0+|([.][0-9]+)?[eE][+]?[0-9]+)?')
            or abs(try_cast(text as double)) < 9007199254740992
        then 'is not a whole number. Amounts count the currency''s smallest unit: 1250 for 12.50 usd.'
        when abs(try_cast(text as double)) < 9223372036854775808.0
        then 'is too large to be exact in floating point. Give it as an integer.'
        else 'is too large: whole numbers lie between -9223372036854775808 and 9223372036854775807 (64 bits).'
    end;

create macro truth(text) as
    case
        when lower(text) in ('true', 't', '1', '1.0') then true
        when lower(text) in ('false', 'f', '0', '0.0') then false
    end;

create macro decimal_text(text) as
    case
        when regexp_full_match(text, '[+-]?[0-9]+([.][0-9]+)?') then text
        when regexp_full_match(text, '[+-]?[0-9]+([.][0-9]+)?[eE][+-]?[0-9]+')
            then rtrim(rtrim(cast(try_cast(text as decimal(38, 18)) as varchar), '0'), '.')
    end;

-- Whole seconds, from 1970 on and before `latest()`.
create macro instant(moment) as
    case
        when epoch_us(moment) between 0 and latest() * 1000000 - 1
            then make_timestamptz(epoch_us(moment) // 1000000 * 1000000)
    end;

-- The month of an instant, `2025-01`: of a time without a zone, since a zone makes it take three times as long.
-- Rows without a time are in a partition of their own.
create macro month_of(moment) as coalesce(strftime(make_timestamp(epoch_us(moment)), '%Y-%m'), 'undated');

-- Seconds, milliseconds or microseconds since 1970, by size. Milliseconds and microseconds count from 2000 on, since
-- smaller ones could be seconds.
create macro seconds_of(number) as
    case
        when number < latest() then floor(number)
        when number >= 946684800000 and number < latest() * 1000 then floor(number / 1000)
        when number >= 946684800000000 and number < latest() * 1000000 then floor(number / 1000000)
    end;

-- Spreadsheets keep a day as a number, 45721 for 2025-03-05; such a number would be a second of 1970-01-01.
create macro may_be_day_number(number) as number >= 20000 and number < 80000;

-- A day without dashes, 20250305; such a number would be a second of August 1970.
create macro may_be_bare_day(number) as number >= 19000101 and number < 21010000;

create macro instant_of_number(number) as
    case
        when number >= 0 and not may_be_day_number(number) and not may_be_bare_day(number)
            then make_timestamptz(cast(seconds_of(number) as bigint) * 1000000)
    end;

-- Why text is no time.
create macro not_a_time(text) as
    case
        when regexp_full_match(text, '[0-9]{5}([.,][0-9]+)?') and may_be_day_number(cast(text[1:5] as bigint))
        then 'may be a day as spreadsheets count them, ' || cast(date '1899-12-30' + cast(text[1:5] as integer) as varchar)
            || ', or a second of 1970-01-01. Write the date and time out, such as 2025-01-01 00:00:00.'
        when regexp_full_match(text, '(19|20)[0-9]{6}([.]0+)?')
        then 'may be a day without dashes, or a second of 1970. Write the date out, such as 2025-01-01 or 2025-01-01 00:00:00.'
        else 'is not a time from 1970-01-01 through 9999-12-30. '
            || 'Give Unix seconds (1735689600) or UTC (2025-01-01 00:00:00).'
    end;

-- Times without a zone come first: they are the most, and reading a zone costs ten times as much. No place on earth is
-- more than 14 hours away from UTC.
create macro instant_of_text(text) as
    case
        when regexp_full_match(text, '[0-9]+([.][0-9]+)?') then instant_of_number(try_cast(split_part(text, '.', 1) as bigint))
        when regexp_full_match(text, '[0-9]{4}-[0-9]{2}-[0-9]{2}([ T][0-9]{2}:[0-9]{2}(:[0-9]{2}([.][0-9]+)?)?)?')
            then instant(try_cast(text as timestamp))
        when regexp_full_match(
            text,
            '[0-9]{4}-[0-9]{2}-[0-9]{2}[ T][0-9]{2}:[0-9]{2}(:[0-9]{2}([.][0-9]+)?)? ?'
            || '(UTC|Z|[+-](0[0-9]|1[0-3])(:?[0-5][0-9])?|[+-]14(:?00)?)'
        )
            then instant(
                try_cast(
                    regexp_replace(regexp_replace(text, ' ?(UTC|Z)$', '+00'), ' ?([+-][0-9]{2}):?([0-9]{2})$', '\1:\2')
                    as timestamptz
                )
            )
        -- As spreadsheets write it where decimals have commas.
        when regexp_full_match(text, '[0-9]{1,2}[.][0-9]{1,2}[.][0-9]{4}( [0-9]{1,2}:[0-9]{2}(:[0-9]{2})?)?')
            then instant(try_strptime(text, ['%d.%m.%Y', '%d.%m.%Y %H:%M', '%d.%m.%Y %H:%M:%S']))
    end;

-- A connector's time stamp: a time as above, to the microsecond.
create macro microseconds_of_text(text) as
    case
        when regexp_full_match(text, '[0-9]+([.][0-9]+)?')
            then cast(
                try_cast(text as decimal(38, 6)) * case
                    when try_cast(text as double) < latest() then 1000000
                    when try_cast(text as double) < latest() * 1000 then 1000
                    else 1
                end as bigint
            )
        else epoch_us(try_cast(regexp_replace(text, ' ?(UTC|Z)$', '+00') as timestamptz))
    end;

-- `12.5` of `12.500`: how many decimals a typed column prints says nothing about its values.
create macro without_zeros(text) as
    case when contains(text, '.') then rtrim(rtrim(text, '0'), '.') else text end;

create macro has_decimal_comma(text) as
    regexp_full_match(text, '[+-]?([0-9.]+,([0-9]{1,2}|[0-9]{4,6})|[0-9]{4,},[0-9]{3})');

create macro has_decimal_point(text) as
    regexp_full_match(text, '[+-]?([0-9,]+[.]([0-9]{1,2}|[0-9]{4,6})|[0-9]{4,}[.][0-9]{3})');

-- `12.500` of `12,500`, where a comma separates decimals; null for `12.500`, whose dot groups thousands then, as it does
-- in `1.250.000`, or separates decimals all the same.
create macro with_point(text) as
    case
        when regexp_full_match(text, '[+-]?[0-9]{1,3}[.][0-9]{3}') then null
        when contains(text, '.') then text
        else replace(text, ',', '.')
    end;

-- `12,500` and `12.500` may be twelve and a half, or twelve thousand five hundred.
create macro may_be_thousands(text, currency) as
    regexp_full_match(text, '[+-]?[0-9]{1,3},[0-9]{3}')
    or (regexp_full_match(text, '[+-]?[0-9]{1,3}[.][0-9]{3}') and minor_units_of(currency) <> 1000);

-- `12.500` in kwd: a decimal point, or one that groups thousands in a file whose decimals have commas.
create macro may_have_three_decimals(text, currency) as
    minor_units_of(currency) = 1000 and regexp_full_match(text, '[+-]?[0-9]{1,3}[.][0-9]{3}');

-- What an amount looks like: jpy has no decimals, usd has two, kwd has three.
create macro sample_amount(currency) as
    case minor_units_of(currency) when 1 then '1250' when 1000 then '12.500' else '12.50' end;

-- Why text is no amount of a currency. Where commas separate decimals, `12.500` is none in kwd, too.
create macro not_an_amount(text, currency) as
    case
        when may_have_three_decimals(text, currency)
        then 'may hold thousands or decimals of ' || currency || '. Write amounts without separators of thousands, and '
            || 'with a comma before decimals, such as 12,500.'
        when may_be_thousands(text, currency)
        then 'may hold thousands or decimals of ' || coalesce(currency, 'a currency') || '. Write amounts without separators of thousands, such as '
            || sample_amount(currency) || '.'
        else 'is not an amount in ' || coalesce(currency, 'a currency') || ', such as ' || sample_amount(currency) || '.'
    end;

-- A number in major units as programs write it. The last separator is that of decimals; a comma or dot before it groups
-- thousands, and so do spaces and apostrophes.
create macro plain_number(text) as
    case
        when regexp_full_match(text, '[+-]?[0-9]{1,3}([ \x{A0}\x{202F}''’][0-9]{3})+([.,][0-9]{1,6})?')
            then replace(regexp_replace(text, '[ \x{A0}\x{202F}''’]', '', 'g'), ',', '.')
        when regexp_full_match(text, '[+-]?[0-9]+([.,][0-9]{1,6})?') then replace(text, ',', '.')
        when regexp_full_match(text, '[+-]?[0-9]{1,3}(,[0-9]{3})+[.][0-9]{1,6}') then replace(text, ',', '')
        when regexp_full_match(text, '[+-]?[0-9]{1,3}([.][0-9]{3})+,[0-9]{1,6}')
            then replace(replace(text, '.', ''), ',', '.')
    end;

-- An amount in major units as minor units, exactly: 12.50 usd is 1250.
create macro minor_units(text, currency) as
    case
        when not may_be_thousands(text, currency)
        then whole_decimal(try_cast(plain_number(text) as decimal(38, 6)) * minor_units_of(currency))
    end;

-- Words that stand for a missing value where no text is expected. None is longer than four bytes, which most values are.
create macro is_missing(text) as
    case when strlen(text) > 4 then false else text in ('', '\N', 'NULL', 'null', 'NaN', 'nan') end;

create macro id_of_trimmed(text) as case when not is_missing(text) then text end;

-- Keys with their values; of a key that is there several times, the last value counts, as in a JSON object.
create macro last_of_each_key(pairs) as
    list_filter(
        pairs,
        lambda pair, position: not list_contains(list_transform(pairs[position + 1:], lambda later: later.key), pair.key)
    );

create macro metadata_of_pairs(pairs) as
    case
        when len(list_filter(pairs, lambda pair: pair.key is not null and pair.value is not null)) > 0
        then cast(
            to_json(
                map_from_entries(
                    last_of_each_key(list_filter(pairs, lambda pair: pair.key is not null and pair.value is not null))
                )
            ) as varchar
        )
    end;

-- Keys without a value, such as a Parquet struct has for keys of other rows, are dropped.
create macro json_object_text(text) as
    case
        when not json_valid(text) or json_type(text) <> 'OBJECT' then null
        when contains(text, 'null') then cast(json_merge_patch('{}', text) as varchar)
        else cast(json(text) as varchar)
    end;

-- A list of records `{"key": "order_id", "value": "6735"}`.
create macro json_pairs_text(text) as
    case
        when json_valid(text) and json_type(text) = 'ARRAY' and json_array_length(text) = len(json_extract(text, '$[*].key'))
        then coalesce(
            metadata_of_pairs(
                list_transform(
                    json_extract(text, '$[*]'),
                    lambda pair: {'key': json_extract_string(pair, '/key'), 'value': json_extract_string(pair, '/value')}
                )
            ),
            '{}'
        )
    end;

-- Some connectors wrap the JSON in quotes, escaped as a JSON string or not at all.
create macro unquoted_json(text) as
    case when json_valid(text) and json_type(text) = 'VARCHAR' then text ->> '$' when text like '"{%}"' then text[2:-2] end;

create macro metadata_text(text) as
    coalesce(
        json_object_text(text),
        json_object_text(unquoted_json(text)),
        json_pairs_text(text),
        json_pairs_text(unquoted_json(text))
    );

create macro account_id(text) as
    case when regexp_full_match(text, 'acct_[A-Za-z0-9_]+') then text end;

-- The JSON at a path; null where there is none, or the text is no JSON.
create macro json_at(text, path) as cast(try(json_extract(text, path)) as varchar);

-- One value of an API object: of an expanded object its id; of a list nothing.
create macro json_scalar(value) as
    case
        when value[1] = '{' then value ->> '$.id'
        when value[1] = '[' or value = 'NaN' then null
        else value ->> '$'
    end;

-- The same of a value inside an object, or inside an object that is itself written as a JSON string.
create macro json_nested(value, whole, path) as
    case
        when value is null and whole[1] = '"' then json_scalar(json_at(whole ->> '$', path))
        else json_scalar(value)
    end;

-- A value inside the JSON of a cell.
create macro nested_text(text, path) as
    case when starts_with(text, '{') or starts_with(text, '[') then json_scalar(json_at(text, path)) end;

-- JSON that an envelope holds, as an object or written as a JSON string.
create macro json_content(value) as case when value[1] = '"' then value ->> '$' else nullif(value, 'null') end;

-- A JSON object; null for any other text.
create macro object_text(text) as case when starts_with(text, '{') and json_valid(text) then text end;

create macro reference_id(text) as
    case
        when (starts_with(text, '{') or starts_with(text, '"')) and json_valid(text) then json_scalar(text)
        else text
    end;

-- A value as a message shows it; the error escapes its control characters.
create macro shown(text) as
    '''' || case when length(text) > 80 then left(text, 77) || '...' else text end || '''';
