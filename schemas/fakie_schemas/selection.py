"""Which models a person means: names and patterns, with commas between."""

from fnmatch import fnmatchcase


def patterns_of(text: str) -> tuple[str, ...]:
    """Return the patterns of a text such as `kling/*, z-image`; blanks around them do not count."""
    return tuple(pattern.strip() for pattern in text.split(",") if pattern.strip())


def is_meant(model: str, text: str) -> bool:
    """Tell whether a model fits one of the patterns of a text."""
    return any(fnmatchcase(model, pattern) for pattern in patterns_of(text))
