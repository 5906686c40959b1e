"""Writer processes: they append to the log and project for a server."""
