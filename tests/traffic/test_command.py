"""`fakie check-traffic` as a program: exit codes, what it prints, and what it never prints."""

import json
from pathlib import Path
from typing import Any

import pytest

import fakie_schemas
from fakie_schemas.validator import contract_validator
from support.clients.program import fakie
from support.recordings import TASK, as_har, create, exchange, record, refusal, task, write

INPUT = {"prompt": "a lake", "aspect_ratio": "1:1"}
GOOD = create({"model": "z-image", "input": INPUT})
MINOR = create({"model": "z-image", "input": {**INPUT, "seed_word": "x"}})
BREAKING = create({"model": "z-image", "input": INPUT}, refusal(499))


@pytest.mark.parametrize(
    ("recorded", "fail_on", "code"),
    [
        (GOOD, "any", 0),
        (MINOR, "breaking", 0),
        (MINOR, "any", 1),
        (BREAKING, "breaking", 1),
        (BREAKING, "none", 0),
    ],
)
def test_the_exit_code_follows_what_may_fail(recorded: Any, fail_on: str, code: int, tmp_path: Path) -> None:
    """Breaking findings by default, minor ones by choice; what is known never."""
    file = write(tmp_path / "a.json", recorded)
    assert fakie("check-traffic", file, "--fail-on", fail_on).returncode == code


def test_json_is_all_that_is_printed_and_as_published(tmp_path: Path) -> None:
    """Standard output holds the report of the published schema, the worst finding first."""
    done = fakie("check-traffic", write(tmp_path / "a.json", [MINOR, GOOD, BREAKING]), "--json")
    data = json.loads(done.stdout)
    contract_validator(fakie_schemas.format_schema("traffic")).validate(data)
    assert [one["severity"] for one in data["findings"] if not one["known"]] == ["breaking", "minor"]
    assert done.stderr == ""


def test_the_table_says_what_was_found_and_what_was_not_judged(tmp_path: Path) -> None:
    """One line a finding, the reasons, and the sums."""
    other = exchange("GET", "/api/v1/models")
    done = fakie("check-traffic", write(tmp_path / "a.json", [BREAKING, other]))
    assert done.stdout.splitlines()[1].split()[:4] == ["breaking", "1", "createTask", "/body/code"]
    assert "no contract for GET /api/v1/models" in done.stdout
    assert done.stdout.splitlines()[-1].startswith("2 exchanges in 1 file, 1 judged: 1 breaking, 0 minor, 0 info")


def test_hosts_can_be_narrowed(tmp_path: Path) -> None:
    """Proxies count by default, and not when only the vendor's hosts are asked for."""
    proxied = create({"model": "z-image", "input": INPUT}, host="localhost:8080")
    file = write(tmp_path / "a.json", [GOOD, proxied])
    counts = [
        json.loads(fakie("check-traffic", file, "--json", *more).stdout)["judged"]
        for more in ((), ("--host", "*.kie.ai"))
    ]
    assert counts == [2, 1]


def test_the_newest_pages_judge_by_choice(tmp_path: Path) -> None:
    """The record id that the pinned page lacks is on the newest one."""
    file = write(
        tmp_path / "a.json",
        create({"model": "elevenlabs/audio-isolation", "input": {"audio_url": "https://a.test/b.mp3"}}),
    )
    places = [
        [one["place"] for one in json.loads(fakie("check-traffic", file, "--json", "--docs", docs).stdout)["findings"]]
        for docs in ("pinned", "latest")
    ]
    assert places == [["/body/data/recordId"], []]


KEY = "9f8e7d6c5b4a39281706f5e4d3c2b1a0"
COOKIE = "s3ss10n-c00k13-value"
HIDDEN = "hidden-word-1"
SIGNED = "X-Amz-Signature=deadbeefcafe0123"


def test_no_secret_leaves_the_recording(tmp_path: Path) -> None:
    """Key, cookie and signature stay inside, though the traffic echoes them where findings look."""
    headers = {"authorization": f"Bearer {KEY}", "cookie": f"sid={COOKIE}; lang=en"}
    echo = f"refused {KEY} and {COOKIE} at https://a.test/f.png?{SIGNED}"
    asked = {
        "prompt": "a lake",
        "aspect_ratio": f"https://a.test/f.png?{SIGNED}",
        f"extra_{KEY}": KEY,
        "api_key": "hidden-word-1",
    }
    recorded = [
        create({"model": "z-image", "input": asked}, refusal(499, echo)),
        create({"model": "z-image", "input": INPUT}, refusal(500, echo)),
        create({"model": f"model {KEY}", "input": {}}, f"<html>{echo}</html>"),
        create({"model": "z-image", "input": INPUT}, {"code": echo, "msg": echo}),
        record(task(param=echo, failMsg=echo, resultJson=echo, extra={"token": KEY})),
        record(task(costTime=KEY, model=KEY)),
        exchange("GET", f"/{KEY}/{COOKIE}"),
    ]
    for one in recorded:
        one["request"]["headers"] = headers
    for name, value in (("a.json", recorded), ("a.har", as_har(recorded))):
        file = write(tmp_path / name, value)
        if name == "a.har":
            har = json.loads(file.read_text())
            for entry in har["log"]["entries"]:
                entry["request"]["headers"] = [{"name": key, "value": text} for key, text in headers.items()]
            write(file, har)
        for more in ((), ("--json",)):
            done = fakie("check-traffic", file, *more)
            assert done.returncode == 1
            written = done.stdout + done.stderr
            for secret in (KEY, COOKIE, SIGNED, "deadbeefcafe0123", HIDDEN):
                assert secret not in written
            assert TASK in written or "[REDACTED]" in written


def test_secrets_are_found_among_very_many(tmp_path: Path) -> None:
    """Thousands of keys in one recording: each is taken out, wherever it is echoed."""
    recorded = [
        create({"model": "z-image", "input": INPUT}, refusal(400 + n % 90, f"no:{n:040x}.")) for n in range(2000)
    ]
    for number, one in enumerate(recorded):
        one["request"]["headers"] = {"x-api-key": f"{number:040x}"}
    written = fakie("check-traffic", write(tmp_path / "a.json", recorded), "--json").stdout
    assert "0" * 30 not in written
    assert "[REDACTED]" in written


def test_a_baseline_accepts_what_it_names(tmp_path: Path) -> None:
    """An accepted difference fails nothing, and the report says why; another still fails."""
    file = tmp_path / "one.json"
    answer = {"code": 200, "msg": "success", "data": "much"}
    exchange = {
        "request": {"method": "GET", "url": "https://api.kie.ai/api/v1/chat/credit"},
        "response": {"status": 200, "contentType": "application/json", "body": answer},
    }
    file.write_text(json.dumps(exchange), encoding="utf-8")
    known = {"case": "*", "place": "/body/data", "reason": "told the vendor", "date": "2026-11-24"}
    baseline = tmp_path / "known.json"
    baseline.write_text(json.dumps({"format_version": 1, "known": [known]}), encoding="utf-8")
    assert fakie("check-traffic", file).returncode == 1
    done = fakie("check-traffic", file, "--baseline", baseline, "--json")
    assert done.returncode == 0
    accepted = [
        finding["accepted"] for finding in json.loads(done.stdout)["findings"] if finding["severity"] == "breaking"
    ]
    assert accepted == ["told the vendor (2026-11-24)"]
