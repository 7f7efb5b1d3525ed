"""The known name that a misspelt one may have meant, as the end of an error message. Imports nothing heavy."""

from collections.abc import Iterable

# Names are short: of a longer text the beginning decides.
_COMPARED = 80


def did_you_mean(got: object, known: Iterable[str], otherwise: str = "") -> str:
    """Return `; did you mean 'x'?`, or `otherwise` where no known name is near, or `got` is not a text."""
    from difflib import get_close_matches

    near = get_close_matches(got[:_COMPARED], list(known), 1) if isinstance(got, str) else []
    return f"; did you mean {near[0]!r}?" if near else otherwise
