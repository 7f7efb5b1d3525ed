"""Quirks: what can be odd about a callback, by name."""

from typing import Literal, get_args

Quirk = Literal[
    "",
    "before_answer",
    "duplicate",
    "late",
    "lost",
    "out_of_order",
    "stage_lost",
    "stages_out_of_order",
    "wrong_signature",
]
# Those of callbacks that come in stages.
OF_STAGES: frozenset[Quirk] = frozenset({"stage_lost", "stages_out_of_order"})
QUIRKS: tuple[Quirk, ...] = get_args(Quirk)


def delays(quirk: Quirk, late: float) -> tuple[float, ...]:
    """Return the seconds after a task's end at which its callback goes out; `late` is how late a late one is.

    An out_of_order one waits for another task's callback, and so has no time of its own.
    """
    if quirk in {"lost", "out_of_order"}:
        return ()
    if quirk == "duplicate":
        return (0.0, 0.0)
    return (late,) if quirk == "late" else (0.0,)


def stage_delays(quirk: Quirk, late: float) -> tuple[float, ...]:
    """Return the seconds after a stage at which its callback goes out; only that of the end waits for another task."""
    return (0.0,) if quirk == "out_of_order" else delays(quirk, late)
