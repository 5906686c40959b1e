"""The middleware around the app: credentials, versions, headers, errors."""
