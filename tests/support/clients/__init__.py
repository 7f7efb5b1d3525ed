"""Whoever asks: the doors to a fake, a client, the program, a run of the suite."""
