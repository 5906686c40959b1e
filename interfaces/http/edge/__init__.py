"""Around every route: credentials, versions, headers, errors."""
