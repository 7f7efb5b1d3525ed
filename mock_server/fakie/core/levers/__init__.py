"""The levers: what tests and people may look at and move while a fake runs, as JSON under `/_fakie/`."""
