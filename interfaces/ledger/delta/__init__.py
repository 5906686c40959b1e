"""The ledger as Delta Lake tables."""
