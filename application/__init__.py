"""What can be asked of Reportrun, and what follows from it."""
