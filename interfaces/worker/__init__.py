"""Workers: processes that claim runs and carry them out."""
