"""Proofs of one run: made, exported, and checked without a database."""
