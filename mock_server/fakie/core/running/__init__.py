"""What happens by itself: ends of tasks, callbacks, result files."""
