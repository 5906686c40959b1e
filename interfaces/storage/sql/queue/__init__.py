"""The queue of pending runs in SQL tables: what is waiting, what is in work, and whose turn it is."""
