"""Files: what clients upload, where it is found again, and whether it suits as an input."""
