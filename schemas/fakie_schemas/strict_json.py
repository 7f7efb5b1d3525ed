"""What strict JSON has not, though Python reads it: keys that occur twice, NaN and Infinity. Hooks for `json.loads`."""

from collections import Counter
from collections.abc import Sequence
from typing import Any, NoReturn


def unique_keys(pairs: Sequence[tuple[str, Any]]) -> dict[str, Any]:
    """Return an object's members (`object_pairs_hook`); raises ValueError when a key occurs twice."""
    unique = dict(pairs)
    if len(unique) < len(pairs):
        counts = Counter(name for name, _ in pairs)
        twice = next(name for name, count in counts.items() if count > 1)
        raise ValueError(f"the key {twice[:40]!r} occurs twice in one object")
    return unique


def no_constant(name: str) -> NoReturn:
    """Raise ValueError (`parse_constant`): NaN and Infinity are no numbers of JSON."""
    raise ValueError(f"{name} is not a JSON number")
