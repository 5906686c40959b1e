-- Four lines for each currency that has an opening balance, or a transaction created before the interval's end. Amounts
-- are text in major units; the starting balance is everything that counted before the interval's start. Version 2 also
-- has lines of gross amounts and fees; that of payout fees is left out when there are none, as in files seen in use.
with movement as (
    select
        bt.account,
        bt.currency,
        bt.created,
        true as is_payout,
        instant,
        cast(bt.fee as decimal(38, 0)) as fee_minor,
        cast(bt.net as decimal(38, 0)) as net_minor
    from report_rows bt
    union all
    select
        bt.account,
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
opening as (
    select
        bt.account,
        bt.currency,
        bt.as_of,
        cast(bt.amount as decimal(38, 0)) as amount_minor
    from opening_balances bt
),
-- An opening balance holds every movement before its `as_of`: they count once, also where the ledger has them. So the
-- balance before `as_of` is found by going back from there.
change as (
    select
        movement.currency,
        movement.created < $interval_end as is_listed,
        movement.is_payout,
        movement.instant >= $interval_start and movement.instant < $interval_end as is_within,
        case when movement.instant < $interval_start then movement.net_minor else 0 end
            - case when movement.instant < opening.as_of then movement.net_minor else 0 end as starting_minor,
        movement.fee_minor,
        movement.net_minor
    from movement
    left join opening
        on opening.account = movement.account
        and opening.currency = movement.currency
    union all
    select currency, true, false, false, amount_minor, 0, 0
    from opening
    union all
    select later.currency, false, false, false, -later.net, 0, 0
    from balance_transactions later
    join opening
        on opening.account = later.account
        and opening.currency = later.currency
    where later.reporting_category not in ('payout', 'payout_reversal')
        and later.created >= $interval_end
        and later.created < opening.as_of
),
total as (
    select
        currency,
        sum(starting_minor) as starting_minor,
        sum(case when is_within and not is_payout then net_minor else 0 end) as activity_minor,
        sum(case when is_within and is_payout then net_minor else 0 end) as payouts_minor,
        sum(case when is_within and not is_payout then fee_minor else 0 end) as activity_fee_minor,
        sum(case when is_within and is_payout then fee_minor else 0 end) as payouts_fee_minor
    from change
    group by currency
    having bool_or(is_listed)
),
balance as (
    select
        *,
        starting_minor + activity_minor + payouts_minor as ending_minor
    from total
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
