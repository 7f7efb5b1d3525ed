"""Texts of a page without a fixed form that stand beside its fields, and why they are listed as unread."""

import re
from collections.abc import Mapping, Set

from fakie_schemas.compiler.after_name import describes, may_begin_field, typed
from fakie_schemas.compiler.blocks import Block
from fakie_schemas.compiler.field_names import read_head
from fakie_schemas.compiler.field_tables import Table
from fakie_schemas.compiler.marks import mark, with_mark
from fakie_schemas.compiler.prose import read_prose
from fakie_schemas.compiler.settle import MAX_TEXT
from fakie_schemas.compiler.statements import Draft
from fakie_schemas.compiler.value_tables import take_values

_RULE = re.compile(
    r"(?<![\w`])(?P<name>[A-Za-z_]\w{0,60})`?\s+(?:must|cannot|can't|can only|may not|may only|should|has to|is (?:required|mandatory|ignored|not)"
    r"|only)\b|(?<![\w`])(?P<other>[A-Za-z_]\w{0,60})\s*(?:必须|不能|只能|不可|仅)"
)
_NO_FORM = "its line has no form that is known"
NO_TITLE = "nothing says what it belongs to"
# How other makers of docs begin a field: admonitions and tabs of MkDocs, fields and directives of reStructuredText, and a
# name alone in a tag.
_OF_OTHERS = re.compile(
    r"(?:(?:!{3}|\?{3}\+?|={3}|:|\.\.)\s*(?:\w{1,20}(?:::)?\s+){0,2}|(?P<tag>(?:<(?!a\b)[A-Za-z][^<>\n]{0,200}>\s*)+))"
    r"[\"`“]{0,2}(?P<name>[a-z_]\w{0,60})[\"`”]{0,2}\s*(?(tag)[:：]?\s*</|(?::|$))"
)


def field_of_nothing(block: Block, drafts: Mapping[tuple[str, ...], Draft]) -> str | None:
    """Return why a bullet is unread that describes a field outside of any section of them; None for any other line."""
    head = read_head(block.text) if block.bullet and may_begin_field(block) else None
    is_known = head and any(path[-1] == head.parts[-1] for path in drafts)
    # A word with a capital letter is a label, as in "Model: …".
    if head is None or is_known or head.parts[0][0].isupper() or not typed(head.rest):
        return None
    why = f"{head.parts[-1][:40]}: a line of a field was not read: {NO_TITLE}"
    return with_mark(why, mark(block.text))


def outside_of_fields(block: Block, drafts: Mapping[tuple[str, ...], Draft]) -> str | None:
    """Return why a text is unread that is of a limit, or seems to be of a field, and belongs to none; None for any other."""
    text = block.text
    if len(text) > MAX_TEXT:
        return with_mark("what is said outside of any field is not read", mark(text))
    findings = read_prose(text, None)
    named = any(len(path) > 1 and f"`{path[-1]}`" in text for path in drafts)
    if findings.facts or findings.limits or findings.leftovers or named or _rules(text, drafts):
        return with_mark("what is said outside of any field is not read", mark(text))
    name, why = _begun(block) or ("", "")
    is_known = any(path[-1] == name for path in drafts)
    return f"whether {name[:40]} is a field is not said: {why}" if name and not is_known else None


def _begun(block: Block) -> tuple[str, str] | None:
    """Return the name that a line begins with as lines of fields do, and what it lacks; None for any other."""
    if other := _OF_OTHERS.match(block.text):
        return other["name"], _NO_FORM
    head = read_head(block.text)
    # A word with a capital letter is a label, as in "Model: …", and one before "://" begins an address.
    if head is None or head.parts[0][0].isupper() or head.rest.startswith("://"):
        return None
    is_typed, is_marked = typed(head.rest), (block.strong or "").strip(" :：") == head.parts[-1]
    if is_marked or block.text.startswith("`"):
        is_begun = block.bullet or describes(head.rest)
    else:
        is_begun = bool(head.rest) and describes(head.rest) and (block.bullet or is_typed)
    return (head.parts[-1], _NO_FORM if is_typed else "it has no type") if is_begun else None


def _rules(text: str, drafts: Mapping[tuple[str, ...], Draft]) -> bool:
    """Tell whether a text says what a field must or cannot be, whose name stands in front as a plain word."""
    names = {path[-1] for path in drafts if len(path) > 1}
    return any((found["name"] or found["other"]) in names for found in _RULE.finditer(text))


def aside_table(
    table: Table, line: int, before: Block | None, drafts: Mapping[tuple[str, ...], Draft]
) -> list[tuple[int, str]]:
    """Take a table among the fields that lists their values; gives why any other is unread, with a mark of what it holds."""
    if before and before.kind == "heading" and take_values(table, before.text, drafts):
        return []
    cells = [table.header, *(row.cells for row in table.rows)]
    return [(line, with_mark("a table was not read: its columns are not those of fields", mark(cells)))]


def without_remarks(drafts: dict[tuple[str, ...], Draft], keyed: Set[tuple[str, ...]]) -> list[tuple[int, str]]:
    """Take out the one name in brackets behind another of which nothing else says that it is an object, as `duration[s]`."""
    unsaid = {outer: [path for path in drafts if path[: len(outer)] == outer] for outer in keyed if len(outer) > 1}
    alone = {paths[0]: outer for outer, paths in unsaid.items() if len(paths) == 1 and outer not in drafts}
    return [
        (drafts.pop(path).line, f"whether {path[-1][:40]} in brackets is a field of {outer[-1][:40]} is not said")
        for path, outer in sorted(alone.items())
    ]
