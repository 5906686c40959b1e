-- One row is one balance transaction with the customer of its charge.
select
    record,
    customer_id as id,
    coalesce(created_utc, created) as created,
    customer_email as email,
    customer_name as name,
    customer_description as description,
    customer_address_line1 as address_line1,
    customer_address_line2 as address_line2,
    customer_address_city as address_city,
    customer_address_state as address_state,
    customer_address_postal_code as address_postal_code,
    customer_address_country as address_country,
    customer_shipping_address_line1 as shipping_address_line1,
    customer_shipping_address_line2 as shipping_address_line2,
    customer_shipping_address_city as shipping_address_city,
    customer_shipping_address_state as shipping_address_state,
    customer_shipping_address_postal_code as shipping_address_postal_code,
    customer_shipping_address_country as shipping_address_country,
    connected_account as account
from file
where customer_id is not null
