"""Races: what can be odd about when a callback comes, by name."""

from typing import Literal, get_args

Race = Literal["", "before_answer", "duplicate", "late", "lost", "out_of_order", "wrong_signature"]
RACES: tuple[Race, ...] = get_args(Race)


def delays(race: Race, late: float) -> tuple[float, ...]:
    """Give the seconds after a task's end at which its callback goes out; `late` is how late a late one is.

    An out_of_order one waits for another task's callback, and so has no time of its own.
    """
    if race in {"lost", "out_of_order"}:
        return ()
    if race == "duplicate":
        return (0.0, 0.0)
    return (late,) if race == "late" else (0.0,)
