"""Findings of one kind, told as one: how many there are, and a few examples of them."""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from msgspec import Struct

from fakie_schemas.rules.difference import SEVERITIES

MOST_EXAMPLES = 3


class FindingGroup(Struct, frozen=True):
    """Findings of one kind: the same rule, severity, place and expectation; `examples` come with evidence."""

    severity: str
    place: str
    rule: str
    expected: str
    known: Mapping[str, str] | None
    findings: Sequence[Mapping[str, Any]]

    @property
    def count(self) -> int:
        """How many findings are of this kind."""
        return len(self.findings)

    @property
    def examples(self) -> Sequence[Mapping[str, Any]]:
        """The first few, each of another case, which are shown."""
        first = {finding["case"]: finding for finding in reversed(self.findings)}
        return [first[case] for case in self.cases[:MOST_EXAMPLES]]

    @property
    def cases(self) -> list[str]:
        """The cases that found it, each once."""
        return list(dict.fromkeys(finding["case"] for finding in self.findings))


def grouped(findings: Iterable[Mapping[str, Any]]) -> list[FindingGroup]:
    """Return findings by kind, the gravest and most frequent first."""
    kinds: dict[tuple[str, ...], list[Mapping[str, Any]]] = defaultdict(list)
    for finding in findings:
        about = (finding["rule"], _kind(finding.get("situation", "")), _kind(finding["expected"]))
        kinds[finding["severity"], finding["place"] or "/", *about, str(finding["known"])].append(finding)
    made = [
        FindingGroup(key[0], key[1], some[0]["rule"], key[4], some[0]["known"], some) for key, some in kinds.items()
    ]
    return sorted(made, key=lambda group: (SEVERITIES.index(group.severity), -group.count, group.place))


def _kind(text: str) -> str:
    """Return an expectation, or a situation, without what differs from case to case."""
    # No pattern that begins with blanks: a run of them would cost its square.
    words = re.sub(r"\(replay:[^()]*\)$", "", text).rstrip()
    return re.sub(r"[0-9a-f]{16,}|\d{5,}", "…", words) or text
