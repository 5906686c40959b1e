-- Rows of the debits and credits of each product; those of none are summed up together.
select
    entry.product_id as object
from bookings entry
