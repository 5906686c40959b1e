"""The pages of the console: each is a function and a template."""
