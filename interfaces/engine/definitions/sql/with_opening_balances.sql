-- The balance transactions that no opening balance holds, and a row for what is left of each opening balance at the
-- interval's end. Rows that settle each other, an automatic payout and what it pays out, leave the rest as it was; a
-- payout whose transactions are older than the ledger uses it up. So the balance is the net of all rows that no
-- automatic payout has settled, plus manual payouts and reversals, as it is without opening balances.
with opening as (
    select
        bt.account,
        bt.currency,
        bt.as_of,
        cast(bt.amount as decimal(38, 0)) as amount_minor
    from opening_balances bt
),
movement as (
    select
        bt.account,
        bt.currency,
        instant,
        cast(bt.net as decimal(38, 0)) as net_minor,
        case
            when bt.reporting_category = 'payout' then payout.automatic
            else automatic_payout.arrival_date < $interval_end
        end as is_settled
    from payout_movements bt
    union all
    select
        bt.account,
        bt.currency,
        instant,
        cast(bt.net as decimal(38, 0)),
        automatic_payout.arrival_date < $interval_end
    from transactions bt
    where bt.reporting_category not in ('payout', 'payout_reversal')
),
-- Before `as_of`, the balance is found by going back from there.
part as (
    select
        opening.account,
        opening.currency,
        opening.as_of,
        case
            when movement.instant >= $interval_end then -movement.net_minor
            else movement.net_minor
        end as net_minor
    from opening
    join movement
        on movement.account = opening.account
        and movement.currency = opening.currency
    where (movement.instant >= opening.as_of and movement.instant < $interval_end and movement.is_settled)
        or (movement.instant < opening.as_of and movement.instant >= $interval_end)
    union all
    select account, currency, as_of, amount_minor
    from opening
),
rest as (
    select
        account,
        currency,
        as_of,
        sum(net_minor) as net_minor
    from part
    group by
        account,
        currency,
        as_of
)
select
    entry.account,
    entry.id,
    entry.amount,
    entry.fee,
    entry.net,
    entry.currency,
    entry.created,
    entry.available_on,
    entry.reporting_category,
    entry.description,
    entry.source,
    entry.payout_id,
    entry.connected_account_id,
    entry.regulatory_tag,
    entry.trace_id,
    entry.trace_id_status
from balance_transactions entry
left join opening
    on opening.account = entry.account
    and opening.currency = entry.currency
where opening.as_of is null
    or entry.created >= opening.as_of
union all
select
    rest.account,
    null,
    rest.net_minor,
    0,
    rest.net_minor,
    rest.currency,
    least(rest.as_of, $last_second),
    null,
    'opening_balance',
    'Opening balance (' || date_text(rest.as_of) || ')',
    null,
    null,
    null,
    null,
    null,
    null
from rest
where rest.net_minor <> 0
