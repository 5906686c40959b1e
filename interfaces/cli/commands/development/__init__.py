"""Commands for those who develop a receiver of webhooks."""
