"""Titles of groups, such as "Advanced" and "Other parameters": what stands below are fields beside those around it."""

import re
from collections.abc import Mapping

from fakie_schemas.compiler.after_name import typed
from fakie_schemas.compiler.blocks import Block, is_table
from fakie_schemas.compiler.field_names import read_head
from fakie_schemas.compiler.field_tables import read_table
from fakie_schemas.compiler.page_words import LABEL, Section, role_of, section_of
from fakie_schemas.compiler.statements import Draft

# A word with a capital letter is no name of a field of this API, nor are words that only say which fields follow.
_WORD = (
    r"(?P<word>[A-Z][a-z]+|required|optional|mandatory|other|more|additional|further|extra|advanced|basic|common|general"
    r"|core|main|all|new)"
)
# What a title can say of all fields below it that no field says itself.
_OF_ALL = re.compile(
    r"\b(?:deprecated|removed|unsupported|not supported|unavailable|obsolete|legacy|internal|reserved)\b|弃用|废弃|不支持|已移除|已下线",
    re.IGNORECASE,
)
# A title of one word that no field of this API has for a name.
CAPITAL = re.compile(r"[A-Z][A-Za-z\d]*")
# A line of a type and marks, such as "string, required", is shorter.
_MARKS = 80
_OUTPUT = re.compile(r"(?:outputs?|results?)\b", re.IGNORECASE)
# What goes in, which is the fields of `input`, and at times of the body around it.
_INPUT = re.compile(r"inputs?(?: (?:fields|properties|param(?:eter)?s?|arguments|options|schema))?", re.IGNORECASE)
_GROUP = re.compile(
    rf"^(?:The\s+)?{_WORD}\s*(?:parameters?|params|properties|fields|attributes|参数|字段|属性)(?![A-Za-z])"
)


def names_group(
    title: str, following: Block | None, drafts: Mapping[tuple[str, ...], Draft], *, of_component: bool
) -> bool:
    """Tell whether a title names no field: by the word "parameters", what goes in or out, or as one word above what are fields.

    The title of a component says what is folded away, and needs no capital letter.
    """
    if title[:1].isupper() and (section_of(title) == "response" or _INPUT.fullmatch(title)):
        return True
    if found := _GROUP.match(title):
        word = found["word"]
    elif re.fullmatch(r"[A-Za-z][a-z]+" if of_component else r"[A-Z][a-z]+", title) and _are_fields(following):
        word = title
    else:
        return False
    return not any(path[-1] == word for path in drafts)


def said_of_all(title: Block, outer: Section | None, kind: Section | None) -> list[tuple[int, str]]:
    """Return the doubt of a title such as "Removed parameters", or "Output parameters" in the request, with its line."""
    if outer == "body" and kind == "response" and _OUTPUT.match(title.text):
        return [(title.line, "fields below a title on outputs are taken for those of the answer")]
    found = _OF_ALL.search(title.text) if kind == "body" else None
    return [(title.line, f"what a title says of all fields below it is not read: {found[0].lower()}")] if found else []


def is_unknown_type(scope: tuple[str, ...] | None, title: str, drafts: Mapping[tuple[str, ...], Draft]) -> bool:
    """Tell whether a title such as "Camera object" names what no field is known to be; in backticks it is a field's name."""
    is_type = scope is not None and title[:1].isupper() and scope[-1][:1].isupper()
    return is_type and not any(path[-1] == scope[-1] for path in drafts if scope)


def without_titles(
    drafts: dict[tuple[str, ...], Draft], titled: Mapping[tuple[str, ...], int]
) -> list[tuple[int, str]]:
    """Take out what was made of titles such as "Changelog" that nothing says to be a field; returns the doubts of them."""
    holders = {path[:length] for path in drafts for length in range(1, len(path))}
    bare = [path for path in titled if path in drafts and path not in holders and not _says_type(drafts[path])]
    for path in bare:
        del drafts[path]
    return [(titled[path], f"whether {path[-1][:40]} is a field is not said: it has no type") for path in bare]


def _says_type(draft: Draft) -> bool:
    return any(
        said.role in {"type", "required"}
        or any(role_of(label["label"]) in {"type", "required"} for label in LABEL.finditer(said.text))
        or (typed(said.text) and len(said.text) < _MARKS)
        for said in draft.said
    )


def _are_fields(following: Block | None) -> bool:
    """Tell whether a block is a table of fields, a line about one, or the title of one."""
    if is_table(following):
        return read_table(following).guess("body") != "labels"
    head = read_head(following.text) if following else None
    if following is None or head is None or role_of(head.parts[0]):
        return False
    return following.kind == "heading" or ((following.bullet or following.text[:1] == "`") and typed(head.rest))
