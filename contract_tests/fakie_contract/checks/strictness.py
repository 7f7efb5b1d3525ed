"""Whether a text is JSON as the standard has it: UTF-8 without a mark, each key once, numbers that are some."""

import json
from collections.abc import Iterator
from typing import Any

from fakie_schemas.rules.difference import Difference
from fakie_schemas.rules.table import breach
from fakie_schemas.strict_json import no_constant, unique_keys

_MARK = "\N{ZERO WIDTH NO-BREAK SPACE}"
# What a lenient reader takes for an infinite number.
_INFINITE = (float("inf"), float("-inf"))


def strict(body: bytes, place: str = "/body") -> Iterator[Difference]:
    """Judge a body that lenient readers take for JSON; of one that nobody can read nothing is said here."""
    encoding = json.detect_encoding(body)
    try:
        text = body.decode(encoding, "surrogatepass")
    except UnicodeDecodeError:
        return
    if encoding != "utf-8" or text.startswith(_MARK):
        got = "a byte order mark" if encoding == "utf-8-sig" or text.startswith(_MARK) else encoding
        yield breach("answer.encoding", got, place)
    yield from strict_text(text, place)


def strict_text(text: str, place: str) -> Iterator[Difference]:
    """Judge a text that holds JSON, such as a record's `param`."""
    text = text.removeprefix(_MARK)
    try:
        # All at once, which is fast: most texts are strict.
        value = json.loads(text, object_pairs_hook=unique_keys, parse_constant=no_constant, parse_float=_finite)
        if "\\u" in text:
            json.dumps(value, ensure_ascii=False).encode()
    except UnicodeEncodeError:
        yield breach("answer.half_character", "half of a surrogate pair", place)
    except RecursionError:
        return
    except ValueError:
        yield from _loose(text, place)


def _loose(text: str, place: str) -> Iterator[Difference]:
    """Find out what it is that a strict reader refuses and a lenient one takes."""
    for rule, hooks in (
        ("answer.double_key", {"object_pairs_hook": unique_keys}),
        ("answer.number", {"parse_constant": no_constant, "parse_float": _finite}),
    ):
        try:
            json.loads(text, **hooks)
        except json.JSONDecodeError:
            return
        except ValueError as why:
            yield breach(rule, str(why), place)


def _finite(text: str) -> Any:
    number = float(text)
    if number in _INFINITE:
        raise ValueError(f"{text[:20]} is more than a number holds")
    return number
