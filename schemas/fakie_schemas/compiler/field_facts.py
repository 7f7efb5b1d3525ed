"""From what is said about one field, in any layout, to its facts.

A layout reader gathers what is said in order (`Statement`); this module knows the labels and the words.
"""

import re
from collections.abc import Iterator

from fakie_schemas.compiler.facts import IN_WORDS, STATED, Fact, Field, Log
from fakie_schemas.compiler.list_ends import begins_with_other, goes_on, joined_lists
from fakie_schemas.compiler.page_words import LABEL, Role, role_of, says_required
from fakie_schemas.compiler.settle import put_kind, settle
from fakie_schemas.compiler.statements import Draft, Raw, State, Statement, Take, is_nothing
from fakie_schemas.compiler.written_values import (
    NUMBER,
    Kind,
    ListedValue,
    names_another,
    options,
    parse_kind,
    quoted_values,
    several_types,
    unquote,
    without_null,
)

# A range stands where values could: "0 <= x <= 1", "0 - 1", "0 到 1".
_RANGE = re.compile(
    rf"^`?\s*{NUMBER}`?\s*(?:<=?|≤|~|～|到|至|-|–)\s*`?(?:{NUMBER}|[A-Za-z_]\w*(?=\s*[<≤]))`?\s*(?:$|[^\d\w:])|^`?\s*[xX]\s*[<>≤≥]"
    rf"|^[\[(（]\s*{NUMBER}\s*[,，]\s*{NUMBER}\s*[)）]|^[(（]\s*{NUMBER}\s*[,，]\s*{NUMBER}\s*\]"
)
CONDITION = re.compile(r"当|如果|若|视|取决|条件|\bif\b|\bwhen\b|\bunless\b", re.IGNORECASE)
_BARE_ENUM = re.compile(r"^`?(?:enum|枚举|枚举值|枚举类型)`?$", re.IGNORECASE)
# The default among listed values, as in "(default)" or "(default 5)", and what makes it depend on something else.
_MARK = re.compile(
    r"(?:默认|缺省|\bdefault\b)(?:取值|选项|值|\s*value\b)?\s*(?:[:：=]|为|是|\bis\b|\bto\b)?(?P<named>.*)$",
    re.IGNORECASE | re.DOTALL,
)
_UNCLEAR = re.compile(r"[非不](?:是|为)?默认|时|如果|若|当|情况|\bnot\b|\bwhen\b|\bif\b|\bunless\b", re.IGNORECASE)
# What columns of defaults say in place of one.
_ASKED = {
    **dict.fromkeys(("required", "必填", "必需", "必传"), True),
    **dict.fromkeys(("optional", "可选", "选填"), False),
}
_AROUND = "（()）[]【】 "
# Tags that begin a line in a cell, and those that only end one.
_LINE = re.compile(r"<br\s*/?>|</?(?:ul|ol|p|div)\b[^<>]{0,100}>|</li>|\n", re.IGNORECASE)
_ITEM = re.compile(r"<li\b[^<>]{0,100}>\s*", re.IGNORECASE)
_BULLET = re.compile(r"^\s*[-*•·▪]\s+")
# A line of marks alone is shorter; a longer one is words, and would be searched from each bracket in it.
_LONGEST_MARKS = 80


def read_field(draft: Draft, log: Log) -> Field:
    """Turn what is said about a field into facts; what is not certain goes to the log."""
    state = State(Field(draft.name, draft.line), log)
    for said in draft.said:
        for part in _parts(said):
            _take(state, part)
    settle(state)
    if draft.group and "required" not in state.field.facts:
        _take_required(state, draft.group)
    draft.said.clear()
    draft.said.extend(Statement(None, text, line) for text, line in state.texts)
    return state.field


def _parts(said: Statement) -> Iterator[Statement]:
    """Split by line breaks, and running text by the labels in it."""
    for number, line in enumerate(_LINE.split(_ITEM.sub("\n- ", said.text))):
        bullet = said.bullet or bool(_BULLET.match(line))
        line = _BULLET.sub("", line).strip()
        if said.role not in {None, "text"} and number == 0:
            yield Statement(said.role, line, said.line, bullet)
        else:
            yield from _labels(line, said.line, bullet)


def _labels(text: str, line: int, bullet: bool) -> Iterator[Statement]:
    start, role = 0, None
    masked = re.sub(r"`[^`]*`|\"[^\"]*\"", lambda match: "\x00" * len(match[0]), text)
    for match in LABEL.finditer(masked):
        if chunk := text[start : match.start()].strip(" （("):
            yield Statement(role, chunk, line, bullet and role is None)
        role, start = role_of(match["label"]), match.end()
        bullet = bullet and role is None
    if role is not None or text[start:].strip():
        yield Statement(role, text[start:].strip(), line, bullet)


def _take(state: State, said: Statement) -> None:
    if state.pending and said.text and said.role in {None, "text"}:
        if _continues(state, said):
            return
        state.pending = None
    elif said.text:
        state.pending = None
    if said.role and said.role in _TAKERS and not said.text:
        state.pending = (said.role, said.line)
    elif said.role in _TAKERS:
        _TAKERS[said.role](state, said)
    elif said.text:
        _take_text(state, said)


def _take_text(state: State, said: Statement) -> None:
    """Take a line of marks alone, or keep a running text; one that goes on with the list of values above it is doubted."""
    if "type" not in state.field.facts and (marks := _marks(said)):
        for mark in marks:
            _take(state, mark)
        return
    if state.lists and begins_with_other(said.text, [option for option, _ in state.options]):
        state.log.doubt(said.line, f"{state.field.name}: the list of values was not read", said.text)
        state.options.clear()
    state.lists = False
    state.texts.append((said.text, said.line))


def _marks(said: Statement) -> list[Statement]:
    """Return what a line says that is no more than a type and whether a field is required; nothing for any other."""
    parts = attributes(said.text) if len(said.text) <= _LONGEST_MARKS else []
    kinds = [part for part in parts if parse_kind(unquote(part))]
    asked = [part for part in parts if says_required(part) is not None]
    if len(kinds) != 1 or len(kinds) + len(asked) != len(parts) or (kinds == [said.text] and kinds[0][0] != "`"):
        return []
    return [Statement("type", unquote(kinds[0]), said.line), *read_attributes(", ".join(asked), said.line)]


def _continues(state: State, said: Statement) -> bool:
    """Take a line below an empty label: each bullet of a list of options, or the one line below the label."""
    role = state.pending[0] if state.pending else None
    if role == "enum" and said.bullet:
        return _take_option(state, said)
    if role in {"enum", "example", "default"}:
        state.pending = None
        _TAKERS[role](state, said)
        return True
    return False


def _take_type(state: State, said: Statement) -> None:
    text, rest = said.text, ""
    if values := quoted_values(text):
        put_kind(state.field, Kind("string", enum=True), said.line, state.log)
        _take_enum(state, Statement("enum", values, said.line))
        return
    if (several := several_types(text)) and not parse_kind(text):
        state.several = Fact(several, said.line)
        return
    if found := re.match(r"^`([^`]+)`\s*(.*)$", text):
        text, rest = found[1], found[2]
    if (bare := without_null(text)) and parse_kind(bare):
        text, state.field.nullable = bare, True
    kind, rest = _kind_and_rest(text, rest)
    if kind is None and is_bare_enum(said.text):
        # The listed values tell the type, or another line does.
        rest = ""
    elif kind is None:
        state.log.doubt(said.line, f"{state.field.name}: the type is not one that is known", said.text)
    else:
        state.kind = state.kind or kind
        put_kind(state.field, kind, said.line, state.log)
    for attribute in read_attributes(rest, said.line):
        _take(state, attribute)


def _kind_and_rest(text: str, rest: str) -> tuple[Kind | None, str]:
    """Read the type at the start of a text, and what is left; none where others follow it that cannot be read."""
    kind = parse_kind(text)
    while kind is None and not rest and (cut := re.search(r"\s*[（(，,；;、。]|\.\s|\s+(?=\S+$)", text)):
        head, tail = text[: cut.start()], text[cut.start() :]
        kind = parse_kind(head)
        text, rest = (head, tail) if kind else (text, " ")
    return (None, "") if kind and names_another(rest, kind) else (kind, rest)


def is_bare_enum(text: str) -> bool:
    """Tell whether a type says that values are listed, and no more."""
    return _BARE_ENUM.match(text) is not None


def read_attributes(text: str, line: int) -> Iterator[Statement]:
    """Read remarks in brackets behind a type or a name, such as "(Required, Default: `x`)"."""
    for part in joined_lists(attributes(text)):
        if (required := says_required(part)) is not None:
            yield Statement("required", "是" if required else "否", line)
        elif part.strip():
            yield from _labels(part.strip(), line, bullet=False)


def attributes(text: str) -> list[str]:
    """Split "(a, b)" and "[a] b" at commas and bars, but not inside of backticks, quotes or inner brackets."""
    bare = text.strip().lstrip(_AROUND)
    kept = bare.rstrip(_AROUND)
    if bare[len(kept) :].startswith("[]"):
        # The brackets of "string[]" are a part of the type.
        kept += "[]"
    return [
        part.strip() for part in re.findall(r"(?:`[^`]*`|\"[^\"]*\"|<[^>]*>|\[[^\]]*\]|[^,，;；、|·•（()）])+", kept)
    ]


def _take_required(state: State, said: Statement) -> None:
    required = says_required(said.text)
    if said.role == "optional" and required is None and len(options(said.text)[0]) > 1:
        _take_enum(state, said)
    elif required is None or (required and CONDITION.search(said.text)):
        state.log.doubt(said.line, f"{state.field.name}: whether it is required is not said by yes or no", said.text)
        state.texts.append((said.text, said.line))
    else:
        state.field.put("required", Fact(required is (said.role != "optional"), said.line), state.log)
        rest = re.split(r"[,，。；;]|(?=[（(])", said.text, maxsplit=1)[1:]
        for attribute in read_attributes("".join(rest), said.line):
            _take(state, attribute)


def _take_default(state: State, said: Statement) -> None:
    # A field that must be given has no default; in quotes it is a value.
    if (answer := said.text.strip("*. ").lower()) in _ASKED and not any(
        option.text == answer for option, _ in state.options
    ):
        state.field.put("required", Fact(_ASKED[answer], said.line, IN_WORDS), state.log)
        return
    # "none" can be a value: that is decided when the list of values is known.
    if is_nothing(said.text) and said.text.strip("` ") != "none":
        return
    value, rest = _first_value(said.text)
    state.defaults.append(Raw(value, said.line, STATED))
    if rest:
        _take(state, Statement(None, rest, said.line))


def _first_value(text: str) -> tuple[str, str]:
    if found := re.match(r"(`[^`]*`|\"(?:[^\"\\]|\\.)*\"|“[^”]*”|\[.*?\]|\{.*\})(.*)$", text, re.DOTALL):
        return found[1], found[2].strip(" 。.；;，,）)")
    parts = re.split(r"[。；;，,（()）]|\s", text, maxsplit=1)
    return parts[0], parts[1].strip(" 。.；;）)") if len(parts) > 1 else ""


def _take_example(state: State, said: Statement) -> None:
    if not is_nothing(said.text):
        state.examples.append(Raw(said.text, said.line, STATED))


def _take_option(state: State, said: Statement) -> bool:
    found = re.match(r"(`[^`]+`|\"[^\"]+\"|\d+:\d+(?!\d)|[^\s:：（()）,，。；;–—]+)(?P<aside>.*)$", said.text)
    if not found:
        return False
    text = found[1]
    option = ListedValue(unquote(text), found["aside"], text[0] in '`"')
    state.options.append((option, said.line))
    _take_mark(state, option, said.line)
    return True


def _take_mark(state: State, option: ListedValue, line: int) -> None:
    """Take a remark beside an option that tells the default: the option itself, unless it names another value."""
    if not (mark := _MARK.search(option.aside)):
        return
    named = mark["named"].strip()
    if _UNCLEAR.search(option.aside):
        state.log.doubt(line, f"{state.field.name}: a default beside the values was not read for certain", option.aside)
    elif not named or named[0] in "，,；;。.、！!）)":
        state.defaults.append(Raw(option.text, line, IN_WORDS))
    else:
        state.defaults.append(Raw(_first_value(named)[0], line, IN_WORDS))


def _take_enum(state: State, said: Statement) -> None:
    if _RANGE.match(said.text):
        state.texts.append((f"范围: {said.text}", said.line))
        return
    found, rest = options(said.text, slash=state.field.name != "model")
    if found and (words := rest.strip(" 。.；;，,）)")):
        state.texts.append((words, said.line))
    if not found or goes_on(found, rest):
        if not is_nothing(said.text):
            state.log.doubt(said.line, f"{state.field.name}: the list of values was not read", said.text)
        return
    state.options.extend((option, said.line) for option in found)
    state.lists = True
    for option in found:
        _take_mark(state, option, said.line)


def _ignore(state: State, said: Statement) -> None:
    """Skip the place of a parameter (body, header): the section tells it already."""


_TAKERS: dict[Role | None, Take] = {
    "type": _take_type, "required": _take_required, "optional": _take_required, "default": _take_default,
    "example": _take_example, "enum": _take_enum, "place": _ignore,
}  # fmt: skip
