"""Blocks of the docs, and what runs them."""
