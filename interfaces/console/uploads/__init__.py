"""Loading files that a visitor uploads: receiving them, and the child process that loads them."""
