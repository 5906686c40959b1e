"""Where child processes begin: one module for each kind."""
