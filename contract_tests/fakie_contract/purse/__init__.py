"""What a live run may spend: the ledger that all processes share, and the worst cost of each create."""
