"""The views: rows that projections write and queries read. Each can be dropped and made again from the events."""
