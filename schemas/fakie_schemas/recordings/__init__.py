"""Recorded traffic: one exchange as data, whatever wrote it down."""
