"""The shapes that callbacks have had: which keys their data has, by the date of the page."""

from collections.abc import Mapping
from functools import cache

from msgspec import Struct

import fakie_schemas


class CallbackShape(Struct, frozen=True):
    """The keys of a callback's `data`, in order, of a success and of a failure; `fail_code` replaces the task's own."""

    date: str
    success: tuple[str, ...]
    fail: tuple[str, ...]
    fail_code: str | None = None


@cache
def callback_shapes() -> Mapping[str, CallbackShape]:
    """Return every shape by its date, the oldest first."""
    shapes = fakie_schemas.callback_shapes()["shapes"]
    return {
        one["date"]: CallbackShape(one["date"], tuple(one["success"]), tuple(one["fail"]), one.get("fail_code"))
        for one in shapes
    }


@cache
def served_shape() -> CallbackShape:
    """Return the shape that the fake sends."""
    return callback_shapes()[fakie_schemas.callback_shapes()["served"]]
