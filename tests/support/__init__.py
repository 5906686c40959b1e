"""What tests share: fakes, small ledgers, running servers."""
