"""Many names looked for in many texts: by their first words, so that no text is searched for all of the names."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping

_WORD = re.compile(r"\w+")
# By the first word of names: each name, and the pattern that finds it.
Sought = Mapping[str, list[tuple[str, re.Pattern[str]]]]


def sought(names: Iterable[str], pattern: Callable[[str], str]) -> Sought:
    """Return names as they are looked for, in their order; `pattern` gives the one that finds a name."""
    found: dict[str, list[tuple[str, re.Pattern[str]]]] = {}
    for name in names:
        for first in _WORD.findall(name)[:1]:
            found.setdefault(first, []).append((name, re.compile(pattern(name))))
    return found


def found_in(text: str, names: Sought) -> Iterator[str]:
    """Yield the names that a text has."""
    for word in dict.fromkeys(_WORD.findall(text)):
        for name, pattern in names.get(word, ()):
            if pattern.search(text):
                yield name
