"""Checks every row of a load."""
