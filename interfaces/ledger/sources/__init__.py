"""Source files: CSV, Parquet and JSON, read as records."""
