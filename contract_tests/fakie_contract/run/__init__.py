"""A run from its options to its end, and how pytest calls it."""
