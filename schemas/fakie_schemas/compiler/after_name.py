"""Reading the rest of a line behind a field's name: a type, whether it is required, remarks in brackets, words."""

import re
from collections.abc import Iterator

from fakie_schemas.compiler.blocks import Block
from fakie_schemas.compiler.field_facts import CONDITION, attributes, is_bare_enum, read_attributes
from fakie_schemas.compiler.page_words import LABEL, role_of, says_required
from fakie_schemas.compiler.statements import Statement, is_nothing
from fakie_schemas.compiler.written_values import QUOTED_VALUES, is_either, options, parse_kind, several_types

# Names of types that are plain words too: alone they do not make a line a field.
_WORDS = frozenset(
    [
        "文本",
        "字符",
        "数字",
        "对象",
        "列表",
        "数组",
        "小数",
        "text",
        "json",
        "map",
        "list",
        "long",
        "double",
        "float",
    ]
)

_DASHES = " :：—–-|·•"
# One between two remarks, and no sign before a number.
_DASH = re.compile(r"^[—–]\s+")
# "no more than 5" and "true if …" answer no question of whether a field is required.
_ANSWERS = re.compile(r"\s*(?:yes|no|true|false|[yn])\s+\w", re.IGNORECASE)
# Nor does "required when …", which holds at times only, or "Required range: …", the label of a limit.
_AT_TIMES = re.compile(
    r"\s*(?P<times>(?:required|mandatory|optional)\s+(?:if|when|whenever|unless|where|only|for|in|with|without|by)\b[^,，;；.。]*)"
    r"|\s*(?:required|optional)\s+(?:\w{1,20}\s+){0,2}(?:range|length|size|format|count)\s*:",
    re.IGNORECASE,
)
# A mark behind the type, and what it is followed by, unless that says when it holds, or lists values.
_MARKED = re.compile(
    r"[\s,，;；]*`?(?:(?P<optional>optional|选填)`?\s*[:：]"
    r"(?!\s*(?:(?:required|mandatory|must be (?:set|given|sent|passed|present|provided|specified))\b"
    r"|必[填需选传]|[`\"“]))"
    r"|(?P<required>required|mandatory|必填|必需|必选|必传)`?\s*[:：]"
    r"(?!\s*(?:(?:only|if|when|whenever|unless|where|for|in|with|without|by|both|either|one of|at least)\b"
    r"|(?:not|on|any of|provided|except|otherwise|depends|depending|varies|conditional|see)\b"
    r"|[当若仅如视由只至二三其]|[`\"“])))\s*(?P<after>.+)$",
    re.IGNORECASE | re.DOTALL,
)
_BRACKET = re.compile(
    r"\s*[（(\[【](?P<inside>(?:[^（()）\[\]【】`]|`[^`]*`|\[\w*\])*)[)）\]】]\s*[:：—–-]*\s*(?P<after>.*)$",
    re.DOTALL,
)
_LEAD = re.compile(
    r"^[\s:：—–|·•-]*`?(?P<type>[A-Za-z]+(?:[<\[][^\s`,，]*)?|字符串|整数|布尔值?|对象|数组)`?"
    r"(?=$|[\s,，。;；|（(:：—–-])(?P<after>.*)$",
    re.DOTALL,
)

# A name, a type, and perhaps a mark, as in "type string required" and "url (string)".
_TYPED_NAME = re.compile(
    r"`?(?P<name>[a-z_]\w{0,60})`?(?:\s+|(?=[(（]))(?P<bracket>[(（]?)(?:`(?P<code>[^`\n]{1,60})`|(?P<type>[\w<>\[\]]{1,60}))"
    r"(?=$|[\s,，;；:：(（)）—-])[\s,，;；(（]*`?(?P<mark>[^\s`,，;；:：.)）]{0,20})"
)
# A type of several words as code, such as `string (uri)`.
_WRITTEN = re.compile(r"^[\s:：—–|·•-]*`(?P<type>[^`\n]{1,60})`(?P<after>.*)$", re.DOTALL)
# What goes on with another type behind the first: up to what can only be words about the field.
_EITHER = re.compile(
    r"`?\s*(?:\||\bor\b|或)\s*(?:an?\s+)?(?:[\"“'][^\"”'\n]{1,40}[\"”']|`[^`\n]{1,40}`|(?:array|list) of \w+|\w+\[\]|null\b)"
)
# Types of more than one word, those that are a list of values, and those that the page has a name of its own for.
_LONG = re.compile(
    rf"\s*(?:(?P<array>`?(?:array|list) of [A-Za-z]+`?)|(?P<quoted>{QUOTED_VALUES})|`(?P<own>[A-Z][a-z]\w*(?:\[\])?)`)"
    r"(?=$|[\s,，.。;；|（(:：—–-])(?P<after>.*)$",
    re.DOTALL,
)
# A name without any mark in front, and in brackets behind it what begins the words about a field.
_PLAIN = re.compile(r"[a-z_]\w{0,60} ?[（(][^()（）]{1,80}[)）]\s*(?:$|[:：—–-])")

_SEVERAL = re.compile(
    r"^[\s:：—–|·•-]*`?(?P<types>[A-Za-z]+(?:(?:\s*[|/]\s*|\s+or\s+|\s*或\s*)[A-Za-z]+)+)`?(?=$|[\s,，。;；|（(:：—–-])(?P<after>.*)$",
    re.DOTALL,
)


def head_words(text: str, line: int) -> Iterator[Statement]:
    """Read everything behind a name: brackets first, then a type, then marks and running text."""
    rest = text
    if bracket := _BRACKET.match(rest):
        yield from _attribute_words(bracket["inside"], line)
        rest = bracket["after"]
    lead = _LEAD.match(rest)
    written = _WRITTEN.match(rest)
    if lead and is_bare_enum(lead["type"]) and (values := lead["after"].lstrip(_DASHES)).startswith(("`", '"')):
        yield Statement("enum", values, line)
        return
    if written and " " in written["type"] and parse_kind(written["type"]):
        yield Statement("type", written["type"], line)
        rest = written["after"]
    elif (several := _SEVERAL.match(rest)) and several_types(several["types"]):
        yield Statement("type", several["types"], line)
        rest = several["after"]
    elif lead and (either := _EITHER.match(lead["after"])) and parse_kind(lead["type"]):
        yield Statement("type", lead["type"] + either[0], line)
        rest = lead["after"][either.end() :]
    elif long := _long_type(rest):
        yield Statement("type", long[0], line)
        rest = long[1]
    elif lead and parse_kind(lead["type"]):
        yield Statement("type", lead["type"], line)
        rest = lead["after"]
    yield from _rest_words(rest.strip(_DASHES), line, is_typed=rest != text)


def may_begin_field(block: Block) -> bool:
    """Tell whether a line can begin with a field's name: one with a mark in front, or with remarks in brackets behind."""
    return bool(block.strong or block.bullet or block.text.startswith("`") or _PLAIN.match(block.text))


def is_typed_name(block: Block) -> bool:
    """Tell whether a bullet begins with a small word that its type, and a mark, a bracket or bold type make a name."""
    found = _TYPED_NAME.match(block.text) if block.bullet else None
    if found is None or parse_kind(found["name"]) or parse_kind(found["code"] or found["type"]) is None:
        return False
    is_open = role_of(found["name"]) in {None, "name"} and (found["bracket"] or block.strong == found["name"])
    return bool(is_open) or says_required(found["mark"]) is not None


def titles_field(rest: str) -> bool:
    """Tell whether what follows a name in a title can belong to a field: nothing, brackets, a type, Chinese words."""
    if not rest or rest[0] in "（([【:：-—–`|*·•":
        return True
    if re.match(r"[一-鿿]", rest):
        return True
    first = re.split(r"[\s,，:：]", rest, maxsplit=1)[0]
    return parse_kind(first) is not None or is_bare_enum(first) or says_required(first) is not None


def typed(rest: str) -> bool:
    """Tell whether a line's remark behind the name holds a type, or says whether the field is required."""
    head = re.split(r"[。\n]", rest.lstrip(_DASHES), maxsplit=1)[0]
    if any(role_of(match["label"]) in {"type", "required"} for match in LABEL.finditer(head)):
        return True
    if _long_type(rest.lstrip(_DASHES)):
        return True
    words = attributes(head) + [word.strip("(（:：") for word in head.replace("`", " ").split()[:2]]
    return any(
        parse_kind(word) is not None or is_bare_enum(word.rstrip(":：")) for word in words if word not in _WORDS
    ) or any(says_required(word) is not None or several_types(word) for word in attributes(head)[:3])


def describes(rest: str) -> bool:
    """Tell whether what follows a name below an object says something of a field: behind a colon, a dash or in brackets."""
    return re.match(r"\s*(?:$|[:：—–(（]|-\s)", rest) is not None


def typed_below(block: Block, following: Block | None) -> bool:
    """Tell whether the bullet below a bullet begins the labels of a field."""
    if not block.bullet or following is None or following.kind != "text" or following.depth <= block.depth:
        return False
    match = LABEL.match(following.text)
    return bool(match and role_of(match["label"]) in {"type", "required", "text"}) or bool(
        following.strong and role_of(following.strong) == "type"
    )


def _long_type(text: str) -> tuple[str, str] | None:
    """Return a type of several words, of values, or of the page's own at the start of a text, and what follows it."""
    found = _LONG.match(text)
    if found is None or (found["array"] and parse_kind(found["array"]) is None):
        return None
    if (own := found["own"]) and (role_of(own) or parse_kind(own) or says_required(own) is not None):
        return None
    return found["array"] or found["quoted"] or own, found["after"]


def _attribute_words(inside: str, line: int) -> Iterator[Statement]:
    first, *others = re.split(r"(?=[,，;；])", inside, maxsplit=1)
    if several_types(inside) or is_either(first):
        several, inside = (inside, "") if several_types(inside) else (first.strip(), "".join(others))
        yield Statement("type", several, line)
    for said in read_attributes(inside, line):
        bare = re.sub(r"^(?:or\s+(?:an?\s+)?|或\s*)", "", said.text)
        kind = (parse_kind(bare) or several_types(said.text) or is_either(said.text)) if said.role is None else None
        yield Statement("type", bare, line) if kind else said


def _rest_words(rest: str, line: int, *, is_typed: bool) -> Iterator[Statement]:
    """Read "string，required，…" at the start of what follows a name, then running text."""
    while rest and (match := re.match(r"\s*`?([^\s,，。;；|（(`:：]+)`?(?=$|[\s,，。;；|（(])[\s,，;；|·]*", rest)):
        word = match[1]
        if at_times := _AT_TIMES.match(rest):
            if at_times["times"]:
                yield Statement("required", at_times["times"], line)
            break
        if parse_kind(word):
            is_typed = True
            yield Statement("type", word, line)
        elif (required := says_required(word)) is not None and not _ANSWERS.match(rest):
            yield Statement("required", "是" if required else "否", line)
        else:
            break
        rest = _DASH.sub("", rest[match.end() :])
    marked = _MARKED.match(rest) if is_typed else None
    if marked and says_required(marked["after"]) is None and not _lists(marked["after"]) and not _is_at_times(marked):
        yield Statement("required", marked["required"] or marked["optional"], line)
        rest = marked["after"]
    if not is_nothing(rest):
        yield Statement(None, rest, line)


def _is_at_times(marked: re.Match[str]) -> bool:
    """Tell whether words behind a mark that requires say in its own sentence when it does."""
    return bool(marked["required"]) and CONDITION.search(re.split(r"\.\s|[。\n]", marked["after"])[0]) is not None


def _lists(text: str) -> bool:
    """Tell whether a text is a list of values, such as "5, 10", and no words."""
    found, left = options(text)
    return len(found) > 1 and re.match(r"\w", left) is None
