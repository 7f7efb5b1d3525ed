"""One difference between what was expected of a target and what came."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, Literal

Severity = Literal["breaking", "minor", "info"]
_BY_MARK: Mapping[str, Severity] = {"inf": "minor", "inv": "minor"}


@dataclass(frozen=True)
class Finding:
    """A difference.

    `place` is a JSON pointer into the exchange `{"status", "headers", "body"}`, or into `{"callback": …}`; `source` is
    where the expectation comes from, such as a page with its line; `curl` holds the requests that reproduce it, with
    `$FAKIE_API_KEY` for the key; `answer` is what came, from its HTTP status on, shortened.
    """

    case: str
    severity: Severity
    place: str
    expected: str
    got: str
    curl: str
    answer: str = ""
    source: str = ""

    def as_dict(self) -> dict[str, Any]:
        """Give the finding as JSON data."""
        return asdict(self)

    def text(self) -> str:
        """Write the finding for people, over several lines."""
        lines = (
            f"{self.severity} at {self.place or '/'}",
            f"  expected  {self.expected}{f' ({self.source})' if self.source else ''}",
            f"  got       {self.got}",
            *(
                f"  {'again' if number == 0 else '     '}     {line}"
                for number, line in enumerate(self.curl.split("\n"))
            ),
        )
        return "\n".join(lines)


def severity_of(mark: str) -> Severity:
    """Give how much a difference weighs that contradicts a fact of this evidence mark: guesses weigh less."""
    return _BY_MARK.get(mark, "breaking")
