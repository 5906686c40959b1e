"""The ledger: its tables, its versions, and for which time there is data."""
