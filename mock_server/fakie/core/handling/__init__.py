"""Handling a request: each module finds what it is about, or refuses it; and the acts at the end."""
