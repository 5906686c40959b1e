"""Stripe's Reporting API over HTTP: a route is request -> command, one call, value -> JSON."""
