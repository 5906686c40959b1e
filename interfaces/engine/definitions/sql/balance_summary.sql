-- Four lines for each currency that has a transaction created before the interval's end. Amounts are text in major
-- units; the starting balance is everything that counted before the interval's start. Version 2 also has lines of
-- gross amounts and fees; that of payout fees is left out when there are none, as in files seen in use.
with movement as (
    select
        bt.currency,
        bt.created,
        true as is_payout,
        instant,
        cast(bt.fee as decimal(38, 0)) as fee_minor,
        cast(bt.net as decimal(38, 0)) as net_minor
    from report_rows bt
    union all
    select
        bt.currency,
        bt.created,
        false,
        bt.created,
        cast(bt.fee as decimal(38, 0)),
        cast(bt.net as decimal(38, 0))
    from balance_transactions bt
    where bt.reporting_category not in ('payout', 'payout_reversal')
        and bt.created < $interval_end
),
balance as (
    select
        currency,
        sum(case when instant < $interval_start then net_minor else 0 end) as starting_minor,
        sum(
            case
                when instant >= $interval_start and instant < $interval_end and not is_payout then net_minor
                else 0
            end
        ) as activity_minor,
        sum(
            case
                when instant >= $interval_start and instant < $interval_end and is_payout then net_minor
                else 0
            end
        ) as payouts_minor,
        sum(
            case
                when instant >= $interval_start and instant < $interval_end and not is_payout then fee_minor
                else 0
            end
        ) as activity_fee_minor,
        sum(
            case
                when instant >= $interval_start and instant < $interval_end and is_payout then fee_minor
                else 0
            end
        ) as payouts_fee_minor,
        sum(case when instant < $interval_end then net_minor else 0 end) as ending_minor
    from movement
    where created < $interval_end
        or instant < $interval_end
    group by currency
    having min(created) < $interval_end
),
line as (
    select
        currency,
        1 as place,
        'starting_balance' as category,
        'Starting balance (' || local_date_text($interval_start, $timezone) || ')' as description,
        starting_minor as net_minor
    from balance
    union all
    select currency, 2, 'activity_gross', 'Account activity before fees', activity_minor + activity_fee_minor
    from balance
    where $fee_lines
    union all
    select currency, 3, 'activity_fee', 'Less fees', -activity_fee_minor
    from balance
    where $fee_lines
    union all
    select currency, 4, 'activity', 'Activity', activity_minor
    from balance
    union all
    select currency, 5, 'payouts_gross', 'Payouts to bank', payouts_minor + payouts_fee_minor
    from balance
    where $fee_lines
    union all
    select currency, 6, 'payouts_fee', 'Payout fees', -payouts_fee_minor
    from balance
    where $fee_lines
        and payouts_fee_minor <> 0
    union all
    select currency, 7, 'payouts', 'Total payouts', payouts_minor
    from balance
    union all
    select
        currency,
        8,
        'ending_balance',
        'Ending balance (' || local_date_text($last_second, $timezone) || ')',
        ending_minor
    from balance
)
select
    category,
    description,
    amount_text(net_minor, currency, '.') as net_amount,
    currency
from line
order by
    line.currency,
    line.place
