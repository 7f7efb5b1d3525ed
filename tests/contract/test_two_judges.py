"""The suite and the judge of recorded traffic say the same of the same difference."""

import datetime
import json
from base64 import b64encode
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from fakie_contract.checks import envelope
from fakie_contract.checks.came import got_text
from fakie_contract.report.baseline import Baseline
from fakie_contract.report.code_table import code_lines
from fakie_schemas.catalog.catalog import Catalog
from fakie_schemas.rules.difference import Difference
from support.mutants.callbacks import CALLBACKS
from support.mutants.edits import CREATE, on_answer, on_data, put
from support.mutants.json_forms import JSON_FORMS
from support.mutants.records import ENDS
from support.recordings import TASK, Exchange, callback, create, failed, record, refusal, report_of, task
from support.servers.broken import Mutant, judged

GOOD = {"model": "z-image", "input": {"prompt": "a lake", "aspect_ratio": "1:1"}}
Change = Callable[[dict[str, Any]], Any]


def other_id(body: dict[str, Any]) -> None:
    if isinstance(body.get("data"), dict):
        body["data"]["recordId"] = "2" * 31 + "1"


TWO_IDS = {"code": 200, "msg": "success", "data": {"taskId": TASK, "recordId": TASK[::-1]}}
HELD_BACK = create(GOOD, refusal(422))
IN_LATIN_1 = b64encode('{"code":422,"msg":"fällt aus","data":null}'.encode("latin-1")).decode()
# The fault of a fake, the same in a recording, and what both say of it.
FAULTS: dict[str, tuple[Mutant, Exchange, tuple[str, str, str]]] = {
    "recordId": (
        Mutant("ids", "code-200", "everything", on_answer(CREATE, other_id, 200)),
        create(GOOD, TWO_IDS),
        ("minor", "task.record_id", "/body/data/recordId"),
    ),
    "costTime": (
        Mutant("ms", "life", handle=on_data(lambda data: data.update(costTime=data["costTime"] * 1000), *ENDS)),
        record(task(costTime=12_300)),
        ("minor", "record.cost_time_unit", "/body/data/costTime"),
    ),
    "completeTime": (
        Mutant("late", "life", handle=on_data(lambda data: data.update(completeTime=data["createTime"] - 5000), *ENDS)),
        record(task(completeTime=1_789_999_990_000)),
        ("minor", "record.completed_first", "/body/data/completeTime"),
    ),
    "updateTime": (
        Mutant("first", "life", handle=on_data(lambda data: data.update(updateTime=data["createTime"] - 5000), *ENDS)),
        record(task(updateTime=1_789_999_990_000)),
        ("minor", "record.updated_first", "/body/data/updateTime"),
    ),
    "paramJson": (
        Mutant("twice", "life", handle=on_data(put(paramJson="{}"), *ENDS)),
        record(task(paramJson="{}")),
        ("minor", "record.param_json", "/body/data/paramJson"),
    ),
    "operationType": (
        Mutant("type", "life", handle=on_data(put(operationType="audio"), *ENDS)),
        record(task(operationType="audio")),
        ("minor", "record.operation_type", "/body/data/operationType"),
    ),
    "response": (
        Mutant("response", "life", handle=on_data(put(response={"resultUrls": ["https://a.test/b"]}), "success")),
        record(task(response={"resultUrls": ["https://a.test/b"]})),
        ("minor", "result.response", "/body/data/response"),
    ),
    "latin-1": (
        next(one for one in JSON_FORMS if one.name == "latin-1"),
        {**HELD_BACK, "response": {"status": 200, "headers": {}, "base64": IN_LATIN_1}},
        ("breaking", "answer.encoding", "/body"),
    ),
    "a missing field answered with 500": (
        Mutant("500", "code-422", handle=on_answer(CREATE, put(code=500), 422)),
        create({"model": "z-image", "input": {}}, refusal(500)),
        ("info", "answer.code", "/body/code"),
    ),
}


def found_live(mutant: Mutant, folder: Path) -> list[Difference]:
    results = judged(mutant, folder, likely_alone=True)
    return [one for result in results for one in result.findings]


@pytest.mark.parametrize("fault", FAULTS)
def test_both_judges_name_and_weigh_it_alike(fault: str, tmp_path: Path) -> None:
    """The same rule, severity and place; and both know what is known of the wire."""
    mutant, recorded, expected = FAULTS[fault]
    live = found_live(mutant, tmp_path)
    traffic = report_of(tmp_path, recorded)["findings"]
    assert expected in {(one.severity, one.rule, one.place) for one in live}
    assert expected in {(one["severity"], one["rule"], one["place"]) for one in traffic}
    known = {one.known for one in live if one.rule == expected[1]}
    assert known == {one["known"] for one in traffic if one["rule"] == expected[1]} == {expected[0] == "info"}


def test_both_judges_tell_of_a_callbacks_code_once(tmp_path: Path) -> None:
    """The state that it contradicts is no second difference."""
    mutant = next(one for one in CALLBACKS if one.name == "callback: code 200 on failure")
    live = [(one.rule, one.place) for one in found_live(mutant, tmp_path)]
    traffic = [(one["rule"], one["place"]) for one in report_of(tmp_path, callback(failed(), 200))["findings"]]
    assert live == traffic == [("callback.code", "/callback/body/code")]


@pytest.mark.parametrize("fault", [name for name in FAULTS if "500" not in name])
def test_a_baseline_of_one_judge_accepts_what_the_other_finds(fault: str, tmp_path: Path) -> None:
    """Drafted from a live run it accepts recorded traffic, and the other way round."""
    mutant, recorded, (_, rule, _) = FAULTS[fault]
    live = [one.as_dict() for one in found_live(mutant, tmp_path) if one.rule == rule]
    traffic = [one for one in report_of(tmp_path, recorded)["findings"] if one["rule"] == rule]
    assert live
    assert traffic
    empty = Baseline(today=datetime.date(2026, 11, 24))
    assert all(empty.joined(live, "told").match(one) for one in traffic)
    assert all(empty.joined(traffic, "told").match(one) for one in live)


@pytest.mark.parametrize(("came", "told"), [("5", '"5"'), (5.5, "5.5"), ("", '""')])
def test_both_judges_tell_a_text_from_a_number(came: Any, told: str, tmp_path: Path) -> None:
    """A value of the wrong type is told as JSON, so that it cannot be taken for one of the right type."""
    live = found_live(Mutant("typed", "life", handle=on_data(put(createTime=came), *ENDS)), tmp_path)
    traffic = report_of(tmp_path, record(task(createTime=came)))["findings"]
    assert {one.got for one in live if one.place == "/body/data/createTime"} == {told}
    assert {one["got"] for one in traffic if one["place"] == "/body/data/createTime"} == {told}


@pytest.mark.parametrize("msg", [5, ["no"]])
def test_a_refusal_of_the_wrong_type_is_told_as_it_came(msg: Any) -> None:
    """Not as a text that holds it, whichever judge tells of it."""
    [one] = envelope.code({"code": "422", "msg": "no", "data": None})
    assert got_text(one) == '"422"'
    [one] = envelope.code({"code": 422, "msg": msg, "data": None})
    assert got_text(one) == json.dumps(msg)


@pytest.mark.parametrize(
    ("model", "found"), [("z-image", []), ("acme/unknown", []), ("elevenlabs/sound-effect-v2", ["shape.missing_field"])]
)
def test_traffic_too_expects_a_record_id_where_the_page_names_one(model: str, found: list[str], tmp_path: Path) -> None:
    """As the suite, whose mutant without a record id is of such a page; nothing is expected without a page."""
    plain = create({**GOOD, "model": model}, {"code": 200, "msg": "success", "data": {"taskId": TASK}})
    told = report_of(tmp_path, plain)["findings"]
    assert [one["rule"] for one in told if one["place"].endswith("recordId")] == found


def test_a_code_that_only_the_wire_is_known_to_use_is_not_verified(tmp_path: Path) -> None:
    """The case holds, and the table of codes says that the documented code was not seen."""
    mutant, *_ = FAULTS["a missing field answered with 500"]
    results = list(judged(mutant, tmp_path, likely_alone=True))
    [line] = [one for one in code_lines(results, Catalog.shipped()) if one.code == 422]
    assert (line.verified, line.why) == (False, "the wire is known to answer otherwise: see the findings")


def test_an_entry_accepts_no_other_breach_of_its_rule(tmp_path: Path) -> None:
    """Another situation, another place, another rule: each is news."""
    recorded = create({"model": "z-image", "input": {}}, refusal(404))
    [found] = [one for one in report_of(tmp_path, recorded)["findings"] if one["rule"] == "answer.code"]
    known = Baseline(today=datetime.date(2026, 11, 24)).joined([found], "told")
    assert known.match(found)
    for other in ({"situation": "too_long"}, {"place": "/status"}, {"rule": "answer.refused"}):
        assert not known.match({**found, **other})


def test_a_file_of_the_first_format_accepts_nothing_graver(tmp_path: Path) -> None:
    """It names no rule, and what weighs less today is accepted still."""
    entry = {"case": "*", "place": "/body/data", "reason": "told", "date": "2026-01-01", "severity": "minor"}
    file = tmp_path / "old.json"
    file.write_text(json.dumps({"format_version": 1, "known": [entry]}), encoding="utf-8")
    known = Baseline.load(file)
    one = {"place": "/body/data", "got": "1", "rule": "shape.type", "situation": ""}
    assert known.match({**one, "severity": "minor"})
    assert known.match({**one, "severity": "info"})
    assert not known.match({**one, "severity": "breaking"})
    # Where that format had it: at the object that lacks a key.
    missing = {**one, "rule": "shape.missing_field", "severity": "minor"}
    assert known.match({**missing, "place": "/body/data/state"})
    assert not known.match({**one, "severity": "minor", "place": "/body/data/state"})
