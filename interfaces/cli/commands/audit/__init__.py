"""`audit`: what an auditor asks for. Each action has a module, with `add` for its flags."""
