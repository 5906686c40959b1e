"""The page of one run, and what belongs to it: its file, its charts, its comparison."""
