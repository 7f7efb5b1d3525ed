"""The results that a request asks for: how many, in which format, of which size and length; by the data of results."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from msgspec import Struct

_RATIO = r"(\d{1,2}):(\d{1,2})"
_SIZE = r"(\d{2,4})\s*[x×*]\s*(\d{2,4})"
_NUMBER = r"\d{1,3}(?:\.\d{1,3})?"


class ResultRequest(Struct, frozen=True):
    """A number of results, each in this format (None: the usual one), of this size in pixels and length in seconds."""

    count: int
    format: str | None
    width: int
    height: int
    seconds: float | None


class ResultRequests:
    """Reads a request's input by the part `asking` of the data of results."""

    def __init__(self, data: Mapping[str, Any]) -> None:
        self._data = data
        self._names = {name for names in data["fields"].values() for name in names}
        self._usual = self._read({})

    def of(self, given: Mapping[str, Any]) -> ResultRequest:
        """Return what an input asks for; what it leaves out or says otherwise than expected is as usual."""
        return self._usual if self._names.isdisjoint(given) else self._read(given)

    def _read(self, given: Mapping[str, Any]) -> ResultRequest:
        width, height = self._size(given)
        count = next(self._numbers(given, "count"), 1.0)
        seconds = next(self._numbers(given, "seconds"), None)
        return ResultRequest(
            count=max(1, min(int(count), self._data["most_results"])),
            format=next(self._texts(given, "format"), None),
            width=width,
            height=height,
            seconds=None if seconds is None else min(seconds, self._data["most_seconds"]),
        )

    def _size(self, given: Mapping[str, Any]) -> tuple[int, int]:
        sides = self._data["long_sides"]
        long = next((sides[text] for text in self._texts(given, "resolution") if text in sides), sides["usual"])
        for text in self._texts(given, "ratio"):
            exact = re.fullmatch(_SIZE, text)
            if exact:
                return int(exact[1]), int(exact[2])
            found = re.fullmatch(_RATIO, self._data["ratios"].get(text, text))
            if found and int(found[1]) and int(found[2]):
                return _sides(sides.get(text, long), int(found[1]), int(found[2]))
        return long, long

    def _texts(self, given: Mapping[str, Any], what: str) -> Iterator[str]:
        for name in self._data["fields"][what]:
            if isinstance(given.get(name), str):
                yield given[name].strip().lower()

    def _numbers(self, given: Mapping[str, Any], what: str) -> Iterator[float]:
        for name in self._data["fields"][what]:
            value = given.get(name)
            if isinstance(value, bool) or not isinstance(value, str | int | float):
                continue
            if re.fullmatch(_NUMBER, str(value)):
                yield float(value)


def _sides(long: int, width: int, height: int) -> tuple[int, int]:
    """Return the sides of a picture of this ratio whose longer one has so many pixels."""
    if width >= height:
        return long, max(1, round(long * height / width))
    return max(1, round(long * width / height)), long
