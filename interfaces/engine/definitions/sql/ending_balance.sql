-- Rows of ending_balance_reconciliation: one row is one activity balance transaction that no automatic payout has paid out
-- by the end of the interval.

-- column instant
bt.created

-- column paid_out, needs automatic_payout
automatic_payout.arrival_date

-- rows ending_balance
from balance_transactions bt
{joins}
where bt.reporting_category not in ('payout', 'payout_reversal')
    and bt.created < $interval_end
    and ({paid_out} is null or {paid_out} >= $interval_end)
    and {filters}
