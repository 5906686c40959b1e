-- Rows of the debits and credits of each price; those of none are summed up together.
select
    entry.price_id as object
from bookings entry
