"""Links to result files."""
