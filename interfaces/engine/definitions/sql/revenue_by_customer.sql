-- Debits and credits of each customer; what is of none stands together.

-- column object
entry.customer_id

-- line customer_id
object_id
