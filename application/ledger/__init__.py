"""The ledger: the load command, and the query for availability of data."""
