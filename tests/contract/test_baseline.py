"""Known differences: accepted with a reason and a date, shown as such, told when they are gone."""

import datetime
import json
import re
import shlex
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from fakie_contract.report.baseline import Baseline
from fakie_schemas.errors import ConfigurationError
from support.clients.program import fakie
from support.mutants.edits import CREDIT, RECORD, on_answer
from support.reports import judged
from support.servers.broken import Mutant, running


def finding(severity: str, place: str, got: str, case: str | None = None, rule: str = "shape.type") -> dict[str, Any]:
    about = {"severity": severity, "place": place, "got": got, "rule": rule, "situation": ""}
    return about if case is None else {**about, "case": case}


TODAY = datetime.date(2026, 11, 24)
ENTRY = {"case": "api::credit::*", "place": "/body/data", "reason": "told the vendor", "date": "2026-11-01"}


def baseline(*entries: dict[str, Any]) -> Baseline:
    file = Path("known.json")
    file.write_text(json.dumps({"format_version": 1, "known": list(entries)}), encoding="utf-8")
    return Baseline.load(file, TODAY)


def test_a_known_difference_is_shown_and_fails_nothing(tmp_path: Path) -> None:
    """Once drafted from a report, the same findings pass, with the reason; when mended, the entries disappear."""
    broken = Mutant("text", handle=on_answer(CREDIT, lambda body: body.update(data=str(body["data"])), when=200))
    with running(broken, tmp_path) as url:
        done, data, _ = judged("--target", url, "-k", "credit and shown")
        assert done.returncode == 1, done.stdout
        drafted = fakie("baseline", "r.json", "--reason", "told the vendor", "--out", "known.json")
        assert drafted.returncode == 0, drafted.stderr
        done, data, parsed = judged("--target", url, "-k", "credit and shown", "--baseline", "known.json")
    assert "severity" not in done.stdout
    assert done.returncode == 0, done.stdout
    assert (data["verdict"], data["differences"]["breaking"]) == ("holds", 0)
    assert data["differences"]["known"] == data["baseline"][0]["count"] == 1
    assert data["baseline"][0]["status"] == "seen"
    assert "Known since" in parsed.text
    assert "told the vendor" in parsed.text
    assert "fakie_known_difference" in Path("r.xml").read_text(encoding="utf-8")
    done, data, parsed = judged("-k", "credit and shown", "--baseline", "known.json")
    assert done.returncode == 0
    assert [entry["status"] for entry in data["baseline"]] == ["disappeared"]
    assert "disappeared: api::credit::shown at /body/data (told the vendor" in done.stdout
    assert "disappeared" in parsed.text
    done, data, _ = judged("-k", "code-401", "--baseline", "known.json")
    assert [entry["status"] for entry in data["baseline"]] == ["not_seen"]
    assert "disappeared" not in done.stdout


def test_another_difference_still_fails(tmp_path: Path) -> None:
    """A baseline accepts what it names and nothing beside it."""
    baseline(ENTRY)
    broken = Mutant("code", handle=on_answer(RECORD, lambda body: body.update(code=418)))
    with running(broken, tmp_path) as url:
        done, data, _ = judged("--target", url, "-k", "unknown-task", "--baseline", "known.json")
    assert done.returncode == 1
    assert data["differences"]["known"] == 0


@pytest.mark.parametrize(
    ("changed", "matches"),
    [
        ({}, True),
        ({"place": "/body/*"}, True),
        ({"place": "/body"}, False),
        ({"case": "api::credit::shown"}, True),
        ({"case": "api::path"}, False),
        ({"severity": "breaking"}, True),
        ({"severity": "minor"}, False),
        ({"got": '"1*"'}, True),
        ({"got": "null"}, False),
        ({"until": "2026-11-24"}, True),
        ({"until": "2026-11-23"}, False),
    ],
)
def test_an_entry_matches_what_it_names(changed: dict[str, str], matches: bool) -> None:
    """By case and place, if given also by severity and what came, and until its last day."""
    found = baseline({**ENTRY, **changed}).match(finding("breaking", "/body/data", '"1000.0"', "api::credit::shown"))
    assert (found is not None) is matches


def test_ids_with_brackets_are_names_and_not_patterns() -> None:
    """`turns[0]` is itself; a finding without a case is matched by its place."""
    known = baseline({**ENTRY, "case": "m::turns[0]::null"})
    assert known.match(finding("minor", "/body/data", "", "m::turns[0]::null"))
    assert not known.match(finding("minor", "/body/data", "", "m::turns0::null"))
    assert known.match(finding("minor", "/body/data", ""))


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig"])
def test_a_file_may_begin_with_a_mark_of_its_encoding(encoding: str) -> None:
    """As editors write it, with lines as they end them."""
    text = json.dumps({"format_version": 2, "known": [ENTRY]}, indent=1).replace("\n", "\r\n")
    Path("known.json").write_text(text, encoding=encoding, newline="")
    assert len(Baseline.load(Path("known.json"), TODAY).known) == 1


def test_an_expired_entry_is_told() -> None:
    """It accepts nothing more, and says how often it would have."""
    known = baseline({**ENTRY, "until": "2026-11-02"})
    finding = {"case": "api::credit::shown", "severity": "breaking", "place": "/body/data", "got": "null"}
    assert [(told.status, told.count) for told in known.told([finding], [finding["case"]])] == [("expired", 1)]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("{", "Expecting property name"),
        ("[" * 100_000, "it is nested too deeply"),
        ("[]", "expected a JSON object"),
        ('{"format_version": 3, "known": []}', "$.format_version"),
        (json.dumps({"format_version": 1, "known": [{**ENTRY, "reason": " "}]}), "$.known[0].reason"),
        (json.dumps({"format_version": 1, "known": [{**ENTRY, "date": "2026-13-01"}]}), "not a day: '2026-13-01'"),
        (json.dumps({"format_version": 1, "known": [{**ENTRY, "plaec": "x"}]}), "plaec"),
        (json.dumps({"format_version": 2, "known": [{**ENTRY, "rule": "shape.tpye"}]}), "did you mean 'shape.type'?"),
        (json.dumps({"format_version": 2, "known": [{**ENTRY, "rule": "nothing.*"}]}), "no rule is called 'nothing.*'"),
    ],
)
def test_a_bad_file_is_one_line_before_anything_is_sent(text: str, words: str) -> None:
    """The line names the file and the place in it."""
    Path("bad.json").write_text(text, encoding="utf-8")
    with pytest.raises(ConfigurationError) as error:
        Baseline.load(Path("bad.json"))
    assert words in str(error.value)
    assert str(error.value).count("bad.json") == 1


def test_a_run_with_a_bad_baseline_ends_with_2() -> None:
    """Nothing is judged, and the report says why."""
    Path("bad.json").write_text("{", encoding="utf-8")
    done, data, _ = judged("--baseline", "bad.json")
    assert done.returncode == 2
    assert "bad.json" in data["reason"]
    assert data["results"] == []


def report_of(*findings: dict[str, str]) -> None:
    results = [{"findings": [finding]} for finding in findings]
    Path("r.json").write_text(json.dumps({"results": results}), encoding="utf-8")


FOUND = {"case": "b::x", "severity": "breaking", "place": "/body", "got": "1"}


def test_a_draft_is_sorted_stable_and_keeps_what_is_there() -> None:
    """Its own reason stays with each entry; the same again changes nothing; what only informs is left out."""
    report_of(FOUND, {**FOUND, "case": "a[0]::x"}, {**FOUND, "severity": "info", "case": "c"})
    assert fakie("baseline", "r.json", "--reason", "one", "--only", "b::*", "--out", "k.json").returncode == 0
    done = fakie("baseline", "r.json", "--reason", "two", "--out", "k.json")
    assert done.stdout == "1 new of 2 known differences in k.json\n"
    first = Path("k.json").read_bytes()
    entries = json.loads(first)["known"]
    assert [(entry["case"], entry["reason"]) for entry in entries] == [("a[0]::x", "two"), ("b::x", "one")]
    fakie("baseline", "r.json", "--reason", "three", "--out", "k.json")
    assert Path("k.json").read_bytes() == first


def test_findings_of_traffic_are_drafted_by_place() -> None:
    """They have no case."""
    traffic = {"exchanges": 1, "findings": [{"severity": "minor", "place": "/body/data", "expected": "", "got": "1"}]}
    Path("t.json").write_text(json.dumps(traffic), encoding="utf-8")
    assert fakie("baseline", "t.json", "--reason", "seen", "--out", "k.json").returncode == 0
    assert Baseline.load(Path("k.json")).match(finding("minor", "/body/data", "2")) is not None


@pytest.mark.parametrize(
    ("text", "arguments", "words"),
    [
        (json.dumps({"results": [{"findings": [FOUND]}]}), ("--reason", " "), "--reason"),
        (
            json.dumps({"results": [{"findings": [FOUND]}]}),
            ("--reason", "x", "--only", "zzz"),
            "none of 1 finding is of",
        ),
        ("{}", ("--reason", "x"), "not a report of fakie; expected JSON of `fakie test --report FILE` or "),
        ('{"results": [{"findings": [{}]}]}', ("--reason", "x"), "not a report of fakie"),
        ('{"results": 7}', ("--reason", "x"), "not a report of fakie"),
        ("<html>", ("--reason", "x"), "not a report of fakie"),
    ],
)
def test_what_cannot_be_drafted_is_one_line(text: str, arguments: tuple[str, ...], words: str) -> None:
    """Exit code 2, and no file."""
    Path("r.json").write_text(text, encoding="utf-8")
    done = fakie("baseline", "r.json", *arguments, "--out", "k.json")
    assert (done.returncode, done.stderr.count("\n")) == (2, 1)
    assert words in done.stderr
    assert not Path("k.json").exists()


ROOT = Path(__file__).parent.parent.parent


def test_the_example_on_the_page_of_the_report_is_a_baseline() -> None:
    """It can be copied as it stands, and accepts what it says."""
    text = (ROOT / "docs" / "report.md").read_text(encoding="utf-8")
    Path("known.json").write_text(text.split("```json\n")[1].split("```")[0], encoding="utf-8")
    known = Baseline.load(Path("known.json"), TODAY)
    assert known.match(finding("breaking", "/body/data", '"1000.0"', "api::credit::shown"))
    assert not known.match(finding("breaking", "/body/data", "null", "api::credit::shown"))


def test_the_commands_on_the_page_of_the_report_work_as_they_stand(tmp_path: Path) -> None:
    """A run with every report, a draft of its findings, and a run that knows them."""
    text = (ROOT / "docs" / "report.md").read_text(encoding="utf-8")
    lines = [line for block in re.findall(r"```console\n(.*?)```", text, re.DOTALL) for line in block.splitlines()]
    broken = Mutant("text", handle=on_answer(CREDIT, lambda body: body.update(data=str(body["data"])), when=200))
    with running(broken, tmp_path) as url:
        ends = []
        for line in lines:
            words = shlex.split(line.replace("http://127.0.0.1:8080", url))
            words += ["-k", "credit"] if words[1] == "test" else []
            done = subprocess.run([sys.executable, "-m", *words], capture_output=True, timeout=120, check=False)
            ends.append(done.returncode)
    assert ends == [1, 0, 0]
    assert all(Path(f"report.{kind}").exists() for kind in ("html", "json", "xml"))


def test_an_expired_entry_may_name_a_rule_that_is_gone() -> None:
    """It accepts nothing any more, and keeps no run from starting."""
    gone = {**ENTRY, "rule": "gone.rule"}
    assert baseline({**gone, "until": "2026-11-02"}).known[0].rule == "gone.rule"
    with pytest.raises(ConfigurationError, match=r"gone\.rule"):
        baseline({**gone, "until": "2026-12-02"})
