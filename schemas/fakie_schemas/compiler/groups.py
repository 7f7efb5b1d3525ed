"""Titles of groups, such as "Advanced" and "Other parameters": what stands below are fields beside those around it."""

import re
from collections.abc import Mapping

from fakie_schemas.compiler.after_name import typed
from fakie_schemas.compiler.blocks import Block, is_table
from fakie_schemas.compiler.field_names import read_head
from fakie_schemas.compiler.field_tables import read_table
from fakie_schemas.compiler.page_words import role_of
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
_GROUP = re.compile(rf"^{_WORD}\s*(?:parameters?|params|properties|fields|attributes|参数|字段|属性)(?![A-Za-z])")


def names_group(
    title: str, following: Block | None, drafts: Mapping[tuple[str, ...], Draft], *, of_component: bool
) -> bool:
    """Tell whether a title names no field: by the word "parameters", or as one word above what are fields.

    The title of a component says what is folded away, and needs no capital letter.
    """
    if found := _GROUP.match(title):
        word = found["word"]
    elif re.fullmatch(r"[A-Za-z][a-z]+" if of_component else r"[A-Z][a-z]+", title) and _are_fields(following):
        word = title
    else:
        return False
    return not any(path[-1] == word for path in drafts)


def said_of_all(title: Block) -> list[tuple[int, str]]:
    """Return the doubt of a title such as "Removed parameters", with its line."""
    found = _OF_ALL.search(title.text)
    return [(title.line, f"what a title says of all fields below it is not read: {found[0].lower()}")] if found else []


def _are_fields(following: Block | None) -> bool:
    """Tell whether a block is a table of fields, a line about one, or the title of one."""
    if is_table(following):
        return read_table(following).guess("body") != "labels"
    head = read_head(following.text) if following else None
    if following is None or head is None or role_of(head.parts[0]):
        return False
    return following.kind == "heading" or ((following.bullet or following.text[:1] == "`") and typed(head.rest))
