-- Rows of balance_change_from_activity: balance transactions of the interval that are neither a payout nor its
-- reversal.
select *
from transaction_sources bt
where bt.reporting_category not in ('payout', 'payout_reversal')
    and instant >= $interval_start
    and instant < $interval_end
