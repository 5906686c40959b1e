-- One row is one balance transaction of a dispute.
select
    record,
    source_id as id,
    charge_id,
    abs(customer_facing_amount_minor) as amount,
    customer_facing_currency as currency,
    coalesce(created_utc, created) as created,
    dispute_reason as reason,
    connected_account as account
from file
where source_id is not null
    and (
        reporting_category in ('dispute', 'dispute_reversal')
        or dispute_reason is not null
    )
