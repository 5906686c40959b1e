"""Processes that work for a server, so that its interpreter is left to requests; it does without those that fail."""
