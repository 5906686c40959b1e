"""Files on a disk: made durable, and what is wrong with it."""
