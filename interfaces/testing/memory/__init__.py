"""Adapters in memory: gone with their process, and of that process alone."""
