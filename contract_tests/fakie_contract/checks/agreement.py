"""Agreement of what is reported of one task more than once: by polls, by its callback, by the request that made it."""

from collections.abc import Iterator, Mapping
from typing import Any

from msgspec import Struct, field

from fakie_contract.checks.envelope import other_charset
from fakie_contract.checks.fingerprint import fingerprint
from fakie_contract.checks.redaction_marks import is_redacted, is_whole
from fakie_contract.http.exchange import shown
from fakie_schemas.catalog.callback_shapes import callback_shapes
from fakie_schemas.catalog.profile import CallbackWords
from fakie_schemas.families.family import ENDS
from fakie_schemas.rules.difference import Difference
from fakie_schemas.rules.table import breach

CALLBACK = "/callback/body"
# createTime is told of on every poll.
_LASTING = ("model", "param", "resultJson", "failCode", "failMsg", "costTime", "completeTime", "creditsConsumed")
_TOLD_TWICE = ("model", "param", "resultJson", "failCode", "failMsg", "costTime", "creditsConsumed")
# What gives back the request.
_SENT = ("param",)
# What some shapes of callbacks tell of a task's end, and others do not.
_OF_THE_END = ("resultJson", "costTime", "completeTime", "createTime")
# A callback's are rounded to whole seconds.
_TIMES = ("completeTime", "createTime")
_SECOND = 1000
_LONGEST = 200
_NOTHING = shown(None)
_AS_POLLED, _AS_CALLED, _AS_BEFORE = "as its record says", "as its callback says", "as its callback said before"


class TaskEnd(Struct, frozen=True):
    """The end of a task as it was reported, without its bodies: for each key its fingerprint and its start as text.

    `places` are the pointers of what a family tells in places of its own; without any, keys stand side by side.
    """

    state: str
    kept: Mapping[str, tuple[int, str]]
    times: Mapping[str, int]
    places: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, data: Mapping[str, Any]) -> "TaskEnd":
        """Keep what is compared of a record's or a callback's data."""
        kept = {
            name: (fingerprint(data[name], signed=name not in _SENT), shown(data[name], _LONGEST))
            for name in dict.fromkeys((*_LASTING, *_TOLD_TWICE))
            if name in data and is_whole(data[name])
        }
        return cls(data["state"], kept, {name: data[name] for name in _TIMES if type(data.get(name)) is int})

    @classmethod
    def told(cls, state: str, values: Mapping[str, tuple[str, Any]], state_place: str) -> "TaskEnd":
        """Keep what a family tells of an end: for each fact its pointer and its value."""
        whole = {name: value for name, (_, value) in values.items() if value is not None and is_whole(value)}
        kept = {name: (fingerprint(value), shown(value, _LONGEST)) for name, value in whole.items()}
        return cls(state, kept, {}, {"state": state_place, **{name: place for name, (place, _) in values.items()}})

    @property
    def lasting(self) -> tuple[str, ...]:
        """The values that must not change once they were told."""
        return tuple(self.places) or _LASTING

    @property
    def told_twice(self) -> tuple[str, ...]:
        """The values that record and callback both tell; a callback's times are rounded."""
        return tuple(name for name in self.places if not name.startswith("completed.")) or _TOLD_TWICE


def changed_in_any(before: Mapping[str, Any], now: Mapping[str, Any]) -> Iterator[Difference]:
    """Judge the whole data of a task that had ended by an earlier poll of it."""
    if before.get("state") != now.get("state"):
        yield back(str(before.get("state")), str(now.get("state")), proven=True)
        return
    yield from changed_values(before, now)


def changed_values(before: Mapping[str, Any], now: Mapping[str, Any]) -> Iterator[Difference]:
    """Judge each value of a task that had ended by an earlier poll of it."""
    for name in dict.fromkeys((*before, *now)):
        if before.get(name) != now.get(name):
            told = now.get(name)
            yield breach("task.changed_after_end", told, f"/body/data/{name}", before=shown(before.get(name), _LONGEST))


def changed(before: TaskEnd, now: TaskEnd) -> Iterator[Difference]:
    """Judge a poll of a task that had ended by an earlier one of the same state."""
    for name, told in _differing(before, now, now.lasting):
        place = now.places.get(name, f"/body/data/{name}")
        yield breach("task.changed_after_end", told, place, before=before.kept[name][1])


def callback_agrees(record: TaskEnd, callback: TaskEnd) -> Iterator[Difference]:
    """Judge a callback by the record of its task."""
    yield from _agrees(record, callback, f"{CALLBACK}/data", _AS_POLLED)


def callback_again(before: TaskEnd, now: TaskEnd) -> Iterator[Difference]:
    """Judge a callback by an earlier one of the same task, which may be sent again, and must say the same."""
    yield from _agrees(before, now, f"{CALLBACK}/data", _AS_BEFORE)


def record_agrees(callback: TaskEnd, record: TaskEnd) -> Iterator[Difference]:
    """Judge a record by the callback of its task, which came first."""
    yield from _agrees(callback, record, "/body/data", _AS_CALLED)


def _agrees(before: TaskEnd, now: TaskEnd, place: str, why: str) -> Iterator[Difference]:
    if before.state != now.state:
        # All else follows from it.
        where = now.places.get("state", f"{place}/state")
        yield breach("callback.state", now.state, where, other=before.state, why=why)
        return
    for name, told in _differing(before, now, now.told_twice):
        other = before.kept[name][1]
        # What one of the two leaves open contradicts nothing: a failed task's record may have no costTime.
        if _NOTHING in (other, told) or (name == "failCode" and _is_general(other, told)):
            continue
        where = now.places.get(name, f"{place}/{name}")
        yield breach("callback.agrees", told, where, other=other, why=why)
    for name in before.times.keys() & now.times.keys():
        if abs(before.times[name] - now.times[name]) > _SECOND:
            other = f"{before.times[name]} but for its rounding to seconds"
            yield breach("callback.agrees", now.times[name], f"{place}/{name}", other=other, why=why)


def _is_general(*codes: str) -> bool:
    """Tell whether one of two codes stands for every failure, as those of callbacks once did."""
    return any(shape.fail_code and shown(shape.fail_code) in codes for shape in callback_shapes().values())


def _differing(before: TaskEnd, now: TaskEnd, names: tuple[str, ...]) -> Iterator[tuple[str, str]]:
    for name in names:
        if name in before.kept and name in now.kept and before.kept[name][0] != now.kept[name][0]:
            yield name, now.kept[name][1]


def callback_itself(
    data: Mapping[str, Any], body: Mapping[str, Any], documented: Mapping[str, CallbackWords]
) -> Iterator[Difference]:
    """Judge what a callback says by itself: its code and msg by its state, its times by their rounding.

    `documented` are the words of each state; other words than those of the other state say nothing else.
    """
    state, code = data.get("state"), body.get("code")
    if isinstance(state, str) and state in documented:
        if code is not None and code != documented[state].code:
            yield breach("callback.code", code, state=state, code=documented[state].code)
        others = [words.msg for other, words in documented.items() if other != state]
        if body.get("msg") in others:
            yield breach("callback.msg", body["msg"], state=state, msg=documented[state].msg)
    for name in _TIMES:
        told = data.get(name)
        if type(told) is int and told % _SECOND:
            yield breach("callback.time_rounded", told, f"{CALLBACK}/data/{name}")


def callback_keys(data: Mapping[str, Any]) -> Iterator[Difference]:
    """Judge which keys a callback has by the shape, of those that there have been, that it comes nearest to."""
    state = data.get("state")
    if state not in ENDS:
        return
    shapes = {date: one.success if state == "success" else one.fail for date, one in callback_shapes().items()}
    date = min(shapes, key=lambda date: len(data.keys() ^ set(shapes[date])))
    for key in (key for key in _OF_THE_END if key in shapes[date] and key not in data):
        # The oldest page's failure shows neither.
        mark = "inf" if state == "fail" and key in {"resultJson", "completeTime"} else ""
        source, place = f"callbacks of {date}", f"{CALLBACK}/data/{key}"
        yield breach("shape.missing_field", "nothing", place, evidence=mark, source=source, wanted=repr(key))


def callback_type(told: str) -> Iterator[Difference]:
    """Judge a callback's content type."""
    if told.partition(";")[0].strip().lower() != "application/json":
        yield breach("callback.content_type", told or "none")
    elif charset := other_charset(told):
        yield breach("callback.charset", charset)


def asked_model(asked: str, data: Mapping[str, Any]) -> Iterator[Difference]:
    """Judge a record by the model that createTask was asked for."""
    told = data.get("model")
    if isinstance(told, str) and asked and told != asked and not is_redacted(told) and not is_redacted(asked):
        yield breach("record.model", told, model_asked=asked)


def other_input(name: str, told: object) -> Difference:
    """Return the difference of a value that `param` gives back otherwise than it was sent."""
    return breach("record.param_input", told, f"/body/data/param/input/{name}", name=name)


def other_callback(told: object) -> Difference:
    """Return the difference of a callBackUrl that `param` gives back otherwise than it was sent."""
    return breach("record.param_input", told, "/body/data/param/callBackUrl", name="callBackUrl")


def created_moved(before: int, data: Mapping[str, Any]) -> Iterator[Difference]:
    """Judge the createTime of a poll by that of another poll of the same task."""
    told = data.get("createTime")
    if type(told) is int and told != before:
        yield breach("task.created_moved", told, before=before)


def progress_back(before: int, data: Mapping[str, Any]) -> Iterator[Difference]:
    """Judge the progress of a poll by that of an earlier poll of the same task."""
    told = data.get("progress")
    if type(told) is int and told < before:
        yield breach("task.progress_back", told, before=before)


def updated_back(before: int, data: Mapping[str, Any]) -> Iterator[Difference]:
    """Judge the updateTime of a poll by that of an earlier poll of the same task."""
    told = data.get("updateTime")
    if type(told) is int and told < before:
        yield breach("task.updated_back", told, before=before)


def back(before: str, after: str, *, proven: bool) -> Difference:
    """Return the difference of a state that is seen after a later one; `proven`: after the end, by the clock."""
    return breach("task.state_after_end" if proven else "task.state_order", after, before=before)
