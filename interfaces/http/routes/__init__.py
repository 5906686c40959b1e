"""The path operations, a module for each noun."""
