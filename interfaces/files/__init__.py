"""Where result files are kept."""
