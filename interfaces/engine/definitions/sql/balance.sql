-- Rows of balance.summary that count at another time than they were created: one row is one balance transaction that moved
-- money to the bank or back.

-- rows balance
from balance_transactions bt
{joins}
where bt.reporting_category in ('payout', 'payout_reversal')
    and {filters}
