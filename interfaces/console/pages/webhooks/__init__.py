"""The pages of webhooks: endpoints, events and deliveries, and the changes of these."""
