"""One job: its plan, its states, its quirks, and how the API shows it."""
