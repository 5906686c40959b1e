-- One row is one balance transaction `bt`, with the automatic payout that settles it. Amounts are text in major units.
select
    -- The time that decides in which interval the row counts.
    bt.created as instant,
    bt.id as balance_transaction_id,
    bt.account as connected_account,
    utc_text(bt.created) as created_utc,
    local_text(bt.created, $timezone) as created,
    utc_text(bt.available_on) as available_on_utc,
    local_text(bt.available_on, $timezone) as available_on,
    bt.currency,
    bt.amount as gross_minor,
    bt.fee as fee_minor,
    bt.net as net_minor,
    amount_text(gross_minor, bt.currency, $decimal_separator) as gross,
    amount_text(fee_minor, bt.currency, $decimal_separator) as fee,
    amount_text(net_minor, bt.currency, $decimal_separator) as net,
    bt.reporting_category,
    bt.source as source_id,
    bt.description,
    bt.regulatory_tag,
    bt.trace_id,
    bt.trace_id_status,
    automatic_payout.id as automatic_payout_id,
    utc_text(automatic_payout.arrival_date) as automatic_payout_effective_at_utc,
    local_text(automatic_payout.arrival_date, $timezone) as automatic_payout_effective_at
from balance_transactions bt
-- Exports may link a transaction to several payouts: the smallest id of an automatic one settles it, and no row
-- doubles.
left join (
    select
        link.account,
        link.balance_transaction_id,
        min(link.payout_id) as payout_id
    from payout_balance_transactions link
    join payouts linked
        on linked.account = link.account
        and linked.id = link.payout_id
    where linked.automatic
    group by
        link.account,
        link.balance_transaction_id
) settlement
    on settlement.account = bt.account
    and settlement.balance_transaction_id = bt.id
-- The link table takes precedence over the transaction's own field.
left join payouts automatic_payout
    on automatic_payout.account = bt.account
    and automatic_payout.id = coalesce(settlement.payout_id, bt.payout_id)
    and automatic_payout.automatic
order by
    instant,
    bt.id,  -- unique only within an account
    bt.account
