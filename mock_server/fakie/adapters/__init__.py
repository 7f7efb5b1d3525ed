"""The outside world, one file for each foreign library."""
