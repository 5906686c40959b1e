"""What the application needs from outside the process, as Protocols; `interfaces/` implements them."""
