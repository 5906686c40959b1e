"""CSV files: their dialects, queried as they are or from normalized copies."""
