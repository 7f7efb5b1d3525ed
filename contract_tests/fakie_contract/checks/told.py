"""Judging records and callbacks of a family's tasks place by place, by the template of their job."""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any

from msgspec import Struct

from fakie_contract.checks.record import is_in_ms
from fakie_contract.checks.redaction_marks import is_told
from fakie_contract.checks.shape import MISSING as NO_KEY
from fakie_contract.checks.shape import TYPE, UNDOCUMENTED, VALUE, pointer
from fakie_contract.http.exchange import shown
from fakie_contract.http.json_values import as_json
from fakie_schemas.families.family import ENDS, FamilyEndpoint
from fakie_schemas.families.reading import MISSING, UNKNOWN, Told
from fakie_schemas.families.telling import NO_FAILURE, Telling
from fakie_schemas.rules.difference import Difference
from fakie_schemas.rules.table import breach
from fakie_schemas.validator import is_absolute_http_url

RECORD, CALLBACK = "/body/data", "/callback/body"
# What a callback says in words, which no client goes by.
_WORDS = ("msg",)
_KINDS: Mapping[str, tuple[type, ...]] = {"string": (str,), "boolean": (bool,), "a number": (int, float)}
_FORMS: Mapping[str, str] = {"text": "2026-01-31 12:00:00", "iso": "2026-01-31T12:00:00.000Z"}
_DECIMAL = re.compile(r"[0-9]{1,3}(\.[0-9]{1,6})?")


class FamilyTask(Struct, frozen=True):
    """A task of a family as it was asked for: its id (None: nobody was told), the endpoint that made it, what was sent.

    `failure` are the code and msg with which it is to fail, where somebody ordered them.
    """

    id: str | None
    endpoint: FamilyEndpoint
    sent: Mapping[str, Any]
    telling: Telling
    failure: tuple[str, str] | None = None
    mark: str = ""

    def judge_record(self, state: str, data: Any) -> Iterator[Difference]:
        """Judge the `data` of its record in a state."""
        told = self.telling.record(state, data)
        yield from self.judge_told(told, state)
        yield from listed_twice(told)

    def judge_told(self, told: Iterable[Told], state: str) -> Iterator[Difference]:
        """Judge what the `data` of an answer tells of it in a state."""
        for one in told:
            yield from self._judge(one, state, RECORD + pointer(one.steps))

    def words_at(self, state: str, data: Any) -> frozenset[str]:
        """Return the places of its record that are judged by the words of the family, whatever lists a page has."""
        roots = {*self.telling.job.words, "failure", "endpoint"}
        told = self.telling.record(state, data)
        return frozenset(RECORD + pointer(one.steps) for one in told if one.fact.partition(".")[0] in roots)

    def judge_callback(self, stage: str, body: Any) -> Iterator[Difference]:
        """Judge the body of its callback of a stage, or of an end."""
        separating = self._separating()
        for told in self.telling.callback(stage, body):
            place = CALLBACK + pointer(told.steps)
            if (
                not told.fact
                and told.steps in separating
                and told.value is not MISSING
                and told.template is not UNKNOWN
            ):
                yield from _of_stage(told, stage, place)
            else:
                yield from self._judge(told, stage, place)

    def _separating(self) -> frozenset[tuple[str | int, ...]]:
        """Return the places that tell one callback from another: where their templates have different literals."""
        seen: dict[tuple[str | int, ...], set[str]] = {}
        for body in self.telling.job.bodies.values():
            for steps, literal in _literals(body, ()):
                seen.setdefault(steps, set()).add(repr(literal))
        return frozenset({steps for steps, found in seen.items() if len(found) > 1} | {("code",)})

    def _judge(self, told: Told, state: str, place: str) -> Iterator[Difference]:
        root, _, rest = told.fact.partition(".")
        if told.value is MISSING:
            yield breach(NO_KEY, "nothing", place, evidence=self.mark, wanted=repr(told.steps[-1]))
        elif told.template is UNKNOWN:
            yield breach(UNDOCUMENTED, told.value, place, evidence=self.mark)
        elif isinstance(told.template, list) or (isinstance(told.template, dict) and "media" not in told.template):
            yield breach(TYPE, told.value, place, evidence=self.mark, wanted=_kind_of(told.template))
        elif root in _JUDGES:
            yield from _JUDGES[root](self, told, rest, state, place)
        elif told.value is not None and (kind := _other_kind(self._sample(told), told.value)):
            yield breach(TYPE, told.value, place, evidence=self.mark, wanted=kind)
        elif told.value is not None and told.fact in self.telling.job.varies:
            yield from _of_share(told, self.telling.job.words[told.fact].values(), place)

    def _sample(self, told: Told) -> Any:
        """Return a value as it may stand in a place: a constant, or a word of those that go by no state; else None."""
        job = self.telling.job
        if told.fact in job.varies:
            return next(iter(job.words[told.fact].values()))
        return None if told.fact else told.template

    def _id(self, told: Told, _: str, __: str, place: str) -> Iterator[Difference]:
        if self.id is None:
            if not (isinstance(told.value, str) and told.value):
                yield breach(TYPE, told.value, place, wanted="a text that is not empty")
        elif told.value != self.id:
            rule = "callback.task" if place.startswith(CALLBACK) else "record.task"
            yield breach(rule, told.value, place, task_id=self.id)

    def _param(self, told: Told, _: str, __: str, place: str) -> Iterator[Difference]:
        given = as_json(told.value) if isinstance(told.value, str) else None
        if not isinstance(given, dict):
            yield breach("record.param_encoding", told.value, place)
            return
        for name, value in self.sent.items():
            if name not in given or given[name] != value:
                yield breach("record.param_input", given.get(name), f"{place}/{name}", name=name)

    def _sent(self, told: Told, name: str, _: str, place: str) -> Iterator[Difference]:
        """Judge what gives back the request: ids, URLs and what a transform gives as it was sent, all else by its type.

        Of the words of a task a family may make others, and a number that was sent may come back as a text.
        """
        named = (*(self.endpoint.parent.fields if self.endpoint.parent else ()), self.endpoint.callback)
        sent = self.sent.get(name, "")
        if name in self.sent and (name in named or self.endpoint.kind == "transform"):
            if told.value != sent:
                yield breach("record.param_input", told.value, place, name=name)
        elif not isinstance(told.value, str | None) and (kind := _other_kind(sent, told.value)):
            yield breach(TYPE, told.value, place, evidence="inf", wanted=kind)

    def _time(self, told: Told, form: str, state: str, place: str) -> Iterator[Difference]:
        if told.fact.startswith("completed") and state not in ENDS:
            return
        if form == "ms":
            if not is_in_ms(told.value):
                yield breach("record.time_unit", told.value, place)
        elif not _is_time(told.value):
            yield breach(VALUE, told.value, place, evidence="inf", wanted=f"a time such as {_FORMS[form]}")

    def _failure(self, told: Told, name: str, state: str, place: str) -> Iterator[Difference]:
        if state != "fail":
            if told.value not in NO_FAILURE or isinstance(told.value, bool):
                yield breach("task.failure_told", told.value, place)
        elif self.failure is None:
            if told.value in NO_FAILURE:
                yield breach(VALUE, told.value, place, wanted=f"the {name.removesuffix('_text')} of the failure")
        else:
            code, msg = self.failure
            number: object = int(code) if code.isdecimal() else code
            wanted = {"msg": msg, "code": number, "code_text": code}[name]
            if told.value != wanted or type(told.value) is not type(wanted):
                if told.steps == ("code",):
                    yield breach("callback.code", told.value, place, state=state, code=wanted)
                else:
                    yield breach("task.failure_words", told.value, place, wanted=shown(wanted))

    def _result(self, told: Told, _: str, __: str, place: str) -> Iterator[Difference]:
        made = told.template
        if isinstance(made, dict):
            if not isinstance(told.value, str) or not is_absolute_http_url(told.value):
                yield breach("result.url", told.value, place)
        elif isinstance(made, str) and made and not (isinstance(told.value, str) and told.value):
            yield breach(TYPE, told.value, place, wanted="a text that is not empty")
        elif type(made) in (int, float) and type(told.value) not in (int, float):
            yield breach(TYPE, told.value, place, wanted="a number")

    def _part(self, told: Told, _: str, __: str, place: str) -> Iterator[Difference]:
        if not isinstance(told.value, str) or not told.value:
            yield breach(VALUE, told.value, place, wanted="the id of a part of the result")

    def _fallback(self, told: Told, _: str, __: str, place: str) -> Iterator[Difference]:
        if not isinstance(told.value, bool):
            yield breach(TYPE, told.value, place, wanted="boolean")

    def _endpoint(self, told: Told, name: str, _: str, place: str) -> Iterator[Difference]:
        if told.value != self.endpoint.says.get(name):
            yield breach(VALUE, told.value, place, evidence="inf", wanted=repr(self.endpoint.says.get(name)))

    def _number(self, told: Told, _: str, __: str, place: str) -> Iterator[Difference]:
        if type(told.value) not in (int, float):
            yield breach(TYPE, told.value, place, wanted="a number")


_Judge = Callable[[FamilyTask, Told, str, str, str], Iterator[Difference]]
_JUDGES: Mapping[str, _Judge] = {
    "id": FamilyTask._id,
    "param": FamilyTask._param,
    "sent": FamilyTask._sent,
    "created": FamilyTask._time,
    "completed": FamilyTask._time,
    "failure": FamilyTask._failure,
    "result": FamilyTask._result,
    "part": FamilyTask._part,
    "fallback": FamilyTask._fallback,
    "endpoint": FamilyTask._endpoint,
    "cost": FamilyTask._number,
    "expired": FamilyTask._number,
    "balance": FamilyTask._number,
}


def files_in(told: tuple[Told, ...]) -> Mapping[str, str]:
    """Return the URLs of files that are told of, each with the name of the result that it is."""
    files = (one for one in told if isinstance(one.template, dict) and "media" in one.template)
    return {one.value: one.template["media"] for one in files if is_absolute_http_url(one.value)}


def listed_twice(told: Iterable[Told]) -> Iterator[Difference]:
    """Find the files that a list of a record names more than once."""
    media = (one for one in told if isinstance(one.template, dict) and "media" in one.template)
    listed = [(one.steps[:-1], one.value) for one in media if isinstance(one.steps[-1], int) and is_told(one.value)]
    for (steps, url), count in Counter(listed).items():
        if count > 1:
            yield breach("result.url_twice", url, RECORD + pointer(steps))


def part_in(told: tuple[Told, ...]) -> str | None:
    """Return the id of the first part of a result that a record tells of, or None."""
    parts = (one.value for one in told if isinstance(one.template, str) and one.template.startswith("{part."))
    return next((part for part in parts if isinstance(part, str)), None)


def _of_share(told: Told, words: Iterable[Any], place: str) -> Iterator[Difference]:
    """Judge a share that goes by no state: a number between the least and the most that the family has for one."""
    least, *_, most = sorted(words, key=float)
    if not _DECIMAL.fullmatch(told.value) or not float(least) <= float(told.value) <= float(most):
        yield breach(VALUE, told.value, place, wanted=f"a number from {least} to {most}, as a text")


def _of_stage(told: Told, stage: str, place: str) -> Iterator[Difference]:
    """Judge a literal by which callbacks are told apart; the code of one is an integer."""
    if told.value == told.template and type(told.value) is type(told.template):
        return
    if told.steps == ("code",):
        yield breach("callback.code", told.value, place, state=stage, code=told.template)
    elif told.template is not None:
        yield breach("callback.stage", told.value, place, wanted=repr(told.template), stage=stage)


def _literals(template: Any, steps: tuple[str | int, ...]) -> Iterator[tuple[tuple[str | int, ...], Any]]:
    if isinstance(template, dict) and not {"choose", "each", "media"} & template.keys():
        for key, inner in template.items():
            yield from _literals(inner, (*steps, key))
    elif isinstance(template, str | int) and "{" not in str(template) and steps[-1:] != _WORDS:
        yield steps, template


def _kind_of(template: Any) -> str:
    if isinstance(template, dict):
        return "object"
    return "a list that is not empty" if template else "array"


def _other_kind(template: Any, value: Any) -> str:
    """Return the kind of value that a template has where one of another kind came; empty where it is of that kind."""
    for kind, types in _KINDS.items():
        if type(template) in types:
            return "" if type(value) in types else kind
    return ""


def _is_time(value: Any) -> bool:
    try:
        datetime.fromisoformat(value)
    except (TypeError, ValueError):
        return False
    return True
