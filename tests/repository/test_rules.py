"""The table of rules and the code that looks for their breaches belong together."""

import ast
import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from fakie.cli import program
from fakie_schemas.rules.difference import Known
from fakie_schemas.rules.markdown import as_markdown
from fakie_schemas.rules.table import Rule, breach, rules
from support.clients.program import fakie

ROOT = Path(__file__).parents[2]
SUITE = ROOT / "contract_tests" / "fakie_contract"
HARNESS = ROOT / "mock_server" / "fakie" / "harness"
# Where the code of a judge stands; what stands in `checks` is looked for by two.
CODE: dict[str, tuple[Path, ...]] = {
    "suite": (SUITE / "checks", SUITE / "trial", SUITE / "cases", SUITE / "run"),
    "traffic": (SUITE / "checks", SUITE / "traffic"),
    "receiver": tuple(HARNESS.glob("receiver_*.py")),
    "conduct": (ROOT / "mock_server" / "fakie" / "core" / "conduct",),
    "drift": (ROOT / "schemas" / "fakie_schemas" / "catalog",),
}
SEVERITIES = {"breaking", "minor", "info", "compatible", "editorial"}
# The scale itself, the table's own weights, what drift calls them, and colours; two are words of other things.
SCALE = {"difference.py", "table.py", "drift_change.py", "severities.py", "text_table.py"}
OTHER_WORDS = {
    "operation.py",
    "parts.py",
    "document.py",
    "fake_document.py",
    "postman.py",
    "record_gate.py",
    "field_names.py",
}


def texts(*places: Path) -> Iterator[tuple[Path, str]]:
    for place in places:
        for file in [place] if place.is_file() else sorted(place.rglob("*.py")):
            for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
                if isinstance(node, ast.Constant) and isinstance(node.value, str):
                    yield file, node.value


def named(judge: str) -> set[str]:
    areas = "|".join(dict.fromkeys(rule.area for rule in rules().values()))
    return {text for _, text in texts(*CODE[judge]) if re.fullmatch(rf"(?:{areas})\.[a-z_]+", text)}


@pytest.mark.parametrize("judge", CODE)
def test_every_rule_of_a_judge_has_code_and_no_code_is_without_a_rule(judge: str) -> None:
    """What the table gives a judge stands as an id in its code; what stands there is in the table."""
    table = {rule.id for rule in rules().values() if judge in rule.judges}
    assert table
    assert table - named(judge) == set(), "not looked for: yield breach(ID, …) in checks/, or where its judge looks"
    unknown = {text for text in named(judge) if text not in rules()}
    assert unknown == set(), "not in the table: add a row to schemas/fakie_schemas/rules/AREA.json"
    own = {text for path in CODE[judge] if path.name != "checks" for _, text in texts(path)} & set(rules())
    assert own - table == set(), f"looked for by {judge}, which the table does not say"


@pytest.mark.parametrize("rule", rules().values(), ids=lambda rule: rule.id)
def test_what_one_of_the_two_judges_has_the_other_has_too_or_a_reason(rule: Rule) -> None:
    """A rule of the suite alone, or of recorded traffic alone, says why the other cannot have it."""
    both = {"suite", "traffic"}
    missing = both - set(rule.judges) if both & set(rule.judges) else set()
    assert set(rule.without) == missing
    assert all(reason.strip() for reason in rule.without.values())


def test_code_that_both_judges_share_is_of_rules_that_both_have() -> None:
    """What stands in `checks` is no rule of one judge, but for what needs no request to compare a record with."""
    shared = {text for _, text in texts(SUITE / "checks")} & set(rules())
    alone = {rule_id for rule_id in shared if {"suite", "traffic"} - set(rules()[rule_id].judges)}
    of_models = {"record.cost_time_documented", "record.param_input_documented", "record.model_twice"}
    # What a recording does not show of families: whose callback was expected, which failure was ordered.
    of_families = {"callback.task", "task.failure_words"}
    assert alone == of_models | of_families


def test_rules_are_named_by_their_file_and_once() -> None:
    """The id begins with the area, which is the file's name; none stands twice."""
    seen: list[str] = []
    for file in sorted((ROOT / "schemas" / "fakie_schemas" / "rules").glob("*.json")):
        ids = [row["id"] for row in json.loads(file.read_text(encoding="utf-8"))["rules"]]
        assert ids
        assert [one for one in ids if one.partition(".")[0] != file.stem] == []
        seen += ids
    assert len(seen) == len(set(seen)) == len(rules())


def test_no_severity_stands_outside_the_table() -> None:
    """Nobody but the table weighs a difference."""
    places = (ROOT / "schemas", ROOT / "mock_server", ROOT / "contract_tests")
    found = {f"{file.name}: {text}" for file, text in texts(*places) if text in SEVERITIES and file.name not in SCALE}
    assert {one for one in found if one.partition(":")[0] not in OTHER_WORDS} == set()


def test_a_guess_weighs_less_where_the_mark_decides() -> None:
    """What contradicts an inferred fact is minor, an observed one breaking, and what the wire is known to do, info."""
    facts = {"code": 422, "why": "", "situation": "too_long"}
    weights = [breach("answer.code", 500, evidence=mark, **facts).severity for mark in ("inf", "inv", "doc", "obs")]  # type: ignore[arg-type]
    assert weights == ["minor", "minor", "breaking", "breaking"]
    known = breach("answer.code", 500, known=Known("500 [rep]", "2026-04"), **facts)  # type: ignore[arg-type]
    assert (known.severity, known.known) == ("info", True)
    assert known.source.endswith("known of the wire: 500 [rep]")
    assert known.since == "2026-04"


def test_a_breach_of_no_rule_or_without_its_facts_is_an_error() -> None:
    """Neither can reach a user: the table's words need them."""
    with pytest.raises(KeyError):
        breach("answer.no_such_rule", 1)
    with pytest.raises(KeyError):
        breach("task.record_id", "x")


def test_the_page_of_the_rules_is_made_from_the_table() -> None:
    """`make rules` writes docs/rules.md."""
    page = (ROOT / "docs" / "rules.md").read_text(encoding="utf-8")
    assert page == as_markdown(rules().values()), "call `make rules`"


def test_the_command_lists_every_rule() -> None:
    """As a table, of one area, as JSON; an area that is none is one line."""
    assert "rules" in program.commands or program.get_command(None, "rules")  # type: ignore[arg-type]
    listed = json.loads(fakie("rules", "--json").stdout)["rules"]
    assert [one["id"] for one in listed] == [*rules()]
    assert "record.param_json" in fakie("rules", "record").stdout
    done = fakie("rules", "nothing")
    assert (done.returncode, done.stderr.count("\n")) == (2, 1)
    assert "record" in done.stderr
