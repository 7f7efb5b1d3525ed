"""How reading one model, or a whole catalogue, can end otherwise than with a revision."""

from fakie_schemas.errors import ConfigurationError


class LeftOut(Exception):
    """A model that is no contract of createTask, or has no document; the text says which, on one line."""


class Failed(Exception):
    """A model that cannot be read; the text says why, on one line."""


class CannotSync(ConfigurationError):
    """The catalogue as a whole cannot be read, or not go on being read."""
