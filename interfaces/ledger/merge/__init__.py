"""Staging and merge: the rows of a load are collected, compared with the stored rows, and committed."""
