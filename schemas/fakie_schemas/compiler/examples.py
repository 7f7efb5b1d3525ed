"""The examples on a page: JSON out of code fences and curl commands, and our own words for long texts."""

import json
import re
from typing import Any

from fakie_schemas.strict_json import StrictJson

OWN_TEXT = "An example text."
LONG = 80
_JSON = StrictJson(unique=False)


def parse_json(text: str) -> Any:
    """Parse JSON that may hold `//` comments; raises `ValueError`, also for NaN, which no revision could hold."""
    try:
        return _JSON.read(text)
    except ValueError:
        return _JSON.read(_strip_comments(text))
    except RecursionError as error:
        raise ValueError("nested too deeply") from error


def _strip_comments(text: str) -> str:
    # A string is matched first, so that the // of a URL is left alone.
    pattern = re.compile(r'"(?:[^"\\\n]|\\.)*"|//[^\n]*|/\*.*?\*/', re.DOTALL)
    return pattern.sub(lambda match: match[0] if match[0].startswith('"') else "", text)


def find_json(content: str, line: int) -> tuple[Any, int] | None:
    """Find the JSON object in a fence's content (plain, or the data of a curl command) and its line.

    `line` is the line of the content's first line; raises `ValueError` when there is an object that does not parse.
    """
    start = content.find("{")
    if start < 0:
        return None
    body = content[start : content.rfind("}") + 1]
    if "curl" in content[:start]:
        body = body.replace("'\\''", "'")
    return parse_json(body), line + content.count("\n", 0, start)


def shorten(value: Any) -> Any:
    """Replace long texts in a value by our own; URLs and short values stay."""
    if isinstance(value, dict):
        return {key: shorten(item) for key, item in value.items()}
    if isinstance(value, list):
        return [shorten(item) for item in value]
    if isinstance(value, str) and is_prose(value):
        return _shorten_nested(value) if value.lstrip().startswith("{") else OWN_TEXT
    return value


def is_prose(text: str) -> bool:
    """Tell whether a text is a long one of the page's own wording, not a URL or an identifier."""
    if len(text) <= LONG or re.match(r"https?://\S+$", text):
        return False
    return bool(re.search(r"\s|[぀-ヿ一-鿿]", text))


def _shorten_nested(text: str) -> str:
    try:
        value = json.loads(text)
    except ValueError:
        return OWN_TEXT
    return json.dumps(shorten(value), ensure_ascii=False, separators=(",", ":"))
