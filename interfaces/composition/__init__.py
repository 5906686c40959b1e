"""Chooses the adapters."""
