"""Differences, grouped: what is the same difference is counted, and shown by its first example."""

from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from fakie_contract.checks.came import is_value
from fakie_contract.traffic.secrets import Secrets, hides, plain_path, without_paths
from fakie_contract.traffic.view import View
from fakie_schemas.recordings.secrets import MARK
from fakie_schemas.rules.difference import SEVERITIES, Difference
from fakie_schemas.shortening import cut

_MOST = 2_000
_LONGEST = 300
CALLBACK = "callback"
# Where callbacks go to is nobody else's business.
_RECEIVER = "/…"


class Group(Struct):
    """One difference, in how many exchanges it was found, and the first of them."""

    endpoint: str
    difference: Difference
    origin: str
    method: str
    path: str
    count: int = 0

    def as_dict(self, secrets: Secrets) -> dict[str, Any]:
        """Return the group as the JSON data of one finding, without a secret."""
        one = self.difference
        got = MARK if hides(one.place) else cut(secrets.clean(one.got), _LONGEST)
        got = without_paths(got) if "/callBackUrl" in one.place else got
        example = {"origin": self.origin, "method": self.method, "path": self.path, "value": got}
        return {
            "severity": one.severity,
            "rule": one.rule,
            "endpoint": self.endpoint,
            "model": None if one.model is None else secrets.clean(cut(one.model, _LONGEST)),
            "place": secrets.clean(one.place),
            "expected": secrets.clean(one.cited),
            "got": got,
            "count": self.count,
            "known": one.known,
            "since": one.since,
            "situation": one.situation,
            "evidence": one.evidence,
            "source": secrets.clean(one.source),
            "example": {name: secrets.clean(value) for name, value in example.items()},
        }


class Groups:
    """All differences of a run, each kind once."""

    def __init__(self, secrets: Secrets) -> None:
        self._secrets = secrets
        self._groups: dict[tuple[object, ...], Group] = {}
        self.left_out = 0

    def add(self, endpoint: str, view: View, differences: list[Difference]) -> None:
        """Count the differences of one exchange, each kind of them once."""
        kinds = {
            (one.severity, endpoint, one.place, one.rule, one.situation, one.known, one.model): one
            for one in reversed(differences)
        }
        for kind, one in kinds.items():
            if kind not in self._groups:
                if len(self._groups) >= _MOST:
                    self.left_out += 1
                    continue
                self._groups[kind] = self._first(endpoint, view, one)
            self._groups[kind].count += 1

    def _first(self, endpoint: str, view: View, one: Difference) -> Group:
        # No more of a value than is needed to find a secret whole that stands where the text will be cut.
        short = replace(one, got=self._secrets.text(one.got, 4 * _LONGEST, as_json=is_value(one)))
        path = _RECEIVER if endpoint == CALLBACK else plain_path(view.path)[:_LONGEST]
        return Group(endpoint, short, view.exchange.origin, view.exchange.method, path)

    @property
    def sorted(self) -> list[Group]:
        """The groups, the worst and most frequent first."""
        return sorted(
            self._groups.values(),
            key=lambda one: (
                SEVERITIES.index(one.difference.severity),
                -one.count,
                one.endpoint,
                one.difference.place,
                one.difference.rule,
            ),
        )
