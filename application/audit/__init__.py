"""Sealing the log into a transparency log, and proving and checking what is in it."""
