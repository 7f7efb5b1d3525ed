"""The known names that a misspelt one may have meant, also as the end of an error message. Imports nothing heavy."""

from collections.abc import Iterable

# Names are short: of a longer text the beginning decides.
_COMPARED = 80


def plain(name: str) -> str:
    """Return a name without what spellings of it differ in: case, dashes and underscores."""
    return name.lower().replace("-", "").replace("_", "")


def nearest(got: str, known: Iterable[str], most: int = 1, alike: float = 0.6) -> list[str]:
    """Return at most so many known names that are spelt almost so, the nearest first; `alike` is from 0 to 1."""
    from difflib import get_close_matches

    return get_close_matches(got[:_COMPARED], list(known), most, alike)


def did_you_mean(got: object, known: Iterable[str], otherwise: str = "") -> str:
    """Return `; did you mean 'x'?`, or `otherwise` where no known name is near, or `got` is not a text."""
    near = nearest(got, known) if isinstance(got, str) else []
    return f"; did you mean {near[0]!r}?" if near else otherwise
