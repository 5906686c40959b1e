-- One row is the balance `one` of one connected account in one currency at one moment.
select *
from account_balances one
where one.created <= $interval_end
