"""Reads requests."""
