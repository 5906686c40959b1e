"""One table for each view."""
