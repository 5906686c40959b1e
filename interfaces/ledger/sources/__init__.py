"""Reads files of every format and dialect."""
