-- Debits and credits of each price; what is of none stands together.

-- column object
entry.price_id

-- line price_id
object_id
