"""Views (read models): rows that projections write and queries read, rebuilt from the events at any time."""
