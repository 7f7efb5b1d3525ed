"""What the store in memory keeps in order: events by their time, tasks by their coming."""

import random
from collections.abc import Mapping
from math import inf
from typing import Any, cast

import pytest

from fakie.core.memory.arrivals import Arrivals
from fakie.core.memory.events import Events
from fakie.core.tasks.due import Due
from fakie.core.tasks.task import Task


def due(at: float, order: int) -> Due:
    return Due(at, order, "account-1", "settle", str(order))


@pytest.mark.parametrize("seed", range(20))
def test_events_come_by_their_time_in_whatever_order_they_were_planned(seed: int) -> None:
    """Many for later and later moments, some for earlier ones; taken from the front, or from anywhere.

    Whoever adds one hears whether it comes before all others, and the first moment is known without a look.
    """
    draw, events = random.Random(seed), Events()
    known: list[Due] = []
    for order in range(400):
        planned = due(order + draw.choice((0, 0, 0, 50, -30)), order)
        assert events.add(planned) is (planned.at < min((one.at for one in known), default=inf))
        known.append(planned)
        if draw.random() < 0.4:
            gone = min(known) if draw.random() < 0.7 else draw.choice(known)
            events.take(gone)
            known.remove(gone)
        assert (events.first(), len(events)) == (min(known, default=None), len(known))
        assert events.first_at == min((one.at for one in known), default=inf)
    events.keep(lambda one: one.order % 3)
    rest = sorted(one for one in known if one.order % 3)
    for one in rest:
        assert events.first() == one
        events.take(one)
    assert (events.first(), events.first_at, len(events)) == (None, inf, 0)


def test_an_event_that_is_not_there_cannot_be_taken() -> None:
    """Neither from none nor from others; these stay."""
    events = Events([due(2, 1), due(1, 2)])
    for missing in (due(2, 3), due(1, 3)):
        with pytest.raises(ValueError, match="not in"):
            events.take(missing)
    assert len(events) == 2


def arrivals(here: dict[str, str]) -> Arrivals:
    return Arrivals(cast(Mapping[str, Task], here))


def oldest(known: Arrivals, count: int) -> list[Any]:
    return cast(list[Any], known.oldest(count))


def test_the_oldest_are_those_that_came_first_of_who_is_here() -> None:
    """Each is named once; who has left is passed over, and none are asked for where there is room."""
    here = {name: name for name in "abcdef"}
    known = arrivals(here)
    for name in here:
        known.add(name)
    del here["b"]
    assert oldest(known, -1) == []
    assert oldest(known, 3) == ["a", "c"]
    assert oldest(known, 10) == ["d", "e", "f"]
    assert oldest(known, 1) == []


def test_ids_of_who_has_left_do_not_pile_up() -> None:
    """Many that come and leave, while a few stay, and those are found as they came."""
    here = {"first": "first"}
    known = arrivals(here)
    known.add("first")
    for number in range(20_000):
        here[str(number)] = str(number)
        known.add(str(number))
        if number % 1000:
            del here[str(number)]
    assert len(known._ids) < 3_000
    assert oldest(known, 20_000) == list(here)
