"""Answering from recordings."""
