"""The console: pages for people, that call the application as the API does."""
