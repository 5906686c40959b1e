"""Report runs and their parameters."""
