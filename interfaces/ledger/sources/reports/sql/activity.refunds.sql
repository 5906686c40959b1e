-- One row is one balance transaction of a refund: its source is about a charge, and is not that charge.
select
    record,
    source_id as id,
    charge_id,
    abs(customer_facing_amount_minor) as amount,
    customer_facing_currency as currency,
    coalesce(created_utc, created) as created,
    refund_metadata as metadata,
    connected_account as account
from file
where source_id is not null
    and source_id is distinct from charge_id
    and (
        reporting_category in ('refund', 'refund_failure', 'partial_capture_reversal')
        or starts_with(source_id, 're_')
        or starts_with(source_id, 'pyr_')
    )
