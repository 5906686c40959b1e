"""What is logged and kept of requests."""
