"""Ends fakie_fixtures: the tiny files that finished tasks result in, by the rules of `fakie_schemas/results.json`."""

from collections.abc import Mapping
from fnmatch import fnmatchcase
from functools import cache, lru_cache
from pathlib import PurePosixPath
from typing import Any

import fakie_schemas
from fakie.core.ports import Media
from fakie_fixtures import media_file

_TYPES: Mapping[str, str] = {".mp3": "audio/mpeg", ".mp4": "video/mp4", ".png": "image/png"}


class TinyMedia:
    """A `MediaLibrary` of the files that come with fakie."""

    def __init__(self) -> None:
        data = _data()
        self._rules: list[Mapping[str, Any]] = data["rules"]
        self._results: Mapping[str, Mapping[str, Any]] = data["results"]
        self._of_model: dict[str, list[Mapping[str, Any]]] = {}

    def result_for(self, model: str, given: Mapping[str, Any]) -> Mapping[str, Any]:
        """Return what a model's task with this `input` results in, by the first rule that fits."""
        rules = self._of_model.get(model)
        if rules is None:
            rules = [rule for rule in self._rules if fnmatchcase(model, rule["model"])]
            self._of_model[model] = rules
        rule = next(rule for rule in rules if _fits(rule, given))
        return {key: _with_media(value) for key, value in self._results[rule["result"]].items()}


@cache
def _data() -> Mapping[str, Any]:
    return fakie_schemas.results()


def _fits(rule: Mapping[str, Any], given: Mapping[str, Any]) -> bool:
    wanted: Mapping[str, Any] = rule.get("input", {})
    return all(given.get(name) == value for name, value in wanted.items())


def _with_media(value: Any) -> Any:
    if isinstance(value, list):
        return [_with_media(item) for item in value]
    return _media(value["file"]) if set(value) == {"file"} else value


@lru_cache(maxsize=16)
def _media(name: str) -> Media:
    suffix = PurePosixPath(name).suffix
    return Media(media_file(name), _TYPES[suffix], suffix)
