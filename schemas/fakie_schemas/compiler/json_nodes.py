"""JSON with lines: as nodes like those of YAML, of which JSON is a part but for some escapes and tabs."""

import json
import re

from fakie_schemas.compiler.page import Page
from fakie_schemas.compiler.yaml_nodes import Node, load_yaml
from fakie_schemas.strict_json import StrictJson

# A key that occurs twice is refused as YAML, with its line.
_JSON = StrictJson(unique=False)
_STRING = re.compile(r'("(?:[^"\\]|\\.)*")')
# What YAML takes in a text as it stands; anything else has to be escaped.
_UNPRINTABLE = re.compile("[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufefe\uff00-\ufffd\U00010000-\U0010ffff]")


def load_json(page: Page, text: str, first: int) -> Node:
    """Parse a JSON object; `first` is the page's line of its first line. Raises `PageError` with the line."""
    try:
        value = _JSON.read(text)
    except json.JSONDecodeError as error:
        raise page.fail(
            first + error.lineno - 1, f"JSON: {error.msg} (column {error.colno}): is it cut off?"
        ) from error
    except RecursionError as error:
        raise page.fail(first, "JSON: nested too deeply") from error
    except ValueError as error:
        raise page.fail(first, f"JSON: {str(error)[:100]}") from error
    if not isinstance(value, dict):
        raise page.fail(first, f"JSON: expected an object, found {type(value).__name__}")
    return load_yaml(page, _as_yaml(text), first)


def _as_yaml(text: str) -> str:
    """Write JSON so that YAML reads the same, line by line."""
    parts = _STRING.split(text)
    parts[::2] = [part.replace("\t", " ") for part in parts[::2]]
    parts[1::2] = [_UNPRINTABLE.sub(_escape, json.dumps(json.loads(part), ensure_ascii=False)) for part in parts[1::2]]
    return "".join(parts)


def _escape(match: re.Match[str]) -> str:
    # Half a surrogate pair is not a character that could be written.
    code = ord(match[0])
    return "\\uFFFD" if 0xD800 <= code <= 0xDFFF else f"\\u{code:04x}"
