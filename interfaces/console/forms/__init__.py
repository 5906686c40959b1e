"""The forms that ask for reports: their fields, and what they offer."""
