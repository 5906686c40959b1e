"""Runs projections over the log: catch-up, subscription and rebuild."""
