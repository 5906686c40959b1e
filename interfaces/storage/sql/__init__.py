"""Storage in the SQL that SQLite and PostgreSQL share: views, claims and idempotency records."""
