-- Rows of the overview of connected accounts: one row is the balance of one account in one currency at one moment.

-- rows account_balances
from account_balances one
{joins}
where one.created <= $interval_end
    and {filters}
