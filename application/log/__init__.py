"""The event log: aggregates in and out, group commit, idempotent appends."""
