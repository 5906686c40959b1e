"""Webhooks: the types of public events, and the endpoints that are sent them."""
