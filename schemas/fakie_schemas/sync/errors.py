"""How reading one model, or a whole catalogue, can end otherwise than with a revision."""

from fakie_schemas.errors import ConfigurationError

_LONGEST = 200


class LeftOut(Exception):
    """A model that is no contract of createTask, or has no document; the text says which, on one line."""


class Failed(Exception):
    """A model that cannot be read; the text says why, on one line."""


class CannotSync(ConfigurationError):
    """The catalogue as a whole cannot be read, or not go on being read."""


def one_line(text: object, longest: int = _LONGEST) -> str:
    """Write what came from elsewhere on one line, printable and short."""
    words = " ".join(str(text)[: 4 * longest].split())
    return "".join(sign if sign.isprintable() else "?" for sign in words)[:longest]
