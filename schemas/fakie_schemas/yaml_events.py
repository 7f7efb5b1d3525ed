"""YAML as events with their depth: looked at before anything recursive runs, or anything that follows aliases."""

from collections.abc import Iterator
from typing import Any

import yaml

# libyaml where PyYAML was built with it: the whole Market in seconds instead of minutes.
LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def events_with_depth(text: str | bytes) -> Iterator[tuple[Any, int]]:
    """Return each event of a YAML text and how many collections are open after it; raises yaml.YAMLError."""
    depth = 0
    for event in yaml.parse(text, Loader=LOADER):
        depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
        yield event, depth
