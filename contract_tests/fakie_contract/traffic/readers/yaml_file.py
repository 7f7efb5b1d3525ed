"""Adapter for PyYAML: a file as plain data, with bounds on its depth and on what its aliases repeat."""

import base64
import binascii
import importlib
import re
from collections.abc import Callable, Iterable
from typing import Any

from fakie_contract.traffic.readers.json_stream import DEEPEST
from fakie_contract.traffic.readers.opened import BreaksOff, NoRecording, Unreadable

_MOST_VALUES = 2_000_000
LARGEST = 256 * 1024 * 1024
_ITEM = re.compile(rb"^[ \t]{0,8}-[ \r\n]", re.MULTILINE)
# Texts and lists with a tag of the language that wrote them.
_TEXTS = ("python/unicode", "python/str", "python/bytes", "python/long")


def load(text: bytes) -> Any:
    """Return YAML text as data; raises Unreadable, in one line, for whatever is not plain and bounded data."""
    try:
        yaml = importlib.import_module("yaml")
        guard = importlib.import_module("fakie_schemas.yaml_events")
    except ImportError as error:
        raise Unreadable("is YAML, which needs PyYAML: pip install 'fakie[derive]'") from error
    try:
        _refuse_depth(yaml, guard.events_with_depth(text))
        found = yaml.load(text, _loader(yaml, guard.LOADER))
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        if "expected a single document" in str(error):
            raise NoRecording("is YAML of several documents, which no cassette is") from error
        raise Unreadable(f"is not YAML that can be read: {_reason(error)}") from error
    _refuse_repetition(found)
    return found


def salvaged(text: bytes, read: Callable[[bytes], Any]) -> tuple[Any, Unreadable | None]:
    """Return YAML data and None; of a text that breaks off, what stands before its last item, and the error."""
    try:
        return read(text), None
    except NoRecording:
        raise
    except Unreadable as error:
        first = _ITEM.search(text)
        starts = [] if first is None else [one.start() for one in _ITEM.finditer(text) if one[0] == first[0]]
        if len(starts) < 2:
            raise
        try:
            return read(text[: starts[-1]]), BreaksOff(f"breaks off: {error}")
        except Unreadable:
            raise error from None


def _reason(error: Exception) -> str:
    """Say what is wrong and where, without the text that stands there: it may be a secret."""
    problem, mark = getattr(error, "problem", None), getattr(error, "problem_mark", None)
    words = " ".join(str(problem or getattr(error, "reason", "") or type(error).__name__).split())[:200]
    return f"{words}, line {mark.line + 1}" if mark else words


def _loader(yaml: Any, base: Any) -> Any:
    """Return a loader that reads what other languages tag as plain data, and refuses what makes objects."""

    def plain(loader: Any, _: str, node: Any) -> Any:
        if isinstance(node, yaml.MappingNode):
            return loader.construct_mapping(node, deep=True)
        if isinstance(node, yaml.SequenceNode):
            return loader.construct_sequence(node, deep=True)
        return loader.construct_scalar(node)

    def binary(loader: Any, node: Any) -> bytes:
        try:
            return base64.b64decode("".join(loader.construct_scalar(node).split()), validate=True)
        except (binascii.Error, ValueError):
            raise yaml.constructor.ConstructorError(
                None, None, "a binary text is not base64", node.start_mark
            ) from None

    loader = type("CassetteLoader", (base,), {})
    loader.add_multi_constructor("!", plain)  # type: ignore[attr-defined]
    loader.add_constructor("!binary", binary)  # type: ignore[attr-defined]
    for name in _TEXTS:
        loader.add_constructor(f"tag:yaml.org,2002:{name}", lambda one, node: one.construct_scalar(node))  # type: ignore[attr-defined]
    loader.add_constructor("tag:yaml.org,2002:python/tuple", lambda one, node: one.construct_sequence(node, deep=True))  # type: ignore[attr-defined]
    return loader


def _refuse_depth(yaml: Any, events: Iterable[tuple[Any, int]]) -> None:
    """Look at the events first: the loader's C code does not survive depth, and merges multiply without end."""
    for event, depth in events:
        if depth > DEEPEST:
            raise Unreadable(f"is nested deeper than {DEEPEST} levels")
        if isinstance(event, yaml.ScalarEvent) and event.value == "<<" and not event.style:
            raise Unreadable("merges keys (<<), which no cassette does")


def _refuse_repetition(found: Any) -> None:
    """Count values with every alias followed: a few aliases of aliases can stand for more than a memory holds."""
    count, waiting = 0, [found]
    while waiting:
        value = waiting.pop()
        count += 1
        if count > _MOST_VALUES:
            raise Unreadable(f"stands for more than {_MOST_VALUES:,} values")
        if isinstance(value, dict):
            waiting += value.values()
        elif isinstance(value, list):
            waiting += value
