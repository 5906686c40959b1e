"""Workbooks of spreadsheet programs, made of result files."""
