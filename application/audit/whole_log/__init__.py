"""The verification of the whole log against what was sealed and signed of it."""
