"""The pages of the ledger: its versions, and loading files into it."""
