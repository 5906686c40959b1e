"""The bytes of a file: ranges, entity tags, compression."""
