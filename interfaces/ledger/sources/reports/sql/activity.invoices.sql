-- One row is one balance transaction with the invoice of its charge.
select
    record,
    invoice_id as id,
    invoice_number as number,
    subscription_id,
    charge_id,
    connected_account as account
from file
where invoice_id is not null
