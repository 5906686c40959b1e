"""The queue of pending runs: which may be taken, as the log has them."""
