"""Upkeep of a ledger's files: merging small ones, and removing those of versions that are kept no longer."""
