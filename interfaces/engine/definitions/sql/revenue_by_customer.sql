-- Rows of the debits and credits of each customer; those of none are summed up together.
select
    entry.customer_id as object
from bookings entry
