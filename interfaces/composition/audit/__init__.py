"""Builds the transparency log, and what auditors call."""
