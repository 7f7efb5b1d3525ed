"""The table of rules, and how a breach of one is worded and weighed: nobody else does either."""

from collections.abc import Mapping
from functools import cache
from string import Formatter
from typing import Any, Literal

from msgspec import Struct, field
from msgspec.structs import asdict

from fakie_schemas import data_folder, disk, read_json
from fakie_schemas.rules.difference import BREAKING, FIRST_SEEN, GUESSES, INFO, MINOR, Difference, Known, Severity

JudgeName = Literal["suite", "traffic", "receiver", "conduct", "drift"]
Weight = Literal["breaking", "minor", "info", "by_mark", "known"]


class Rule(Struct, frozen=True):
    """One rule, as it stands in the table.

    `place` is where it looks; `severity` what a breach weighs: `by_mark` minor where its evidence is inferred or
    invented and breaking otherwise, `known` nothing, because the wire is known to differ. `expected` is a template;
    `judges` have code for it, `without` says why the suite or the judge of traffic has none, `why` why it weighs so,
    `instead` what whoever broke it should do. `since` is when a `known` difference was first seen. `mirror` is the rule
    that is broken when two pages are compared the other way round.
    """

    id: str
    place: str
    severity: Weight
    mark: str
    source: str
    expected: str
    judges: tuple[JudgeName, ...]
    without: Mapping[str, str] = field(default_factory=dict)
    why: str = ""
    since: str = ""
    instead: str = ""
    mirror: str = ""

    @property
    def area(self) -> str:
        """The subject of the rule, such as `record`: the name of its file in the table."""
        return self.id.partition(".")[0]

    @property
    def facts(self) -> frozenset[str]:
        """The names of the facts that its words need."""
        return frozenset(name for _, name, _, _ in Formatter().parse(self.expected) if name)

    def as_dict(self) -> dict[str, Any]:
        """Return the rule as JSON data."""
        return {"area": self.area, **asdict(self)}

    def weight(self, mark: str) -> Severity:
        """Return what a breach weighs whose evidence has this mark."""
        if self.severity == "by_mark":
            return MINOR if mark in GUESSES else BREAKING
        return INFO if self.severity == "known" else self.severity


@cache
def rules() -> Mapping[str, Rule]:
    """Return every rule by its id, in the order of areas and of the table."""
    files = disk.files_in(data_folder("rules"), ".json")
    rows = [row for file in files for row in read_json(file)["rules"]]
    return {row["id"]: Rule(**{**row, "judges": tuple(row["judges"])}) for row in rows}


def breach(
    rule_id: str,
    got: object,
    place: str | None = None,
    *,
    evidence: str = "",
    source: str = "",
    known: Known | None = None,
    situation: str = "",
    model: str | None = None,
    **facts: object,
) -> Difference:
    """Return the difference that a breach of a rule is; raises KeyError for an unknown rule or a missing fact.

    `place` is where it was seen, `evidence` and `source` those of this very expectation, where the table's are too
    general. `known` says how the wire is known to do it, with its mark: then it is told for information alone; where
    that is a guess, it does not count as known.
    """
    rule = rules()[rule_id]
    mark = evidence or rule.mark
    is_known = rule.severity == "known" if known is None else not known.guess
    how = f"{'guessed' if known.guess else 'known'} of the wire: {known.words}" if known else ""
    cited = source or f"{rule.source} [{rule.mark}]"
    return Difference(
        rule=rule_id,
        severity=INFO if known else rule.weight(mark),
        place=f"/{rule.place}".rstrip("/") if place is None else place,
        expected=rule.expected.format(**facts, situation=situation),
        got=got,
        evidence=mark,
        source=f"{cited}; {how}" if how else cited,
        known=is_known,
        since=(known.since if known else rule.since or FIRST_SEEN) if is_known else "",
        situation=situation,
        model=model,
    )
