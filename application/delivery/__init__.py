"""Delivers webhooks: takes what is due from the outbox, sends it, and records what came of it."""
