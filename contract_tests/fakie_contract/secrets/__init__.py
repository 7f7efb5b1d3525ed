"""Secrets that must never be written: the key, in every form it may take."""
