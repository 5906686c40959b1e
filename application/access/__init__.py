"""Keys and accounts: authentication, and the commands that manage them."""
