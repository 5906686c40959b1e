"""Report types of an installation's own: a folder of `.sql` files, each with a header that says what it is."""
