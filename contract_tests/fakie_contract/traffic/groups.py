"""Findings, grouped: what is the same difference is counted, and shown by its first example."""

from dataclasses import dataclass, replace
from typing import Any

from fakie_contract.exchange import cut, shown
from fakie_contract.traffic.found import Found, Severity
from fakie_contract.traffic.secrets import Secrets
from fakie_contract.traffic.view import View

SEVERITIES: tuple[Severity, ...] = ("breaking", "minor", "info")
_MOST = 2_000
_LONGEST = 300
_HIDDEN = ("key", "token", "secret", "password", "authorization", "cookie", "signature")


@dataclass
class Group:
    """One difference, in how many exchanges it was found, and the first of them."""

    endpoint: str
    found: Found
    origin: str
    method: str
    path: str
    count: int = 0

    def as_dict(self, secrets: Secrets) -> dict[str, Any]:
        """Give the group as the JSON data of one finding, without a secret."""
        found = self.found
        got = "<secret>" if _hides(found.place) else cut(secrets.clean(found.got), _LONGEST)
        example = {"origin": self.origin, "method": self.method, "path": self.path, "value": got}
        return {
            "severity": found.severity,
            "rule": found.rule,
            "endpoint": self.endpoint,
            "model": None if found.model is None else secrets.clean(cut(found.model, _LONGEST)),
            "place": secrets.clean(found.place),
            "expected": secrets.clean(found.expected),
            "got": got,
            "count": self.count,
            "known": found.known,
            "example": {name: secrets.clean(value) for name, value in example.items()},
        }


class Groups:
    """All findings of a run, each kind once."""

    def __init__(self) -> None:
        self._groups: dict[tuple[object, ...], Group] = {}
        self.left_out = 0

    def add(self, endpoint: str, view: View, findings: list[Found]) -> None:
        """Count the findings of one exchange, each kind of them once."""
        kinds = {(one.severity, endpoint, one.place, one.rule, one.known, one.model): one for one in reversed(findings)}
        for kind, found in kinds.items():
            if kind not in self._groups:
                if len(self._groups) >= _MOST:
                    self.left_out += 1
                    continue
                self._groups[kind] = Group(
                    endpoint, _short(found), view.exchange.origin, view.exchange.method, view.path
                )
            self._groups[kind].count += 1

    @property
    def sorted(self) -> list[Group]:
        """The groups, the worst and most frequent first."""
        return sorted(
            self._groups.values(),
            key=lambda one: (
                SEVERITIES.index(one.found.severity),
                -one.count,
                one.endpoint,
                one.found.place,
                one.found.rule,
            ),
        )


def _short(found: Found) -> Found:
    """Keep no more of a value than is needed to find a secret whole that stands where the text will be cut."""
    return replace(found, got=_text(found.got, 4 * _LONGEST))


def _text(value: Any, limit: int = _LONGEST) -> str:
    return cut(value, limit) if isinstance(value, str) else shown(value, limit)


def _hides(place: str) -> bool:
    last = place.rpartition("/")[2].lower()
    return any(word in last for word in _HIDDEN)
