"""Whether an installation works: what `doctor` finds, and whether a server is ready."""
