"""Checks that a custom report gives the same bytes each time, although the database keeps rows in no order."""
