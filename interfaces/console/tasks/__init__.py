"""Tasks of the console that take long or need much: their orders, and those that are under way."""
