-- Debits and credits of each product; what is of none stands together.

-- column object
entry.product_id

-- line product_id
object_id
