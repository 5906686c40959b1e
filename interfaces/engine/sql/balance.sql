-- Rows of balance.summary: one row is one balance transaction of any kind, at any time.

-- rows balance
from balance_transactions bt
{joins}
where
    {filters}
