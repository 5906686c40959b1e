"""Sends deliveries over HTTP, to addresses that are permitted."""
