"""How fast Reportrun is: one module a subject, each measured side by side with what it is compared with."""
