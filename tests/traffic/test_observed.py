"""Captured traffic of the vendor: the known differences between page and wire are found, and nothing else."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import fakie_schemas
from fakie_schemas.validator import contract_validator
from support.recordings import as_cassette, as_har, report, shape, write, write_yaml

# What is known to differ, each with the captures that show it.
KNOWN = {
    ("createTask", "answer.code", "/body/code", 2),
    ("createTask", "answer.refused_without_reason", "/body/code", 1),
    ("createTask", "shape.undocumented_field", "/body/data/recordId", 2),
    ("credit", "shape.type", "/body/data", 1),
    ("file-base64-upload", "shape.undocumented_field", "/body/data/success", 1),
    ("file-url-upload", "answer.page_status", "/status", 1),
    ("file-url-upload", "answer.data_missing", "/body/data", 1),
    ("record-info", "record.param_input_documented", "/body/data/param", 7),
    ("record-info", "record.param_added", "/body/data/param/input/model", 2),
    ("record-info", "record.param_added", "/body/data/param/input/dialogue_mode", 2),
    ("record-info", "answer.page_status", "/status", 1),
    ("record-info", "shape.type", "/body/data/completeTime", 4),
    ("record-info", "shape.type", "/body/data/costTime", 4),
    ("record-info", "shape.type", "/body/data/failCode", 5),
    ("record-info", "shape.type", "/body/data/failMsg", 5),
    ("record-info", "shape.undocumented_field", "/body/data/creditsConsumed", 3),
    ("record-info", "shape.undocumented_field", "/body/data/operationType", 2),
    ("record-info", "shape.undocumented_field", "/body/data/paramJson", 2),
    ("record-info", "shape.undocumented_field", "/body/data/response", 1),
    ("record-info", "shape.undocumented_field", "/body/data/successFlag", 2),
    ("record-info", "record.cost_time_documented", "/body/data/costTime", 3),
}
# What the requests themselves explain, or nothing does.
OTHERS = {
    ("info", "answer.refused_without_reason", "/body/code"),
    ("minor", "request.undocumented_field", "/request/body/input/image_url"),
    ("minor", "request.undocumented_field", "/request/body/input/nsfw_checker"),
    ("minor", "request.undocumented_field", "/request/body/input/prompt"),
    ("minor", "request.undocumented_field", "/request/body/mimeType"),
}


@pytest.fixture(scope="module")
def captures(shared: Path) -> list[Any]:
    return [json.loads(file.read_text(encoding="utf-8")) for file in sorted((shared / "observed").glob("*.json"))]


def test_the_known_differences_are_found_and_nothing_else(shared: Path) -> None:
    """Each is marked as known, with how often it was seen; the one path without contract is counted."""
    found = report(shared / "observed")
    assert found["exchanges"] == found["judged"] + 1
    assert found["not_judged"] == [{"reason": "no contract for POST /api/v1/responses", "count": 1}]
    known = [one for one in found["findings"] if one["known"]]
    assert {(one["endpoint"], one["rule"], one["place"], one["count"]) for one in known} == KNOWN
    assert shape([one for one in found["findings"] if not one["known"]]) == OTHERS
    contract_validator(fakie_schemas.format_schema("traffic")).validate(found)


FORMS: dict[str, Callable[[Path, list[Any]], Path]] = {
    "har": lambda folder, every: write(folder / "a.har", as_har(every)),
    "har-base64": lambda folder, every: write(folder / "a.har", as_har(every, encoding="base64")),
    "har-polly-chunks": lambda folder, every: write(folder / "recording.har", as_har(every, encoding="chunks")),
    "vcr-yaml": lambda folder, every: write_yaml(folder / "a.yaml", as_cassette(every)),
    "vcr-yaml-binary": lambda folder, every: write_yaml(folder / "a.yml", as_cassette(every, body="binary")),
    "vcr-json": lambda folder, every: write(folder / "a.json", as_cassette(every)),
    "vcr-json-base64": lambda folder, every: write(folder / "a.json", as_cassette(every, body="base64_string")),
    "vcr-ruby": lambda folder, every: write(
        folder / "a.json", {"http_interactions": as_cassette(every)["interactions"]}
    ),
    "array": lambda folder, every: write(folder / "a.json", every),
}


@pytest.mark.parametrize("form", FORMS)
def test_every_format_gives_the_same_findings(form: str, captures: list[Any], shared: Path, tmp_path: Path) -> None:
    """What was found depends on what was said, not on who wrote it down."""
    expected = report(shared / "observed")
    found = report(FORMS[form](tmp_path, captures))
    assert (found["exchanges"], found["judged"]) == (expected["exchanges"], expected["judged"])
    kinds = [
        {(*one, item["count"]) for item in side["findings"] for one in shape([item])} for side in (found, expected)
    ]
    assert kinds[0] == kinds[1]


def _counted(found: dict[str, Any]) -> set[tuple[Any, ...]]:
    return {(one["severity"], one["endpoint"], one["rule"], one["place"], one["count"]) for one in found["findings"]}


def test_json_lines_are_read_line_by_line(captures: list[Any], tmp_path: Path) -> None:
    """A broken line is told of, and costs no other."""
    lines = [json.dumps(one) for one in captures]
    file = tmp_path / "all.jsonl"
    file.write_text("\n".join([*lines[:3], '{"request": ', *lines[3:]]), encoding="utf-8")
    found = report(file)
    assert found["exchanges"] == len(captures)
    assert found["files"][0]["problem"] == "line 4 is not JSON"
