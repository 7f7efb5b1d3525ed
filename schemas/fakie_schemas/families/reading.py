"""Reading what came by a family's template: each place of it, with the value there and what the template has."""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from msgspec import Struct

Steps = tuple[str | int, ...]
# In place of a value, and of what a template has.
MISSING, UNKNOWN = object(), object()
_NAME = re.compile(r"\{([A-Za-z0-9_.]+)(?:\|[^{}]*)?\}")
_RESULT, _ONE = "result", "one"


class Told(Struct, frozen=True):
    """A value that came, at `steps`, and what the template has there: a literal, or the `fact` that it names.

    `value` is MISSING where a key of the template did not come, and `template` UNKNOWN where another one did. Of a
    result `template` is what the family makes there: `{"media": kind}`, the name of a part, or a literal.
    """

    steps: Steps
    value: Any
    fact: str = ""
    template: Any = None


class TemplateReading(Struct, frozen=True):
    """Reads what came of one task: `sent` is its request, with its page's defaults, `result` what its job makes."""

    sent: Mapping[str, Any]
    result: Any = None

    def of(self, template: Any, came: Any) -> tuple[Told, ...]:
        """Return each place of a template, and each key that it does not have."""
        return tuple(self._read(template, came, (), ""))

    def _read(self, template: Any, came: Any, steps: Steps, name: str) -> Iterator[Told]:
        """Read a part; `name` is the fact that it is of, where it is one of a result."""
        if isinstance(template, str):
            yield from self._text(template, came, steps, name)
        elif isinstance(template, list):
            yield from self._list(template, came, steps, name)
        elif not isinstance(template, dict) or template.keys() == {"media"}:
            yield Told(steps, came, name, template)
        elif "choose" in template:
            yield from self._chosen(template, came, steps, name)
        elif "each" in template:
            yield from self._each(template, came, steps)
        elif isinstance(came, dict):
            yield from self._object(template, came, steps, name)
        else:
            yield Told(steps, came, name, template)

    def _text(self, template: str, came: Any, steps: Steps, name: str) -> Iterator[Told]:
        alone = _NAME.fullmatch(template)
        fact = alone[1] if alone else ""
        if fact.partition(".")[0] != _RESULT:
            yield Told(steps, came, name or fact, template)
            return
        made = self.part(fact)
        yield from () if made is None else self._read(made, came, steps, fact)

    def part(self, fact: str) -> Any:
        """Return what a job makes under the name of a result's fact; None where it makes nothing."""
        part = self._decided(self.result)
        for step in fact.split(".")[1:]:
            if isinstance(part, list):
                part = part[min(int(step), len(part) - 1)] if part and step.isdecimal() else None
            else:
                part = part.get(step) if isinstance(part, dict) else None
            part = self._decided(part)
        return part

    def _decided(self, part: Any) -> Any:
        while isinstance(part, dict) and "choose" in part:
            part = next(iter(self._branches(part)))
        return part

    def _list(self, template: Sequence[Any], came: Any, steps: Steps, name: str) -> Iterator[Told]:
        if not isinstance(came, list) or (template and not came):
            yield Told(steps, came, name, template)
            return
        for number, item in enumerate(came if template else ()):
            inner = template[min(number, len(template) - 1)]
            yield from self._read(inner, item, (*steps, number), f"{name}.{number}" if name else "")

    def _each(self, template: Mapping[str, Any], came: Any, steps: Steps) -> Iterator[Told]:
        made = template["each"]
        if not isinstance(came, list) or not came:
            yield Told(steps, came, made, [template["as"]])
            return
        for number, item in enumerate(came):
            yield from self._read(_of_one(template["as"], f"{made}.{number}"), item, (*steps, number), "")

    def _object(self, template: Mapping[str, Any], came: Mapping[str, Any], steps: Steps, name: str) -> Iterator[Told]:
        for key, inner in template.items():
            inner_name = f"{name}.{key}" if name else ""
            if key in came:
                yield from self._read(inner, came[key], (*steps, key), inner_name)
            elif inner != "{absent}":
                yield Told((*steps, key), MISSING, inner_name, inner)
        yield from (Told((*steps, key), came[key], "", UNKNOWN) for key in came if key not in template)

    def _chosen(self, template: Mapping[str, Any], came: Any, steps: Steps, name: str) -> Iterator[Told]:
        """Read by the branch that the request decides; where it does not, by the one that comes nearest."""
        ways = [tuple(self._read(branch, came, steps, name)) for branch in self._branches(template)]
        yield from min(ways, key=lambda way: sum(one.value is MISSING or one.template is UNKNOWN for one in way))

    def _branches(self, template: Mapping[str, Any]) -> Sequence[Any]:
        root, _, field = template["choose"].partition(".")
        if root != "sent":
            return [template.get("else"), *template["of"].values()]
        word = self.sent.get(field)
        return [template["of"].get(word, template.get("else")) if isinstance(word, str) else template.get("else")]


def _of_one(template: Any, name: str) -> Any:
    """Name the facts of one of several by their place among these."""
    if isinstance(template, str):
        return template.replace(f"{{{_ONE}.", f"{{{name}.")
    if isinstance(template, list):
        return [_of_one(inner, name) for inner in template]
    return {key: _of_one(inner, name) for key, inner in template.items()} if isinstance(template, dict) else template
