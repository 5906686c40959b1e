"""Commands that look back: the list of runs as it was, and whether a result is the one on record."""
