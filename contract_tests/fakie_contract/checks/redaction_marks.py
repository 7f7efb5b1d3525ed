"""Marks of what a recorder took out: replaced values, placeholders, shortened texts. They count as right."""

import json
import re
from itertools import pairwise
from typing import Any

_WORDS = "secret|hidden|removed|masked|filtered|scrubbed|sanitized|omitted|redacted"
_REDACTED = re.compile(
    # Marks that may stand within a text, a URL above all.
    rf"(?<![A-Za-z])REDACTED(?![A-Za-z])|[\[<](?i:{_WORDS}|token|key)\b[^\]>\n]{{0,60}}[\]>]"
    # Whole values: stars, with what a mask leaves at the ends, and names of variables and templates.
    rf"|^\S{{0,16}}\*{{3,200}}\S{{0,16}}$|^(?:0{{8,}}|[xX•#.]{{3,}})$|^\W{{0,3}}_*(?i:{_WORDS})_*\W{{0,3}}$"
    r"|^<[\w .:-]{1,40}>$|^\{\{[\w .:-]{1,40}\}\}$|^\$\{\w{1,40}\}$",
)
_SHORTENED = re.compile(
    r"(?:…|\.{3})\W{0,3}(?:\(\d{1,12} \w{1,12}\))?\W{0,3}$"
    r"|[\[(<]\W{0,3}(?:truncated|shortened)\b[^\])>]{0,60}[\])>]\W{0,3}$",
    re.IGNORECASE,
)
_TAIL = 300
_REAL_ID = re.compile(r"[0-9a-f]{32}")
# As other servers draw them, versions 4 and 7.
_DRAWN_ID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[47][0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}", re.IGNORECASE)
# Those that documents show, which many write who need some id.
_SHOWN_IDS = {
    "550e8400-e29b-41d4-a716-446655440000",
    "f47ac10b-58cc-4372-a567-0e02b2c3d479",
    "9b1deb4d-3b7d-4bad-9bdd-2b0d7b3dcb6d",
    "1b9d6bcd-bbfd-4b2d-9b5d-ab8dfbbd4bed",
    "3fa85f64-5717-4562-b3fc-2c963f66afa6",
    "7c9e6679-7425-40de-944b-e07fc1f90ae7",
    "d290f1ee-6c54-4b01-90e6-d701748f0851",
    "123e4567-e89b-42d3-a456-426614174000",
}
_PLACEHOLDER = re.compile(
    # UUIDs that nobody draws: of zeros, of groups of one digit, counted up.
    r"0{8}(?:-0{4}){3}-0{8,11}\d{1,4}|(\w)\1{7}(?:-(\w)\2{3}){3}-(\w)\3{11}|12345678(?:-1234){3}-123456789\w{3}"
    r"|[A-Z][A-Z0-9]{0,20}(?:_[A-Z0-9]{1,20}){1,5}"
    r"|(?i:(?:(?:your|my|some|test|sample|example|dummy|fake)[-_ ]?)?task(?:[-_ ]?id)?[-_ ]?"
    r"(?:\d{0,4}|1?2345678\d?|x{1,32}))",
)
_DEEPEST = 20
_DIGITS = "0123456789abcdef"
# From a digit to the same, or to the next one; some count in tens, or in letters alone.
_STEPS = {one + one for one in _DIGITS} | {"".join(pair) for pair in pairwise(_DIGITS)} | {"90", "f0", "fa"}
_MOST_STEPS = 20


def is_redacted(value: object) -> bool:
    """Tell whether a value was replaced by whoever recorded it."""
    return isinstance(value, str) and _REDACTED.search(value) is not None


def is_shortened(text: str) -> bool:
    """Tell whether a text says of itself that its end is missing, or that something was taken out."""
    return breaks_off(text) or is_redacted(text)


def breaks_off(text: str) -> bool:
    """Tell whether a text says at its end that the rest of it is missing."""
    return _SHORTENED.search(text[-_TAIL:]) is not None


def is_whole(value: Any, depth: int = 0) -> bool:
    """Tell whether nothing was taken out of a value, nor out of the JSON that stands in its texts."""
    if depth > _DEEPEST:
        return True
    if isinstance(value, dict):
        return all(is_whole(inner, depth + 1) for inner in value.values())
    if isinstance(value, list):
        return all(is_whole(inner, depth + 1) for inner in value)
    if not isinstance(value, str):
        return True
    if value[:1] in ("{", "["):
        try:
            return is_whole(json.loads(value), depth + 1)
        except (ValueError, RecursionError):
            pass
    return not is_shortened(value)


def is_told(value: object) -> bool:
    """Tell whether this is a text that stands as it was sent."""
    return isinstance(value, str) and is_whole(value) and not is_redacted(value) and not is_placeholder(value)


def is_placeholder(task_id: str) -> bool:
    """Tell whether a task's id was put in place of the real one."""
    return is_redacted(task_id) or _PLACEHOLDER.fullmatch(task_id) is not None or _is_made_up(task_id)


def is_real_id(task_id: object) -> bool:
    """Tell whether this is an id as the API, or a generator of UUIDs, gives them, so that it means one task alone."""
    if not isinstance(task_id, str) or not (has_id_form(task_id) or _DRAWN_ID.fullmatch(task_id)):
        return False
    return not is_placeholder(task_id) and task_id.lower() not in _SHOWN_IDS


def has_id_form(task_id: str) -> bool:
    """Tell whether a text has the form of the API's ids, whoever made it up."""
    return _REAL_ID.fullmatch(task_id) is not None


def _is_made_up(task_id: str) -> bool:
    """Tell whether a text is a few characters over and over, or an id counted up, as none is that was drawn.

    In every other place too, as in `a1b2c3d4`.
    """
    counts = (len(task_id) // size for size in (1, 2, 4, 8, 16))
    if any(count > 1 and task_id == task_id[: len(task_id) // count] * count for count in counts):
        return True
    digits = task_id.lower().replace("-", "")
    steps = sum(
        not {one + second, one + third}.isdisjoint(_STEPS)
        for one, second, third in zip(digits, digits[1:], digits[2:], strict=False)
    )
    # Of 30 between digits that were drawn, seven are such.
    return has_id_form(digits) and steps >= _MOST_STEPS
