"""The levers: the control as JSON under `/_fakie/`, for tests and people."""
