"""Templates: JSON data with the names of facts in braces, as families state what records and callbacks look like.

`"{created.ms}"` is that fact's value, whatever its type, and null where there is none; `"{sent.size|1:1}"` has a text
for that case; `"{absent}"` leaves its key out. `{"choose": name, "of": {...}, "else": ...}` goes by a fact's value, and
`{"each": name, "as": ...}` repeats a part for each of a list, which is `one` in it, `first` of them at most.
"""

import re
from collections.abc import Mapping
from typing import Any

_NAME = re.compile(r"\{([A-Za-z0-9_.]+)(?:\|([^{}]*))?\}")
_ABSENT = object()


def filled(template: Any, facts: Mapping[str, Any]) -> Any:
    """Return a template's data with its facts; what clients have sent is never read as a template."""
    if isinstance(template, str):
        return _text(template, facts)
    if isinstance(template, list):
        return [made for item in template if (made := filled(item, facts)) is not _ABSENT]
    if not isinstance(template, dict):
        return template
    if "choose" in template:
        return _chosen(template, facts)
    if "each" in template:
        many = (found(template["each"], facts) or [])[: template.get("first")]
        return [filled(template["as"], {**facts, "one": one}) for one in many]
    return {key: made for key, inner in template.items() if (made := filled(inner, facts)) is not _ABSENT}


def found(name: str, facts: Mapping[str, Any]) -> Any:
    """Return the fact of a name with dots, or None where there is none."""
    value: Any = facts
    for part in name.split("."):
        if isinstance(value, Mapping):
            value = value.get(part)
        elif isinstance(value, list) and part.isdecimal() and int(part) < len(value):
            value = value[int(part)]
        else:
            return None
    return value


def _chosen(template: Mapping[str, Any], facts: Mapping[str, Any]) -> Any:
    value = found(template["choose"], facts)
    word = str(value).lower() if isinstance(value, bool) else value
    # Anything may have been sent, also what cannot be a key.
    known = isinstance(word, str) and word in template["of"]
    return filled(template["of"][word] if known else template.get("else"), facts)


def _text(template: str, facts: Mapping[str, Any]) -> Any:
    if "{" not in template:
        return template
    alone = _NAME.fullmatch(template)
    return _value(alone, facts) if alone else _NAME.sub(lambda one: str(_value(one, facts)), template)


def _value(match: re.Match[str], facts: Mapping[str, Any]) -> Any:
    if match[1] == "absent":
        return _ABSENT
    value = found(match[1], facts)
    return match[2] if value is None else value
