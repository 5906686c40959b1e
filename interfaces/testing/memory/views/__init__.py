"""Views in memory: one dictionary for each."""
