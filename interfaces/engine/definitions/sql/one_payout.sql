-- Rows of payout_reconciliation.by_id: one row is one activity balance transaction that the payout in question settles.
-- A manual payout settles none.

-- column instant
bt.created

-- rows one_payout
from balance_transactions bt
{joins}
where bt.reporting_category not in ('payout', 'payout_reversal')
    and {automatic_payout_id} = $payout
    and {filters}
