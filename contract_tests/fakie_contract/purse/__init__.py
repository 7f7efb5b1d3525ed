"""The purse of a live run: the ledger that all processes share, and the worst cost of each create."""
