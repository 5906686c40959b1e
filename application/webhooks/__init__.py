"""Public events, and the webhook endpoints that they are sent to."""
