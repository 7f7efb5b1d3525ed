"""Values as pages write them: types, numbers, lists of options, and their coercion to the declared type."""

import json
import re
from typing import Any, NamedTuple

from fakie_schemas.compiler.examples import parse_json
from fakie_schemas.compiler.prose.numerals import number

_TYPES = {
    **dict.fromkeys(("string", "str", "text", "字符串", "文本", "字符", "字符型", "varchar"), "string"),
    **dict.fromkeys(("integer", "int", "int32", "int64", "bigint", "long", "整数", "整型", "整形"), "integer"),
    **dict.fromkeys(
        (
            "number",
            "float",
            "float32",
            "float64",
            "double",
            "decimal",
            "numeric",
            "数字",
            "数值",
            "浮点数",
            "浮点",
            "浮点型",
            "小数",
        ),
        "number",
    ),
    **dict.fromkeys(("boolean", "bool", "布尔", "布尔值", "布尔型", "布尔类型"), "boolean"),
    **dict.fromkeys(("object", "dict", "map", "json", "对象", "json object", "json 对象"), "object"),
    **dict.fromkeys(("array", "list", "数组", "列表"), "array"),
    "null": "null",
}
_TRUTHS = {"true": True, "false": False, "是": True, "否": False}
_ARRAY = re.compile(r"^(?:array|list|数组|列表)\s*(?:<|\[|\(|（| of | )\s*(?P<item>.+?)\s*[>\])）]?$")
_LISTED = re.compile(r"(?P<before>.+)\[\]|\[(?P<within>[^\[\]]+)\]")
_ENUM = re.compile(r"^(?:enum|枚举)\s*(?:<|\[|\(|（)?\s*(?P<base>.*?)\s*[>\])）]?$")
_TRAILING_ENUM = re.compile(r"^(?P<base>\w+)\s*(?:<|\[|\(|（|,|，|\s)\s*(?:enum|枚举)\s*[>\])）]?$")
_EITHER = re.compile(r"\s*[|/]\s*|\s+or\s+|\s*或\s*")
_NULLABLE = re.compile(r"nullable\s+(?P<after>\w.*)|(?P<before>\w[^?]*)\?", re.IGNORECASE)
QUOTED_VALUES = (
    r"`?(?P<values>(?P<mark>[\"'])[^\"'`|\n]{1,60}(?P=mark)(?:\s*\|\s*(?P=mark)[^\"'`|\n]{1,60}(?P=mark))+)`?"
)
_QUOTED_VALUES = re.compile(QUOTED_VALUES)
_FORMATTED = re.compile(r"(?P<base>\w+)\s?<\s?(?P<format>\w+)\s?>")
# Types that are remarks on another one, such as that of a string in JSON.
_REMARKS = frozenset({"json", "long", "double", "list", "map", "text"})
_SCALARS = frozenset({"string", "integer", "number", "boolean"})
_URI = re.compile(r"^(?:string|字符串)?\s*[<(\[（,，\s]*\s*(?:format\s*[:：=]\s*)?uri\s*[>)\]）]?$")
NUMBER = r"[-−]?(?:\d{1,3}(?:,\d{3})+(?!\d)|\d+)(?:\.\d+)?"
# No page means a number of more digits, and JSON has none that is beyond every float.
MAX_DIGITS = 300
_TOKEN = re.compile(
    r"`(?P<code>[^`]+)`|\"(?P<quoted>[^\"]*)\"|“(?P<curly>[^”]*)”|'(?P<single>[^']*)'"
    r"|(?P<bare>\d+:\d+|[A-Za-z0-9][A-Za-z0-9_+\-./:]*|-?\d+(?:\.\d+)?)"
)
_SEPARATOR = re.compile(
    r"\s*(?:[,，、|｜;；/／]|\b(?:or|and)\b|或者|或|以及|和|与)\s*(?:或|和|or\b|and\b)?\s*|\s+(?=[`\"“])"
)
# In one pair of backticks.
_SEVERAL = re.compile(r"\s*(?P<mark>[\"'])[^\"']*(?P=mark)\s*(?:[,，、|/]|or\b|或)\s*(?P=mark)")
_ASIDE = re.compile(r"\s*[（(](?P<aside>[^（()）]*)[)）]")


class Kind(NamedTuple):
    """A declared type: the JSON type, the type of an array's items, whether it is an enum, and its format."""

    type: str
    items: "Kind | None" = None
    enum: bool = False
    uri: bool = False


class ListedValue(NamedTuple):
    """One listed value, the remark in brackets after it, and whether it stood in backticks or in a text's quotes."""

    text: str
    aside: str
    quoted: bool
    is_text: bool = False


def parse_kind(text: str) -> Kind | None:
    """Read a type as pages write it, such as `enum<string>` or `string<uri>[]`; None when it is unknown."""
    bare = (
        re.sub(r"\s+", " ", text.replace("`", "").replace("＜", "<").replace("＞", ">")).strip().strip(".。,，").lower()
    )
    if listed := _LISTED.fullmatch(bare):
        item = parse_kind((listed["before"] or listed["within"]).strip())
        return Kind("array", item) if item else None
    if bare in _TYPES:
        return Kind(_TYPES[bare])
    if _URI.match(bare):
        return Kind("string", uri=True)
    # A format such as that of `integer<int64>` only says the type once more.
    if (found := _FORMATTED.fullmatch(bare)) and _TYPES.get(found["base"]) == _TYPES.get(found["format"], ""):
        return Kind(_TYPES[found["base"]])
    if found := _ENUM.match(bare):
        base = parse_kind(found["base"]) if found["base"] else None
        return Kind(base.type, enum=True) if base else None
    if found := _TRAILING_ENUM.match(bare):
        base = parse_kind(found["base"])
        return Kind(base.type, enum=True) if base else None
    return _array_kind(bare) or _number_kind(bare)


def quoted_values(text: str) -> str | None:
    """Return the values of a type that is no more than their list, as in `"wide" | "tele"`; None for any other."""
    found = _QUOTED_VALUES.fullmatch(text.strip())
    return found["values"] if found else None


def several_types(text: str) -> list[str]:
    """Read several plain types and a null beside them, as in "string or number"; empty where there are no two."""
    parts = re.split(rf"{_EITHER.pattern}|\s*[,，、]\s*(?:or\s+)?", text.strip("`（()） "))
    kinds = [parse_kind(part) for part in parts if part.lower() != "null"]
    named = list(dict.fromkeys(kind.type for kind in kinds if kind and kind == Kind(kind.type)))
    if len(named) != len(kinds) or len(named) < 2 or not _SCALARS.issuperset(named):
        return []
    return named if len(kinds) == len(parts) else [*named, "null"]


def is_either(text: str) -> bool:
    """Tell whether a text is a type and others, null or quoted values beside it, as in `integer | "auto"`."""
    first, *others = (part.strip("` ") for part in _EITHER.split(text))
    return bool(others and parse_kind(first)) and all(
        parse_kind(part) or part.lower() == "null" or part[:1] in {'"', "'", "“"} for part in others
    )


def names_another(rest: str, kind: Kind) -> bool:
    """Tell whether what follows a type goes on with others, as in "(or number)" and ", array of strings"."""
    if re.match(r"[\s,，(（]*(?:or\b|[|/]|或)", rest):
        return True
    others = (parse_kind(part) for part in re.split(r"[,，;；(（)）]", rest) if part.strip().lower() not in _REMARKS)
    return any(
        other and other.type != kind.type and {other.type, kind.type} != {"number", "integer"} for other in others
    )


def without_null(text: str) -> str | None:
    """Return a type without the null beside it, as in "string | null", "string?" and "nullable string"; None where there is none."""
    parts = _EITHER.split(text.strip())
    kept = [part for part in parts if part.lower() != "null"]
    if len(kept) == 1 < len(parts):
        return kept[0]
    marked = _NULLABLE.fullmatch(text.strip())
    return marked["before"] or marked["after"] if marked else None


def _number_kind(bare: str) -> Kind | None:
    """Read several words for numbers, such as "int/float": all are numbers, and whole ones if all of them are."""
    kinds = {_TYPES.get(part) for part in _EITHER.split(bare)}
    return Kind("number" if "number" in kinds else "integer") if kinds <= {"number", "integer"} else None


def _array_kind(bare: str) -> Kind | None:
    if found := _ARRAY.match(bare):
        # `array<string<uri>>` loses its last bracket to the pattern.
        item = parse_kind(found["item"]) or parse_kind(found["item"] + ">")
        item = item or parse_kind(re.sub(r"s$", "", found["item"]))
        return Kind("array", item) if item else None
    if found := re.match(
        r"^(?P<item>字符串|整数|数字|对象|布尔|string|object|integer|number)\s*(?:数组|列表|array|list)$",
        bare,
    ):
        return Kind("array", parse_kind(found["item"]))
    return None


def unquote(text: str) -> str:
    """Strip one layer of backticks, then one of quotes."""
    bare = text.strip()
    if len(bare) > 1 and bare[0] == bare[-1] == "`":
        bare = bare[1:-1].strip()
    for left, right in ('""', "“”", "''", "‘’", "「」"):
        if len(bare) > 1 and bare[0] == left and bare[-1] == right:
            return _unescape(bare) if left == '"' else bare[1:-1]
    return bare


def _unescape(quoted: str) -> str:
    try:
        value = json.loads(quoted)
    except ValueError:
        return quoted[1:-1]
    return value if isinstance(value, str) else quoted[1:-1]


def coerce(text: str, kind: str | None) -> Any:
    """Turn a written value into the declared JSON type; raises `ValueError` when it is none of that type."""
    bare = unquote(text)
    if kind == "string":
        return bare
    if kind == "boolean":
        return _TRUTHS[bare.lower()] if bare.lower() in _TRUTHS else _refuse(bare)
    if kind in {"number", "integer"}:
        if len(bare) > MAX_DIGITS or not re.fullmatch(NUMBER, bare):
            _refuse(bare)
        value = number(bare)
        return value if kind == "number" or isinstance(value, int) else _refuse(bare)
    if kind in {"array", "object"}:
        value = parse_json(text.strip().strip("`"))
        return value if isinstance(value, list if kind == "array" else dict) else _refuse(bare)
    return _refuse(bare)


def _refuse(text: str) -> Any:
    raise ValueError(text)


def options(text: str, *, slash: bool = True) -> tuple[list[ListedValue], str]:
    """Read a list of values at the start of a text; returns the values and the text that is left.

    Once a value stands in backticks or quotes, plain words end the list. `slash` splits plain `a/b/c`.
    """
    found: list[ListedValue] = []
    at = len(text) - len(text.lstrip(" []"))
    token = _TOKEN.match(text, at)
    while token:
        at = token.end()
        if aside := _ASIDE.match(text, at):
            at = aside.end()
        found.extend(_split_token(token, aside["aside"] if aside else "", token["bare"] is None, slash))
        separator = _SEPARATOR.match(text, at)
        token = _TOKEN.match(text, separator.end()) if separator else None
        if token and found[0].quoted and token["bare"] is not None:
            break
    return found, text[at:].lstrip(" ]")


def _split_token(token: re.Match[str], aside: str, quoted: bool, slash: bool) -> list[ListedValue]:
    if quoted:
        text = next(value for value in token.group("code", "quoted", "curly", "single") if value is not None)
        if token["code"] and _SEVERAL.match(text):
            return [value._replace(aside=value.aside or aside) for value in options(text.strip())[0]]
        inner = unquote(text)
        if token["code"] and re.fullmatch(r"[\w.:+-]+(?:\|[\w.:+-]+)+", inner):
            return [ListedValue(part, aside, True) for part in inner.split("|")]
        if token["code"] and re.search(r"[,，、]\s", inner) and not inner.startswith(("[", "{")):
            return [ListedValue(unquote(part), aside, True) for part in re.split(r"[,，、]\s*", inner)]
        is_text = token["code"] is None or token["code"].strip().startswith('"')
        return [ListedValue(inner, aside, True, is_text)]
    bare = token["bare"].rstrip(".")
    parts = bare.split("/") if slash and "/" in bare else [bare]
    return [ListedValue(part, aside, False) for part in parts if part]
