"""Long texts made short, for messages, tables and logs. Imports nothing heavy."""


def short(text: str, most: int) -> str:
    """Return a text of at most `most` characters, the last one a `…` where it was longer."""
    return text if len(text) <= most else f"{text[: most - 1]}…"


def cut(text: str, most: int) -> str:
    """Return the first `most` characters of a text, and of a longer one how many it has."""
    return text if len(text) <= most else f"{text[:most]}… ({len(text)} characters)"


def one_line(text: object, most: int = 200) -> str:
    """Write what came from elsewhere on one line, printable and short."""
    words = " ".join(str(text)[: 4 * most].split())
    return "".join(sign if sign.isprintable() else "?" for sign in words)[:most]
