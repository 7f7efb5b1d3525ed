"""Names of fields as pages write them, and the places in the body that they mean."""

import re
from typing import NamedTuple

_WORD = r"[A-Za-z_][A-Za-z0-9_]*"
_ARRAY = r"(?:\[(?:\]|\d+\]|i\]|n\]|\*\]))?"
_NAME = rf"{_WORD}{_ARRAY}(?:\s*(?:\.|/|>|→|->)\s*{_WORD}{_ARRAY})*"
_HEAD = re.compile(
    rf"^(?:\d+(?:\.\d+)*[.)、]?\s+)?(?:参数|字段|属性)?\s*[:：]?\s*(?P<quote>`?)[\"“]?(?P<name>{_NAME})(?P<space>\s*)[\"”]?(?P=quote)"
    r"(?P<rest>(?:\s*[（(\[【:：,，—–`|·•].*|\s+.*)?)$",
    re.DOTALL,
)
_INDENT = re.compile(r"^(?:&nbsp;|&emsp;|&ensp;|[\s└├│─┗┣—–\-↳>＞»·•*]|\|_)+")
_NEXT = re.compile(rf"\s*(?:[,，、/|&+和或]|and\b|or\b)\s*(?:`(?P<quoted>{_NAME})`|(?P<bare>{_NAME})\s*$)")
# The last step of a path to what each item of an array is.
ITEMS = "[]"
TOP = {"model", "input", "callbackurl", "progresscallbackurl"}
# Words in Latin letters that open lines or headings without being fields.
_NO_FIELDS = frozenset(
    [
        "note",
        "notes",
        "tip",
        "tips",
        "warning",
        "important",
        "example",
        "examples",
        "body",
        "header",
        "headers",
        "json",
        "curl",
        "required",
        "optional",
        "type",
        "default",
        "description",
        "post",
        "get",
        "python",
        "javascript",
        "node",
        "bash",
        "http",
        "url",
        "endpoint",
        "request",
        "response",
        "api",
        "authorizations",
        "info",
        "options",
        "limits",
        "method",
        "path",
        "parameters",
        "authentication",
        "overview",
        "pricing",
        "shell",
        "name",
        "value",
    ]
)
_TYPES = frozenset(["string", "object", "integer", "number", "boolean", "array", "enum"])


class FieldHead(NamedTuple):
    """A field's name at the start of a line or cell: its parts, what follows, and what was odd about it.

    `lists` has the numbers of the parts that are written as arrays, such as `shots[]`.
    """

    parts: tuple[str, ...]
    rest: str
    nested: int
    trimmed: bool
    lists: tuple[int, ...] = ()


def read_head(text: str, *, named: bool = False) -> FieldHead | None:
    """Read a field's name at the start of a text; None when the text does not start with one.

    `named` tells that the text stands in a column of names, where any word is one.
    """
    indent = _INDENT.match(text)
    nested = len(re.sub(r"&(?:nbsp|emsp|ensp);", " ", indent[0])) if indent else 0
    bare = text[indent.end() :] if indent else text
    if re.match(r"\d", bare) is None and text[:1].isdigit():
        bare = text
    match = _HEAD.match(bare)
    if not match:
        return None
    parts = tuple(split_name(match["name"]))
    if parts[0].lower() in TOP and parts[0] in parts[1:]:
        # Two names with a bar between them.
        return None
    if len(parts) == 1 and not named and not _may_be_field(match["name"].lower(), quoted=bool(match["quote"])):
        return None
    trimmed = bool(match["quote"]) and bool(match["space"])
    lists = tuple(index for index, part in enumerate(_split(match["name"])) if part.endswith("]"))
    return FieldHead(parts, match["rest"].strip(), nested, trimmed, lists)


def _may_be_field(word: str, *, quoted: bool) -> bool:
    """Tell whether a word can be a field: words such as "description" only in backticks, names of types never."""
    return word not in _TYPES and (quoted or word not in _NO_FIELDS)


def another_name(rest: str, *, named: bool = False) -> str | None:
    """Return the next name where what follows a field's name is one more, such as "`, `y`"; bare ones where all are names."""
    found = _NEXT.match(rest)
    return None if found is None else found["quoted"] or (found["bare"] if named else None)


def split_name(name: str) -> list[str]:
    """Split `input.shots[].Scene` into its parts, without the brackets of arrays."""
    return [re.sub(r"\[.*\]$", "", part) for part in _split(name)]


def _split(name: str) -> list[str]:
    return re.split(r"\s*(?:\.|/|->|>|→)\s*", name)


def full_path(parts: tuple[str, ...], scope: tuple[str, ...]) -> tuple[str, ...]:
    """Return the path from the body's root for a name that stands in a scope such as ("input",)."""
    if not scope:
        return parts
    if parts[0].lower() in TOP and (len(parts) > 1 or parts[0] == "input"):
        return parts
    if len(parts) > 1:
        for length in range(1, len(scope) + 1):
            if scope[-length:] == parts[:length] or parts[0] == scope[-length]:
                return scope[: len(scope) - length] + parts
    return scope + parts
