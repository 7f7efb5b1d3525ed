"""Adapter for PyYAML: a file as plain data, with bounds on its depth and on what its aliases repeat."""

import importlib
from collections.abc import Iterable
from typing import Any

from fakie_contract.traffic.readers.json_stream import DEEPEST
from fakie_contract.traffic.readers.opened import NoRecording, Unreadable

_MOST_VALUES = 2_000_000


def load(text: bytes) -> Any:
    """Return YAML text as data; raises Unreadable, in one line, for whatever is not plain and bounded data."""
    try:
        yaml = importlib.import_module("yaml")
        guard = importlib.import_module("fakie_schemas.yaml_events")
    except ImportError as error:
        raise Unreadable("is YAML, which needs PyYAML: pip install 'fakie[derive]'") from error
    try:
        _refuse_depth(yaml, guard.events_with_depth(text))
        found = yaml.load(text, guard.LOADER)
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        if "expected a single document" in str(error):
            raise NoRecording("is YAML of several documents, which no cassette is") from error
        raise Unreadable(f"is not YAML that can be read: {' '.join(str(error).split())[:200]}") from error
    _refuse_repetition(found)
    return found


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
