-- Rows of payout_reconciliation.by_id: activity that the payout in question settles. A manual payout settles none.
select *
from transaction_sources bt
where bt.reporting_category not in ('payout', 'payout_reversal')
    and automatic_payout_id = $payout
