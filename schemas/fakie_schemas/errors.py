"""The errors that fakie raises to its users.

FakieError
└── ConfigurationError       an option, a setting or a data file that cannot be used
    └── MissingLibraryError  a library of an extra that is not installed
"""

__all__ = ["ConfigurationError", "FakieError", "MissingLibraryError"]


class FakieError(Exception):
    """The base of all own errors of fakie; its text is one line that says what was expected, what came, what works."""


class ConfigurationError(FakieError):
    """An option, a setting or a data file cannot be used."""


class MissingLibraryError(ConfigurationError):
    """A library of the extra `fakie[derive]` is not installed; the text names it and the extra."""

    def __init__(self, name: str) -> None:
        super().__init__(f"deriving revisions needs {name}: pip install 'fakie[derive]'")
