-- Rows of balance_change_from_activity: one row is one balance transaction that is neither a payout nor its reversal.

-- column instant
bt.created

-- rows activity
from balance_transactions bt
{joins}
where bt.reporting_category not in ('payout', 'payout_reversal')
    and bt.created >= $interval_start
    and bt.created < $interval_end
    and {filters}
