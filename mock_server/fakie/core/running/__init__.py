"""Events: ends of tasks, callbacks, result files."""
