"""The ledger: Stripe-shaped rows in Delta Lake tables, and the files of a pinned version."""
