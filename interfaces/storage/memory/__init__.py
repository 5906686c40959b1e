"""The store in memory: gone with its process, and of that process alone. Tests of the application work on it."""
