"""Report runs: requesting, carrying out, reading, and keeping their files."""
