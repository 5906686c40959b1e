"""Public links to result files."""
