"""Words of an endpoint itself about fields of its request: what they say beyond the fields' schemas is doubted."""

import re

from fakie_schemas.compiler.facts import Field, Log
from fakie_schemas.compiler.known import repeats
from fakie_schemas.compiler.prose import Findings, read_prose
from fakie_schemas.compiler.running_text import shown_text
from fakie_schemas.compiler.settle import MAX_LINES, MAX_TEXT
from fakie_schemas.compiler.yaml_nodes import Node
from fakie_schemas.schema.equality import same_json

_QUOTED = re.compile(r"`(\w{1,60})`")
_REQUIRED = re.compile(r"\b(?:required|mandatory)\b|必填", re.IGNORECASE)
_MUST = re.compile(r"\bmust\b|必须", re.IGNORECASE)
_APART = re.compile(r"\bmutually exclusive\b|\bcannot be (?:used|combined)\b|互斥|不能同时", re.IGNORECASE)
# What is said of some requests, or of fields that are not named.
_AT_TIMES = re.compile(
    r"\b(?:if|when\w*|where|unless|only|except|otherwise|regardless|depend\w*|either|or)\b"
    r"|\b(?:not?|cannot|\w+n['’]t|modes?)\b"
    r"|如果|若|当|时|仅|只|除|或|不|模式",
    re.IGNORECASE,
)
# What a number without a unit limits of a list and of a text.
_COUNTED = {"minimum": ("minItems", "minLength"), "maximum": ("maxItems", "maxLength")}
_NO_FIELDS = {"", "model", "input", "callBackUrl"}


def doubt_words_of_endpoint(operation: Node, body: Field, log: Log) -> None:
    """Doubt, once, what an endpoint's own words say of its fields and their schemas do not: limits, what is required.

    Lines too long, or too many, to be looked into are doubted where they name a field.
    """
    description = operation.get("description")
    text = shown_text(description.text) if description and description.text else ""
    words = _EndpointWords(body, log)
    said, start = [], 0
    for number, line in enumerate(text.split("\n")):
        if words.bind(line, is_read=number < MAX_LINES and len(line) <= MAX_TEXT):
            said.append((start, line.strip()))
        start += len(line) + 1
    if description and said:
        why = "what the endpoint's own words say of its fields is not read"
        log.doubt(description.line_of(said[0][0]), why, "\n".join(line for _, line in said))


class _EndpointWords:
    """Judges lines about fields, known by name; what was told of a field itself is news no more."""

    def __init__(self, body: Field, log: Log) -> None:
        # A name may be that of several fields: which one a line is of, it does not say.
        self._fields: dict[str, list[Field]] = {}
        for field in body.walk():
            if field.name not in _NO_FIELDS:
                self._fields.setdefault(field.name, []).append(field)
        self._told = {(remark.field, remark.text) for remark in log.remarks}

    def bind(self, line: str, *, is_read: bool) -> bool:
        """Tell whether a line says what may not go together, or of a field in backticks what its schema does not."""
        named = [field for name in dict.fromkeys(_QUOTED.findall(line)) for field in self._fields.get(name, ())]
        if not is_read or _APART.search(line):
            return bool(named or _APART.search(line))
        if not named or not self._rules(line):
            return False
        return bool(_AT_TIMES.search(line)) or not self._is_repeated(line, named)

    def _rules(self, line: str) -> list[str]:
        """Return what a line asks for: each limit in it, and that a field is required, or must be something."""
        found = read_prose(line, None)
        limits = [*(fact.keyword for fact in found.facts), *(why for _, why in (*found.limits, *found.leftovers))]
        return limits + [mark[0] for mark in (_REQUIRED.search(line), _MUST.search(line)) if mark]

    def _is_repeated(self, line: str, named: list[Field]) -> bool:
        """Tell whether all that a line asks for is what the schemas of its fields ask for anyway."""
        if _REQUIRED.search(line) and not all(field.value("required") for field in named):
            return False
        if not self._rules(_REQUIRED.sub(" ", line)):
            return True
        # What must be is known from a limit that follows, and from no other.
        name, *others = {field.name for field in named}
        if others or not all(map(self._rules, _MUST.split(line)[1:])):
            return False
        return self._are_limited_so(line, name, [field for field in named if field.described])

    def _are_limited_so(self, line: str, name: str, fields: list[Field]) -> bool:
        """Tell whether the limits of a line are those of each field of a name; it is read once for all of a type."""
        kinds = {"integer", *(field.kind for field in fields)}
        read = {kind: read_prose(line, kind, name) for kind in kinds}
        limited = [self._is_limited_so(read[field.kind], read["integer"], field) for field in fields]
        return bool(limited) and all(limited)

    def _is_limited_so(self, found: Findings, counted: Findings, field: Field) -> bool:
        """Tell whether the limits found, one or more, are those of a field: the same keyword, and the same number."""
        if found.leftovers and not (found.facts or found.limits):
            return _is_counted_so(counted, field)
        stated = [
            any(same_json(fact.value, part.value(fact.keyword)) for part in (field, field.items) if part)
            for fact in found.facts
        ]
        stated += [
            (field.name, why) in self._told or (why.startswith("advice") and repeats(why, field))
            for _, why in found.limits
        ]
        return bool(stated) and all(stated) and not found.leftovers


def _is_counted_so(found: Findings, field: Field) -> bool:
    """Tell whether limits, read as those of a number, are those of how long a list or a text may be."""
    counted = [
        any(same_json(fact.value, field.value(keyword)) for keyword in _COUNTED.get(fact.keyword, ()))
        for fact in found.facts
    ]
    return bool(counted) and all(counted) and not (found.limits or found.leftovers)
