"""What services read of the views: one object by its id, a page of a short list."""
