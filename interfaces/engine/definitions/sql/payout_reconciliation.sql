-- Rows of payout_reconciliation: activity that an automatic payout settles, which counts when the payout arrives.
select
    automatic_payout.arrival_date as instant
from transaction_sources bt
where bt.reporting_category not in ('payout', 'payout_reversal')
    and instant >= $interval_start
    and instant < $interval_end
