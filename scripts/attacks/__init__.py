"""Bounded attacks on a server of one's own; each module tries one kind."""
