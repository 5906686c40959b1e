-- One row is one balance transaction with the counterparty of a Connect movement.
select
    record,
    connected_account_id as id,
    connected_account_name as business_name,
    connected_account_country as country,
    connected_account as account
from file
where connected_account_id is not null
    and coalesce(connected_account_name, connected_account_country) is not null
