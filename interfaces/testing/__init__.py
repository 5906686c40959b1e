"""Adapters that tests choose."""
