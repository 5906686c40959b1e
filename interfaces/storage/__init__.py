"""Where events, views and claims are kept."""
