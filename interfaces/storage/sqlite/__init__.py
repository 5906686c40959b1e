"""SQLite: the default store, for one machine with any number of processes."""
