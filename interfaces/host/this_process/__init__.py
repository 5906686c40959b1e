"""The process that runs: its stop signals, its garbage collector and its end."""
