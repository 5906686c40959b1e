"""Custom report types: a folder of SQL files, checked before they are offered."""
