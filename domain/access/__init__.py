"""Who may call: accounts, their API keys, and the caller of one request."""
