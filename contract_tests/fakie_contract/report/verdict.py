"""Which findings fail a run: by their severity, and by whether they are known."""

from msgspec import Struct, field

from fakie_contract.report.baseline import AcceptedDifference, Baseline
from fakie_schemas.rules.difference import FAILING, Difference


class RunVerdict(Struct, frozen=True):
    """The severity that fails a run, and the differences that are accepted."""

    fail_on: str = "any"
    baseline: Baseline = field(default_factory=Baseline)

    def known(self, finding: Difference) -> AcceptedDifference | None:
        """Return the entry of the baseline that accepts a finding, if any."""
        return self.baseline.match(finding.as_dict())

    def fails(self, finding: Difference) -> bool:
        """Tell whether a finding fails the run."""
        return finding.severity in FAILING[self.fail_on] and self.known(finding) is None

    def note(self, finding: Difference) -> tuple[str, str]:
        """Say why a finding does not fail the run: under which name to show it, and its text."""
        known = self.known(finding)
        if known is None:
            return f"fakie_{finding.severity}_finding", finding.text()
        return "fakie_known_difference", f"known since {known.date}: {known.reason}\n{finding.text()}"
