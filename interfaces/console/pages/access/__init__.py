"""The pages of keys and accounts."""
