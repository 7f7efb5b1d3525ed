"""Which findings fail a run: by their severity, and by whether they are known."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from fakie_contract.finding import Finding
from fakie_contract.report.baseline import Baseline, Known

_FAILING: Mapping[str, tuple[str, ...]] = {"breaking": ("breaking",), "any": ("breaking", "minor"), "none": ()}


@dataclass(frozen=True)
class Judgement:
    """What was asked to fail a run, and what is accepted."""

    fail_on: str = "any"
    baseline: Baseline = field(default_factory=Baseline)

    def known(self, finding: Finding) -> Known | None:
        """Give the entry of the baseline that accepts a finding, if any."""
        return self.baseline.match(finding.severity, finding.place, finding.got, finding.case)

    def fails(self, finding: Finding) -> bool:
        """Tell whether a finding fails the run."""
        return finding.severity in _FAILING[self.fail_on] and self.known(finding) is None

    def note(self, finding: Finding) -> tuple[str, str]:
        """Say why a finding does not fail the run: under which name to show it, and its text."""
        known = self.known(finding)
        if known is None:
            return f"fakie_{finding.severity}_finding", finding.text()
        return "fakie_known_difference", f"known since {known.date}: {known.reason}\n{finding.text()}"
