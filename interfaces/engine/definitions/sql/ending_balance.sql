-- Rows of ending_balance_reconciliation: activity that no automatic payout has paid out by the end of the interval. A
-- ledger with opening balances has `with_opening_balances` in the place of its balance transactions.
select
    automatic_payout.arrival_date as paid_out
from transaction_sources bt
where bt.reporting_category not in ('payout', 'payout_reversal')
    and instant < $interval_end
    and (paid_out is null or paid_out >= $interval_end)
order by
    instant,
    bt.id,
    bt.account,
    bt.currency  -- opening balances have no id
