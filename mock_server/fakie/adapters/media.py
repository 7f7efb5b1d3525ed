"""Adapter for fakie_fixtures: the small files that finished tasks result in, by `fakie_schemas/results.json`."""

from collections.abc import Iterator, Mapping
from fnmatch import fnmatchcase
from functools import cache, lru_cache
from typing import Any

import fakie_schemas
from fakie.adapters.media_making import jpeg, png, wav
from fakie.core.ports import Media
from fakie.core.running.result_request import ResultRequest, ResultRequests
from fakie_fixtures import media_path
from fakie_schemas.disk import read_bytes

# Of generated files: pictures of 4K have 64 kB at most.
_KEPT = 64


class TinyMedia:
    """A `MediaLibrary` of files that come with fakie, and of pictures and sounds that are made as asked for."""

    def __init__(self) -> None:
        data = _data()
        self._rules: list[Mapping[str, Any]] = data["rules"]
        self._results: Mapping[str, Mapping[str, Any]] = data["results"]
        self._formats: Mapping[str, Mapping[str, Any]] = data["formats"]
        self._usual: Mapping[str, str] = data["usual_formats"]
        self._asking = ResultRequests(data["asking"])
        self._of_model: dict[str, list[Mapping[str, Any]]] = {}
        self._ready = lru_cache(maxsize=_KEPT)(self._result)

    def result_for(self, model: str, given: Mapping[str, Any]) -> Mapping[str, Any]:
        """Return what a model's task with this `input` results in, by the first rule that fits."""
        rules = self._of_model.get(model)
        if rules is None:
            rules = [rule for rule in self._rules if fnmatchcase(model, rule["model"])]
            self._of_model[model] = rules
        rule = next(rule for rule in rules if _fits(rule, given))
        return self._ready(rule["result"], self._asking.of(given))

    def filled(self, template: Mapping[str, Any], given: Mapping[str, Any]) -> Mapping[str, Any]:
        """Return a result with a file, as this request asks for it, in the place of each `{"media": kind}`."""
        made: Mapping[str, Any] = self._filled(template, self._asking.of(given))
        return made

    def _result(self, name: str, asked: ResultRequest) -> Mapping[str, Any]:
        made: Mapping[str, Any] = self._filled(self._results[name], asked)
        return made

    def _filled(self, value: Any, asked: ResultRequest) -> Any:
        """Put files in the places of their kinds; a list of one kind has as many of it as were asked for."""
        if isinstance(value, list):
            return [self._filled(item, asked) for item in self._repeated(value, asked)]
        if not isinstance(value, dict):
            return value
        if set(value) == {"media"}:
            return self._media(value["media"], asked)
        return {key: self._filled(inner, asked) for key, inner in value.items()}

    def _repeated(self, items: list[Any], asked: ResultRequest) -> Iterator[Any]:
        for item in items:
            yield from [item] * (asked.count if isinstance(item, dict) and set(item) == {"media"} else 1)

    def _media(self, kind: str, asked: ResultRequest) -> Media:
        name = self._format(kind, asked.format)
        seconds = self._formats[name].get("seconds", 0) if asked.seconds is None else asked.seconds
        return _made(name, asked.width, asked.height, seconds)

    def _format(self, kind: str, wished: str | None) -> str:
        """Return the format that was asked for, where it is one of this kind, or else the usual one."""
        names = [wished or "", (wished or "").partition("_")[0]]
        known = (name for name in names if name in self._formats and kind in self._formats[name]["kinds"])
        return next(known, self._usual[kind])


@cache
def _data() -> Mapping[str, Any]:
    return fakie_schemas.results()


def _fits(rule: Mapping[str, Any], given: Mapping[str, Any]) -> bool:
    wanted: Mapping[str, Any] = rule.get("input", {})
    return all(given.get(name) == value for name, value in wanted.items())


@lru_cache(maxsize=_KEPT)
def _made(name: str, width: int, height: int, seconds: float) -> Media:
    facts = _data()["formats"][name]
    makers = {"png": lambda: png(width, height), "jpeg": lambda: jpeg(width, height), "wav": lambda: wav(seconds)}
    content = makers[facts["made"]]() if "made" in facts else read_bytes(media_path(facts["file"]))
    return Media(content, facts["media_type"], facts["suffix"])
