"""The errors that fakie raises to its users.

FakieError
└── ConfigurationError   an option, a setting or a data file that cannot be used
"""

__all__ = ["ConfigurationError", "FakieError"]


class FakieError(Exception):
    """Whatever fakie itself raises; its text is one line that says what was expected, what came, what works."""


class ConfigurationError(FakieError):
    """An option, a setting or a data file cannot be used."""
