"""Merges the rows of a load into the tables."""
