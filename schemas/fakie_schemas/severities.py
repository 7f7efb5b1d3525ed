"""The user's own severities of rules, in place of those of the table: by option or by file."""

import re
from collections.abc import Iterable, Mapping
from fnmatch import fnmatchcase
from pathlib import Path

from msgspec import Struct, field

from fakie_schemas import read_json
from fakie_schemas.errors import ConfigurationError
from fakie_schemas.rules.difference import BREAKING, INFO, MINOR, Severity
from fakie_schemas.rules.table import rules

FORMAT_VERSION = 1
# The words of each scale: of differences, and of changed pages. None: it is not told of.
_WORDS: Mapping[str, Severity | None] = {
    "breaking": BREAKING,
    "minor": MINOR,
    "compatible": MINOR,
    "info": INFO,
    "editorial": INFO,
    "off": None,
}
_ENTRY = re.compile(r"([\w.*?\[\]-]+)=(\w+)")
_EXPECTED = f"a rule and what it weighs, such as drift.code_added=breaking ({', '.join(_WORDS)})"


class Severities(Struct, frozen=True):
    """The severities that a user gives to rules: by patterns of their ids, of which the last that fits counts."""

    of_rules: Mapping[str, Severity | None] = field(default_factory=dict)

    @classmethod
    def read(cls, entries: Iterable[tuple[str, Severity | None]], file: Path | None = None) -> "Severities":
        """Make them of the entries of a file, then of options; raises ConfigurationError for an unusable file."""
        of_file = _read_file(file) if file else {}
        return cls({**of_file, **dict(entries)})

    def of(self, rule: str, told: Severity) -> Severity | None:
        """Return what a breach weighs that would weigh `told`; None when it is not to be told of."""
        fitting = [weight for pattern, weight in self.of_rules.items() if fnmatchcase(rule, pattern)]
        return fitting[-1] if fitting else told


def read_severity(text: str) -> tuple[str, Severity | None]:
    """Return an entry such as `drift.code_added=breaking`; raises ValueError with what is expected."""
    match = _ENTRY.fullmatch(text)
    if not match or match[2] not in _WORDS:
        raise ValueError(f"expected {_EXPECTED}")
    return _rule(match[1]), _WORDS[match[2]]


def _rule(pattern: str) -> str:
    """Return a pattern that fits some rule; raises ValueError: a rule that is misspelt would change nothing."""
    if not any(fnmatchcase(rule, pattern) for rule in rules()):
        raise ValueError(
            f"expected the id of a rule, or a pattern that fits some (`fakie rules` lists them): {pattern}"
        )
    return pattern


def _read_file(file: Path) -> dict[str, Severity | None]:
    try:
        found = read_json(file)
    except OSError as error:
        raise ConfigurationError(f"{file}: cannot be read: {error.strerror or error}") from None
    except ValueError as error:
        raise ConfigurationError(str(error)) from None
    try:
        if found.get("format_version") != FORMAT_VERSION:
            raise ValueError(f"expected an object with format_version {FORMAT_VERSION} and severities")
        told = found.get("severities")
        if not isinstance(told, dict):
            raise ValueError("expected severities, an object of rules and what each weighs")
        return dict(read_severity(f"{rule}={word}") for rule, word in told.items())
    except ValueError as error:
        raise ConfigurationError(f"{file}: {str(error)[:300]}") from None
