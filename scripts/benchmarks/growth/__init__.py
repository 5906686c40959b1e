"""Costs as an installation grows: a module for each curve, which must be flat."""
