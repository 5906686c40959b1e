"""Lookups and searches in a pinned ledger, for checks of requests and for forms."""
