-- One row is what was left of an opening balance, in a report of an ending balance.
select
    record,
    currency,
    net_minor as amount,
    coalesce(created_utc, created) as as_of,
    connected_account as account
from file
where reporting_category = 'opening_balance'
