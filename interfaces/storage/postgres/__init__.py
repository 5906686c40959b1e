"""PostgreSQL: the store that any number of machines share."""
