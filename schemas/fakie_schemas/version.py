"""The version, on its own so that nothing else comes in with it."""

__version__ = "0.1.0"
