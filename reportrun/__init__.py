"""The one importable name of an installed Reportrun: this folder holds its layers, and what starts it."""
