"""Time that is skipped: who waits, who is at work, what the clocks show, and how all of it is put in and taken out."""
