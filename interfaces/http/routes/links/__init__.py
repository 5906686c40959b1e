"""The operations on links to files."""
