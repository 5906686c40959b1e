"""JSON files: read to their end, taken apart, and queried line by line."""
