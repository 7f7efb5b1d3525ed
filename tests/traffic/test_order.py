"""What may be said of the order of a task's states: only what the recording proves."""

import json
from pathlib import Path
from typing import Any

import pytest

from support.recordings import (
    TASK,
    Exchange,
    as_cassette,
    as_har,
    create,
    failed,
    record,
    report,
    report_of,
    task,
    waiting,
    write,
    write_yaml,
)

GOOD = {"model": "z-image", "input": {"prompt": "a lake", "aspect_ratio": "1:1"}}
STATES = {"task.state_after_end", "task.state_order"}
OF_THE_COURSE = {*STATES, "task.changed_after_end"}
DONE, RUNS = task(), waiting("generating")


def at(time: str, data: dict[str, Any]) -> Exchange:
    return record(data, recorded=f"2026-10-05T{time}Z")


def states(found: dict[str, Any]) -> list[str]:
    return [one["severity"] for one in found["findings"] if one["rule"] in STATES]


@pytest.mark.parametrize("when", ["", "2026-10-05", "yesterday"])
def test_an_array_without_times_proves_nothing(when: str, tmp_path: Path) -> None:
    """Nobody knows in which order its items were recorded; nor of lines, nor of files."""
    polls = [record(DONE, recorded=when), record(RUNS, recorded=when)]
    assert states(report_of(tmp_path, *polls)) == []
    lines = tmp_path / "a.jsonl"
    lines.write_text("\n".join(map(json.dumps, polls)))
    assert states(report(lines)) == []
    files = [write(tmp_path / f"{number}.json", one) for number, one in enumerate(polls)]
    assert states(report(*files)) == []


def test_times_prove_the_order(tmp_path: Path) -> None:
    """What ran after it had ended breaks clients; whatever the order in the file."""
    assert states(report_of(tmp_path, at("10:00:00", DONE), at("10:01:00", RUNS))) == ["breaking"]
    assert states(report_of(tmp_path, at("10:01:00", RUNS), at("10:00:00", DONE))) == ["breaking"]
    assert states(report_of(tmp_path, at("10:01:00", DONE), at("10:00:00", RUNS))) == []


@pytest.mark.parametrize(
    ("task_id", "expected"),
    [
        ("6f1b0c3e-9a47-4d2e-8f51-c07be2d94a16", ["breaking"]),
        ("01983A4E-7C1D-7B02-9E6F-5D20C8B1F34A", ["breaking"]),
        ("01234567-89ab-4cde-8f01-23456789abcd", []),
        ("550e8400-e29b-41d4-a716-446655440000", []),
        ("3FA85F64-5717-4562-b3fc-2c963f66afa6", []),
        ("a1b2c3d4-e5f6-7890-abcd-ef1234567890", []),
        ("a1b2c3d4e5f6a7b8c9d0e1f2a3b4c5d6", []),
        ("task-1", []),
    ],
)
def test_what_was_drawn_as_an_id_is_one_task(task_id: str, expected: list[str], tmp_path: Path) -> None:
    """A UUID too; what was put in its place, or copied from a document, may stand for several."""
    polls = at("10:00:00", {**DONE, "taskId": task_id}), at("10:01:00", {**RUNS, "taskId": task_id})
    for one in polls:
        one["request"]["url"] = one["request"]["url"].replace(TASK, task_id)
    assert states(report_of(tmp_path, *polls)) == expected


def test_times_of_another_zone_are_the_same_times(tmp_path: Path) -> None:
    """Two hours of zone are no order; a time without zone is compared with none that has one."""
    zoned = record(RUNS, recorded="2026-10-05T11:59:00+02:00")
    assert states(report_of(tmp_path, at("10:00:00", DONE), zoned)) == []
    assert states(report_of(tmp_path, at("10:00:00", DONE), record(RUNS, recorded="2026-10-05T12:00:00"))) == []


def test_a_file_that_keeps_the_order_is_worth_a_remark(tmp_path: Path) -> None:
    """The entries of a HAR and of a cassette without times; two cassettes have no order between them."""
    har = as_har([record(DONE), record(RUNS)])
    for entry in har["log"]["entries"]:
        del entry["startedDateTime"]
    assert states(report(write(tmp_path / "a.har", har))) == ["minor"]
    assert states(report(write_yaml(tmp_path / "a.yaml", as_cassette([record(DONE), record(RUNS)])))) == ["minor"]
    apart = [
        write_yaml(tmp_path / f"{number}.yaml", as_cassette([one]))
        for number, one in enumerate((record(DONE), record(RUNS)))
    ]
    assert states(report(*apart)) == []


@pytest.mark.parametrize(("started", "found"), [("00.400", []), ("01.100", ["breaking"])])
def test_polls_that_overlap_prove_nothing(started: str, found: list[str], tmp_path: Path) -> None:
    """A poll sees an older state when it began before the one that saw the end had its answer."""
    har = as_har([record(DONE), record(RUNS)])
    first, second = har["log"]["entries"]
    first |= {"startedDateTime": "2026-10-05T10:00:00.000Z", "time": 1000}
    second |= {"startedDateTime": f"2026-10-05T10:00:{started}Z", "time": 100}
    assert states(report(write(tmp_path / "a.har", har))) == found
    har["log"]["entries"] = [second, first]
    assert states(report(write(tmp_path / "a.har", har))) == found


def test_times_of_answers_leave_room_for_the_way(tmp_path: Path) -> None:
    """Where the answer alone has a time, two polls within a second may have crossed."""
    assert states(report_of(tmp_path, at("10:00:00", DONE), at("10:00:01", RUNS))) == []


def test_an_id_that_is_created_again_is_another_task(tmp_path: Path) -> None:
    """As those of a fake with a seed are: nothing of the first is held against the second, in any format."""
    other = {"createTime": 1_790_000_100_000, "completeTime": 1_790_000_112_000}
    polls = [waiting(), DONE, waiting(createTime=other["createTime"]), task(**other)]
    times = ["10:00:01", "10:00:20", "10:10:01", "10:10:20"]
    told = [at(*one) for one in zip(times, polls, strict=True)]
    first = create(GOOD, recorded="2026-10-05T10:00:00Z")
    again = create(GOOD, recorded="2026-10-05T10:10:00Z")
    orders = ([first, *told[:2], again, *told[2:]], [first, again, *told], [again, first, *told])
    for number, recorded in enumerate(orders):
        assert rules(report_of(tmp_path, *recorded)) & OF_THE_COURSE == set(), number
    timeless = [{**one, "recorded": ""} for one in orders[1]]
    assert rules(report_of(tmp_path, *timeless)) & OF_THE_COURSE == set()
    cassette = write_yaml(tmp_path / "a.yaml", as_cassette(orders[0]))
    assert rules(report(cassette)) & OF_THE_COURSE == set()
    back = report_of(tmp_path, *orders[0], at("10:11:00", waiting()))
    assert states(back) == ["breaking"]


def rules(found: dict[str, Any]) -> set[str]:
    return {one["rule"] for one in found["findings"] if not one["known"]}


@pytest.mark.parametrize("name", ["TASK_ID", "{{taskId}}", "<taskId>", "task_12345678", "t-1", "0" * 32, "a" * 32])
def test_what_is_no_real_id_ties_nothing_together(name: str, tmp_path: Path) -> None:
    """Sanitizers give one name to all tasks."""
    answer = {"code": 200, "msg": "success", "data": {"taskId": name, "recordId": name}}
    told = (DONE, RUNS, task(model="qwen/text-to-image", costTime=11))
    polls = [at(f"10:0{minute}:00", {**data, "taskId": name}) for minute, data in enumerate(told)]
    assert rules(report_of(tmp_path, create(GOOD, answer), *polls)) <= {"task.id_form", "record.param_model"}


def test_two_ends_contradict_each_other_in_any_order(tmp_path: Path) -> None:
    """Success and failure of one task are one finding, and what follows from it is none."""
    recorded = [record(one, recorded="") for one in (DONE, failed())]
    for told in (recorded, recorded[::-1]):
        found = [one for one in report_of(tmp_path, *told)["findings"] if not one["known"]]
        assert [(one["severity"], one["rule"]) for one in found] == [("breaking", "task.state_after_end")]
    assert TASK in recorded[0]["request"]["url"]
