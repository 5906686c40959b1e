-- One row is one refund, as the payer saw it.
select
    record,
    source as id,
    abs(customer_facing_amount_minor) as amount,
    customer_facing_currency as currency,
    created_utc as created,
    metadata
from file
where type in ('refund', 'payment_refund')
    and source is not null
