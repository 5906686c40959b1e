-- Rows of payout_reconciliation: one row is one activity balance transaction that an automatic payout settles.

-- column instant, needs automatic_payout
automatic_payout.arrival_date

-- rows payout_reconciliation
from balance_transactions bt
{joins}
where bt.reporting_category not in ('payout', 'payout_reversal')
    and {instant} >= $interval_start
    and {instant} < $interval_end
    and {filters}
