"""Performance measurements: one module for each subject, measured side by side with what it is compared with."""
