"""The facts of a profile, which the fake's behaviour rests on: read and checked once."""

from collections.abc import Callable, Mapping
from json import dumps
from typing import Any

from msgspec import Struct
from msgspec.structs import fields

import fakie_schemas
from fakie_schemas.errors import ConfigurationError
from fakie_schemas.limits import WindowLimit
from fakie_schemas.schema.equality import is_number

_POLLED_BY = ("task", "key")
# The states of a task that has not ended.
_ON_ITS_WAY = ("waiting", "queuing", "generating")


class HeldLimit(Struct, frozen=True):
    """At most `count` files of `bytes` in all."""

    count: int
    bytes: int


class Facts(Struct, frozen=True):
    """Times are in seconds, lengths in characters or bytes; `plan` is the usual `(state, age)` steps of a task.

    `fresh_seconds` is how long recordInfo may not know a new task yet, `poll_limit_per` what polls are counted by
    (`task` or `key`), `running_limit` how many tasks of an account may run at once.
    """

    create_limit: WindowLimit
    catalogue_limit: WindowLimit
    poll_limit: WindowLimit
    poll_limit_per: str
    running_limit: float
    plan: tuple[tuple[str, float], ...]
    price: float
    media_seconds: float
    credits: float
    result_seconds: float
    family_result_seconds: float
    upload_seconds: float
    upload_bytes: int
    upload_body_bytes: int
    uploads_held: HeldLimit
    uploads_held_in_all: HeldLimit
    upload_name_bytes: int
    fetch_seconds: float
    probe_seconds: float
    download_url_seconds: float
    record_seconds: float
    fresh_seconds: float
    callback_timeout: float
    callback_gaps: tuple[float, ...]
    callback_late: float
    callback_url_length: int
    body_bytes: int
    body_depth: int
    key_length: int
    header_length: int
    success_flags: Mapping[str, int]

    @classmethod
    def read(cls, data: Mapping[str, Any]) -> "Facts":
        """Read a profile's `facts`; raises ConfigurationError for one that is missing, unknown or unreadable."""
        kinds = {one.name: one.type for one in fields(cls)}
        odd = sorted(set(kinds) ^ set(data))
        if odd:
            raise ConfigurationError(f"a profile's facts are {', '.join(kinds)}; missing or unknown: {', '.join(odd)}")
        return cls(**{name: _read(name, kind, data[name]) for name, kind in kinds.items()})


def _read(name: str, kind: Any, fact: Any) -> Any:
    try:
        return _READERS[kind](fact["value"])
    except ValueError as error:
        raise ConfigurationError(f"the profile's fact {name} cannot be read: {error}") from None
    except (AttributeError, KeyError, TypeError):
        form, got = dumps(fakie_schemas.profile("documented")["facts"][name]["value"]), dumps(fact["value"])
        raise ConfigurationError(
            f"the profile's fact {name}: expected a value such as {form}; got {got[:200]}"
        ) from None


def _number(value: Any) -> float:
    if not is_number(value) or not 0 <= value < float("inf"):
        raise ValueError(f"expected a number from 0 on; got {value!r}")
    return value


def _window(value: Any) -> WindowLimit:
    limit = WindowLimit(_whole(value["count"]), _number(value["seconds"]))
    if limit.count < 1 or limit.seconds <= 0:
        raise ValueError(f"expected a count from 1 on in more than 0 seconds; got {value!r}")
    return limit


def _whole(value: Any) -> int:
    if _number(value) != int(value):
        raise ValueError(f"expected a whole number from 0 on; got {value!r}")
    return int(value)


def _polled(value: Any) -> str:
    if value not in _POLLED_BY:
        raise ValueError(f"expected {' or '.join(_POLLED_BY)}; got {value!r}")
    return str(value)


def _held(value: Any) -> HeldLimit:
    return HeldLimit(_whole(value["count"]), _whole(value["bytes"]))


def _steps(value: Any) -> tuple[tuple[str, float], ...]:
    steps = tuple((str(state), _number(age)) for state, age in value)
    *before, last = (state for state, _ in steps) if steps else ("",)
    ages = [age for _, age in steps]
    if last != "success" or not set(before) <= set(_ON_ITS_WAY) or not before or ages != sorted(ages) or ages[0]:
        ways = ", ".join(_ON_ITS_WAY)
        raise ValueError(
            f"expected states of {ways}, the first at 0 seconds, and success last; got {dumps(value)[:200]}"
        )
    return steps


def _numbers(value: Any) -> tuple[float, ...]:
    return tuple(_number(number) for number in value)


def _flags(value: Any) -> dict[str, int]:
    return {str(state): int(flag) for state, flag in value.items()}


_READERS: Mapping[Any, Callable[[Any], Any]] = {
    float: _number,
    int: _whole,
    str: _polled,
    WindowLimit: _window,
    HeldLimit: _held,
    tuple[float, ...]: _numbers,
    tuple[tuple[str, float], ...]: _steps,
    Mapping[str, int]: _flags,
}
