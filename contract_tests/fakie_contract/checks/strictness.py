"""Whether a text is JSON as the standard has it: UTF-8 without a mark, each key once, numbers that are some."""

import json
from collections.abc import Iterator

from fakie_contract.http.json_values import json_or
from fakie_schemas.rules.difference import Difference
from fakie_schemas.rules.table import breach
from fakie_schemas.strict_json import HalfCharacterError, StrictJson

_MARK = "\N{ZERO WIDTH NO-BREAK SPACE}"
_STRICT = StrictJson(whole=True)
# Readers that mind but one thing, by the rule that says so.
_LENIENT = (("answer.double_key", StrictJson(finite=False)), ("answer.number", StrictJson(unique=False)))


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


def of_another_encoding(body: bytes) -> Iterator[Difference]:
    """Judge a body that is not read as JSON: whether it would be an object, if it were not for its encoding."""
    try:
        body.decode()
    except UnicodeDecodeError as error:
        # Any byte is a character of this one, and the signs of JSON are those of UTF-8.
        if isinstance(json_or(None, body.decode("latin-1")), dict):
            got = f"the byte 0x{body[error.start]:02x} at {error.start}, which is none of UTF-8's"
            yield breach("answer.encoding", got)


def strict_text(text: str, place: str) -> Iterator[Difference]:
    """Judge a text that holds JSON, such as a record's `param`."""
    text = text.removeprefix(_MARK)
    try:
        # All at once, which is fast: most texts are strict.
        _STRICT.read(text)
    except HalfCharacterError:
        yield breach("answer.half_character", "half of a surrogate pair", place)
    except RecursionError:
        return
    except ValueError:
        yield from _loose(text, place)


def _loose(text: str, place: str) -> Iterator[Difference]:
    """Find out what it is that a strict reader refuses and a lenient one takes."""
    for rule, reader in _LENIENT:
        try:
            reader.read(text)
        except json.JSONDecodeError:
            return
        except ValueError as why:
            yield breach(rule, str(why), place)
