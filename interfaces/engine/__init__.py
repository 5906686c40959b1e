"""Computes reports: the SQL of every report, and the engine that runs it."""
