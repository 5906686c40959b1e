"""Storage in the SQL that SQLite and PostgreSQL share: views, queue, outbox, seal state, idempotency and secrets."""
