-- One row is one balance transaction `bt` that moved money to the bank or back. Signs are reversed: what leaves the
-- balance is positive.
select
    -- A reversal counts when it happens, so that the past does not change when a payout fails.
    case
        when bt.reporting_category <> 'payout' then bt.created
        when payout.automatic then payout.arrival_date
        else coalesce(payout.created, bt.created)
    end as instant,
    -bt.amount as gross_minor,
    -bt.fee as fee_minor,
    -bt.net as net_minor,
    coalesce(payout.id, bt.source) as payout_id,
    utc_text(instant) as effective_at_utc,
    local_text(instant, $timezone) as effective_at,
    utc_text(date_trunc('day', payout.arrival_date)) as payout_expected_arrival_date,
    payout.status as payout_status,
    case when payout.status in ('canceled', 'failed') then reversal.created end as payout_reversed,
    utc_text(payout_reversed) as payout_reversed_at_utc,
    local_text(payout_reversed, $timezone) as payout_reversed_at,
    payout.type as payout_type,
    payout.description as payout_description,
    payout.destination_id as payout_destination_id,
    coalesce(payout.regulatory_tag, bt.regulatory_tag) as regulatory_tag,
    coalesce(payout.trace_id, bt.trace_id) as trace_id,
    coalesce(payout.trace_id_status, bt.trace_id_status) as trace_id_status
from transactions bt
-- Payouts that name the transactions they moved, for a transaction that does not name its payout.
left join (
    select
        account,
        balance_transaction_id,
        min(id) as payout_id
    from (
        select account, balance_transaction_id, id
        from payouts
        union all
        select account, failure_balance_transaction_id, id
        from payouts
    ) named
    where balance_transaction_id is not null
    group by
        account,
        balance_transaction_id
) naming
    on naming.account = bt.account
    and naming.balance_transaction_id = bt.id
-- The payout that the row itself moved or turned back. The link table is not asked: there a reversal belongs to the
-- later payout that pays its money again.
left join payouts payout
    on payout.account = bt.account
    and payout.id = case
        when bt.reporting_category = 'payout' then coalesce(bt.source, naming.payout_id, bt.payout_id)
        when bt.reporting_category = 'payout_reversal' then coalesce(bt.source, naming.payout_id)
    end
left join (
    select
        back.account,
        coalesce(back.source, failed.id) as payout_id,
        min(back.created) as created
    from balance_transactions back
    left join payouts failed
        on failed.account = back.account
        and failed.failure_balance_transaction_id = back.id
    where back.reporting_category = 'payout_reversal'
    group by
        back.account,
        coalesce(back.source, failed.id)
) reversal
    on reversal.account = bt.account
    and reversal.payout_id = payout.id
where bt.reporting_category in ('payout', 'payout_reversal')
