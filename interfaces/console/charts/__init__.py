"""Charts of a result: which suit a report, their sums over its rows, and those that were computed."""
