"""The pages of the audit: the newest checkpoint, what was sealed of a run, and what a key did."""
