-- One row is one balance transaction of a transfer.
select
    record,
    source_id as id,
    abs(gross_minor) as amount,
    currency,
    coalesce(created_utc, created) as created,
    connected_account_id as destination_id,
    destination_payment_id,
    source_transaction_id,
    transfer_metadata as metadata,
    connected_account as account
from file
where source_id is not null
    and (
        starts_with(source_id, 'tr_')
        or destination_payment_id is not null
        or source_transaction_id is not null
    )
