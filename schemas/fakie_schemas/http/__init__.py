"""The one way out: HTTP exchanges that end in time, for whoever asks a host."""
