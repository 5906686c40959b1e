"""Runs report queries with DuckDB, in this process."""
