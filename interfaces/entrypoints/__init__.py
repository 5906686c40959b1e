"""The processes that a server starts: one module for each kind."""
