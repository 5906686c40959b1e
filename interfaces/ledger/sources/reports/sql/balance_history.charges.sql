-- One row is one charge, as the payer saw it.
select
    record,
    source as id,
    customer_facing_amount_minor as amount,
    customer_facing_currency as currency,
    created_utc as created,
    description,
    metadata
from file
where type in ('charge', 'payment')
    and source is not null
