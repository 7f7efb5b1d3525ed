"""Cases that follow a task: its life, its callbacks, its account."""
