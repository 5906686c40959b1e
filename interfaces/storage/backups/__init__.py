"""Backups: the log of events and its idempotency records as one SQLite file, from and for either kind of store."""
