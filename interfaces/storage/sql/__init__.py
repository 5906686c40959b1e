"""What is stored, in SQL that every database here understands; the databases themselves are in the folders beside."""
