"""The store that remembers in memory alone."""
