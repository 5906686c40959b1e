"""The transparency log outside of the database: its files, and the key that signs checkpoints."""
