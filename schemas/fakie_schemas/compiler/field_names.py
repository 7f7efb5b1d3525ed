"""Names of fields as pages write them, and the places in the body that they mean."""

import re
from typing import NamedTuple

from fakie_schemas.compiler.page_words import says_required, section_of
from fakie_schemas.compiler.written_values import parse_kind

_WORD = r"[A-Za-z_][A-Za-z0-9_]*"
_ARRAY = r"(?:\s?\[\]|\[(?:\d+|[ijkn]|index|\*)\])?"
_NAME = rf"{_WORD}{_ARRAY}(?:\s*(?:\.|/|>|→|->)\s*{_WORD}{_ARRAY})*"
_HEAD = re.compile(
    rf"^(?:\d+(?:\.\d+)*[.)、]?\s+)?(?:参数|字段|属性)?\s*[:：]?\s*(?P<quote>`?)[\"“]?(?P<name>{_NAME})(?P<space>\s*)[\"”]?(?P=quote)"
    r"(?P<rest>(?:\s*[（(\[【:：,，、—–`|·•/].*|\s+.*)?)$",
    re.DOTALL,
)
# Brackets that are left behind a name, such as those of an array of arrays.
_MORE_BRACKETS = re.compile(r"\s*\[(?:\s*\]|[^\]]*\][.\[?])")
# A name with keys in brackets, as forms have it: `camera[angle]` is the angle of the camera.
_KEYED = re.compile(rf"`?[\"“]?{_WORD}(?:\[[\w\"'*]*\])+(?![.\w\[])")
_KEY = re.compile(rf"\[[\"']?(?P<key>{_WORD})[\"']?\]")
_INDICES = frozenset("ijkn") | {"index"}
_QUOTED_NAME = re.compile(rf"[A-Za-z\u4e00-\u9fff][^`]*?[（(]?`(?P<name>{_NAME})`[)）]?(?P<rest>[^`]*)")
_INDENT = re.compile(r"^(?:&nbsp;|&emsp;|&ensp;|[\s└├│─┗┣—–\-↳>＞»·•*]|\|_)+")
# Pictures before a name or a title, which are no part of it.
_PICTURES = re.compile(r"^(?:[\u2600-\u27bf\u2b00-\u2bff\U0001f000-\U0001faff][\ufe0f\u200d]*\s*)+(?=\S)")
_NEXT = re.compile(
    rf"\s*(?:[,，、/|&+和或]|and\b|or\b)\s*(?:`(?P<quoted>{_NAME})`|(?P<bare>{_NAME})(?=\s*(?:$|[,，、|&+和或]|and\b|or\b)))"
)
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

    `lists` has the numbers of the parts that are written as arrays, such as `shots[]`; `others` the names of more
    fields that the same is said of, such as "`x`, `y`"; `keyed` tells that a part stands in brackets, as in `camera[angle]`.
    """

    parts: tuple[str, ...]
    rest: str
    nested: int
    trimmed: bool
    lists: tuple[int, ...] = ()
    others: tuple[str, ...] = ()
    keyed: bool = False


def read_head(text: str, *, named: bool = False) -> FieldHead | None:
    """Read a field's name at the start of a text; None when the text does not start with one.

    `named` tells that the text stands in a column of names, where any word is one.
    """
    text = _PICTURES.sub("", text)
    indent = _INDENT.match(text)
    nested = len(re.sub(r"&(?:nbsp|emsp|ensp);", " ", indent[0])) if indent else 0
    bare = text[indent.end() :] if indent else text
    if re.match(r"\d", bare) is None and text[:1].isdigit():
        bare = text
    dotted = _with_dots(bare)
    match = _HEAD.match(dotted)
    if not match:
        return None
    parts = tuple(split_name(match["name"]))
    if _MORE_BRACKETS.match(match["rest"]) or _is_of_several(match["name"], parts):
        return None
    if len(parts) == 1 and not named and not _may_be_field(match["name"].lower(), quoted=bool(match["quote"])):
        return None
    trimmed = bool(match["quote"]) and bool(match["space"])
    lists = tuple(index for index, part in enumerate(_split(match["name"])) if part.endswith("]"))
    others, rest = _other_names(match["rest"], named=named)
    return FieldHead(parts, rest.strip(), nested, trimmed, lists, others, keyed=dotted != bare)


def _with_dots(text: str) -> str:
    """Write the keys in brackets of the name that a text begins with behind dots; types and marks there are no keys."""
    found = _KEYED.match(text)
    return _KEY.sub(_with_dot, found[0]) + text[found.end() :] if found else text


def _with_dot(found: re.Match[str]) -> str:
    key = found["key"]
    # A Y is an axis here, and no answer.
    is_remark = key.lower() in _INDICES or parse_kind(key) or (len(key) > 1 and says_required(key) is not None)
    return found[0] if is_remark else f".{key}"


def from_quoted_name(title: str) -> str:
    """Return a title without pictures, from the one name on that it has in backticks, as in "The `input` object"."""
    title = _PICTURES.sub("", title)
    found = _QUOTED_NAME.fullmatch(title)
    if found is None or section_of(title) is not None:
        return title
    is_remark = parse_kind(found["name"]) is not None or says_required(found["name"]) is not None
    return title if is_remark else f"`{found['name']}`{found['rest']}"


def _is_of_several(name: str, parts: tuple[str, ...]) -> bool:
    """Tell whether what is written like a path is two names with a bar between them."""
    return re.search(r"\s/|/\s", name) is not None or (parts[0].lower() in TOP and parts[0] in parts[1:])


def _may_be_field(word: str, *, quoted: bool) -> bool:
    """Tell whether a word can be a field: words such as "description" only in backticks, names of types never."""
    return word not in _TYPES and (quoted or word not in _NO_FIELDS)


def _other_names(rest: str, *, named: bool) -> tuple[tuple[str, ...], str]:
    """Return the names that follow a field's, bare ones where all are names, and what follows them."""
    names: list[str] = []
    while found := _NEXT.match(rest):
        name = found["quoted"] or (found["bare"] if named else None)
        if name is None or parse_kind(name) or says_required(name) is not None:
            break
        names.append(name)
        rest = rest[found.end() :]
    return tuple(names), rest


def split_name(name: str) -> list[str]:
    """Split `input.shots[].Scene` into its parts, without the brackets of arrays."""
    return [re.sub(r"\s*\[.*\]$", "", part) for part in _split(name)]


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


def in_input(path: tuple[str, ...]) -> tuple[str, ...]:
    """Put a name that is none of the body's own fields into input: the Market's body has no other object."""
    if path[0].lower() not in TOP:
        return ("input", *path)
    return path if path[0] == "input" or len(path) == 1 else ("input", *path[1:])
