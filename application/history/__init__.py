"""History for people: a run as it was, what an actor did, what was read, and what was erased."""
