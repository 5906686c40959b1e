"""What the command line says and refuses of installations."""
