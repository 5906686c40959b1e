"""Writes answers."""
