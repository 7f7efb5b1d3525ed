"""Files that are broken, hostile or no recordings: one clear line each, and nothing lost of the others."""

import codecs
import gzip
import json
import os
from base64 import b64encode
from pathlib import Path
from typing import Any

import brotli
import pytest

from support.clients.program import fakie
from support.recordings import GOOD, TASK, as_cassette, as_har, create, record, report, shape, task, write, write_yaml

BROKEN: dict[str, tuple[str, bytes, str]] = {
    "empty": ("a.har", b"", "the file is empty"),
    "blank": ("a.json", b" \n", "the file is empty"),
    "html": ("a.har", b"<!doctype html>", "is HTML or XML"),
    "text": ("a.json", b"hello", "is not JSON"),
    "binary": ("a.har", b"\x00\x01\x02", "is not JSON"),
    "other json": ("a.json", b'{"name": "package"}', "is JSON of another kind"),
    "pact": (
        "a.json",
        b'{"consumer": {"name": "a"}, "provider": {"name": "b"}, "interactions": [{"description": "a task",'
        b' "request": {"method": "POST", "path": "/api/v1/jobs/createTask"}, "response": {"status": 200}}]}',
        "is a contract of Pact, which holds what is expected, not what came; write its traffic as HAR",
    ),
    "newman": ("a.json", b'{"collection": {"item": []}, "run": {"executions": []}}', "a report of Newman"),
    "bruno's report": (
        "a.json",
        b'[{"iterationIndex": 0, "results": [], "summary": {}}]',
        "is a report of Bruno; write its traffic as HAR",
    ),
    "bruno's older report": ("a.json", b'{"summary": {}, "results": []}', "a report of Bruno"),
    "mockserver": (
        "a.json",
        b'[{"httpRequest": {"path": "/"}, "httpResponse": {"statusCode": 200}}]',
        "holds expectations of MockServer; write its traffic as HAR",
    ),
    "one of mockserver": ("a.json", b'{"httpRequest": {}, "httpResponse": {}}', "expectations of MockServer"),
    "mockoon": ("a.json", b'{"uuid": "1", "lastMigration": 33, "routes": []}', "is an environment of Mockoon"),
    "array of others": ("a.json", b'[{"a": 1}]', "or a HAR file"),
    "nan": ("a.har", b'{"log": {"entries": [NaN]}}', "is not JSON"),
    "deep har": ("a.har", b'{"log": {"entries": [{"request": ' + b"[" * 50_000, "nested deeper than"),
    "deep yaml": ("a.yaml", b"interactions: " + b"[" * 50_000 + b"]" * 50_000, "nest"),
    # From 6.0.4 on PyYAML says it in words of its own.
    "python tags": ("a.yaml", b"interactions: !!python/object/apply:os.getcwd []", "is not YAML that can be read"),
    "merges": ("a.yaml", b"a: &a {b: 1}\ninteractions:\n- <<: *a\n", "merges keys"),
    "a request of bruno": ("a.bru", b"meta {\n  name: a\n}\n", "or write the traffic as HAR"),
    "no cassette": ("a.yaml", b"services: {}", "is not a cassette"),
}


@pytest.mark.parametrize("case", BROKEN)
def test_a_file_that_cannot_be_read_gets_one_line(case: str, tmp_path: Path) -> None:
    """It is named with the reason, ends with exit code 2, and the file beside it is judged all the same."""
    name, content, reason = BROKEN[case]
    (tmp_path / name).write_bytes(content)
    good = write(tmp_path / "good.json", GOOD)
    done = fakie("check-traffic", tmp_path / name, good, "--json")
    assert done.returncode == 2
    [line] = done.stderr.splitlines()
    assert reason in line
    assert json.loads(done.stdout)["judged"] == 1


def test_aliases_that_multiply_are_refused(tmp_path: Path) -> None:
    """A hundred bytes that stand for a thousand million values end in a line, not in a full memory."""
    bomb = "a: &a [1,1,1,1,1,1,1,1,1,1]\n"
    for old, new in zip("abcdefgh", "bcdefghi", strict=True):
        bomb += f"{new}: &{new} [{','.join([f'*{old}'] * 10)}]\n"
    (tmp_path / "a.yaml").write_text(bomb + "interactions: *i\n")
    assert "stands for more than" in fakie("check-traffic", tmp_path / "a.yaml").stderr


def test_shared_headers_of_a_cassette_are_no_bomb(tmp_path: Path) -> None:
    """PyYAML writes the same list twice as an alias; that is read."""
    shared = ["application/json"]
    cassette = as_cassette([GOOD, GOOD])
    for one in cassette["interactions"]:
        one["response"]["headers"] = {"content-type": shared}
    file = write_yaml(tmp_path / "a.yaml", cassette)
    assert "*id" in file.read_text()
    assert report(file)["judged"] == 2


@pytest.mark.parametrize("kept", [0, 4, 9])
def test_a_truncated_har_is_judged_up_to_the_break(kept: int, tmp_path: Path) -> None:
    """Every whole entry counts, and one line says that the end is missing."""
    parts = json.dumps(as_har([GOOD] * 10)).split('{"startedDateTime"')
    whole = '{"startedDateTime"'.join(parts[: kept + 1])
    (tmp_path / "a.har").write_text(whole + '{"startedDateTime": "2026')
    done = fakie("check-traffic", tmp_path / "a.har", "--json")
    assert done.returncode == 2
    assert json.loads(done.stdout)["judged"] == kept
    assert done.stderr.strip().endswith("a.har: breaks off: its end is missing")


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16"])
def test_a_byte_order_mark_does_not_matter(encoding: str, tmp_path: Path) -> None:
    """UTF-16 and marks are read as what they are."""
    (tmp_path / "a.har").write_bytes(json.dumps(as_har([GOOD])).encode(encoding))
    assert report(tmp_path / "a.har")["judged"] == 1


def test_half_a_utf16_character_is_one_line(tmp_path: Path) -> None:
    """A file that ends within a character has a problem, and no traceback."""
    (tmp_path / "a.har").write_bytes(
        codecs.BOM_UTF16_LE + json.dumps(as_har([GOOD])).encode("utf-16-le")[:-30] + b"\x00"
    )
    assert report(tmp_path / "a.har")["files"][0]["problem"]


def test_entries_of_any_shape_are_counted(tmp_path: Path) -> None:
    """What is no exchange counts as none, is named with its number, and stops nothing."""
    odd: list[Any] = [
        None,
        5,
        [],
        {},
        {"request": 1, "response": "x"},
        {"request": {"url": "http://[", "method": "GET"}},
    ]
    har = as_har([GOOD])
    har["log"]["entries"] = [*odd, *har["log"]["entries"]]
    found = report(write(tmp_path / "a.har", har))
    assert (found["exchanges"], found["judged"]) == (1, 1)
    assert found["not_judged"] == [
        {"reason": "no exchange: request and response, as objects, expected", "count": len(odd)}
    ]


def test_compressed_bodies_are_undone(tmp_path: Path) -> None:
    """Gzip that the recorder left in, in base64 and in Polly's chunks; plain text under such a header stays."""
    har = as_har([GOOD] * 3)
    plain = json.dumps(GOOD["response"]["body"]).encode()
    packed = gzip.compress(plain)
    halves = [b64encode(packed[:40]).decode(), b64encode(packed[40:]).decode()]
    texts = [b64encode(packed).decode(), json.dumps(halves)]
    for entry, text in zip(har["log"]["entries"], texts, strict=False):
        entry["response"]["content"] |= {"text": text, "encoding": "base64"}
    for entry in har["log"]["entries"]:
        entry["response"]["headers"] = [{"name": "Content-Encoding", "value": "gzip"}]
    found = report(write(tmp_path / "a.har", har))
    assert found["judged"] == 3
    assert [one for one in found["findings"] if not one["known"]] == []


def test_brotli_is_undone_too(tmp_path: Path) -> None:
    """What browsers ask for first; what nobody can decode is counted as such."""
    har = as_har([GOOD] * 2)
    plain = json.dumps(GOOD["response"]["body"]).encode()
    for entry, encoding in zip(har["log"]["entries"], ("br", "zstd"), strict=True):
        packed = b64encode(brotli.compress(plain)).decode()
        entry["response"]["content"] |= {"text": packed, "encoding": "base64"}
        entry["response"]["headers"] = [{"name": "content-encoding", "value": encoding}]
    found = report(write(tmp_path / "a.har", har))
    assert found["judged"] == 1
    assert "(zstd)" in found["not_judged"][0]["reason"]


def test_of_a_folder_the_recordings_are_judged(tmp_path: Path) -> None:
    """Recursively; files that are something else are counted, and a file that is named twice is read once."""
    (tmp_path / "deep").mkdir()
    good = write(tmp_path / "deep" / "a.json", GOOD)
    write(tmp_path / "package.json", {"name": "x"})
    found = report(tmp_path, good)
    assert (found["judged"], found["files_skipped"], len(found["files"])) == (1, 1, 1)


NO_RECORDINGS: dict[str, tuple[str, str]] = {
    "workflow": ("ci.yaml", "on: push\njobs: {}\n"),
    "documents": ("a.yml", "a: 1\n---\nb: 2\n"),
    "cassettes one after another": ("b.yml", "interactions: []\n---\ninteractions: []\n"),
    "template": ("c.yaml", "a: {{ .Values.interactions }}\n"),
    "python": ("d.yaml", "a: !!python/object/apply:os.getcwd []\n"),
    "number": ("a.json", "5"),
    "text": ("b.json", '"interactions"'),
    "list": ("c.json", '["a", "b", {"name": "x"}]'),
    "object": ("d.json", '{"request": 1}'),
    "log": ("e.json", '{"log": "text"}'),
    "comments": ("tsconfig.json", '{\n  // strict\n  "a": 1\n}'),
    "lines": ("a.jsonl", '{"level": "info"}\n{"level": "warn"}\n'),
}


@pytest.mark.parametrize("case", NO_RECORDINGS)
def test_what_is_no_recording_is_skipped_in_a_folder_and_told_of_when_named(case: str, tmp_path: Path) -> None:
    """A folder's other files fail nothing; the same file by its name is one line and exit code 2."""
    name, text = NO_RECORDINGS[case]
    (tmp_path / name).write_text(text)
    write(tmp_path / "good.json", GOOD)
    found = report(tmp_path)
    assert (found["judged"], found["files_skipped"], len(found["files"])) == (1, 1, 1)
    assert found["not_judged"] == []
    named = fakie("check-traffic", tmp_path / name)
    assert (named.returncode, named.stderr.count("\n")) == (2, 1)


@pytest.mark.parametrize(
    ("name", "text"), [("a.json", '{"captured": "2026'), ("a.har", "{"), ("a.yaml", "interactions: [{")]
)
def test_a_broken_recording_in_a_folder_is_told_of(name: str, text: str, tmp_path: Path) -> None:
    """What may be one, and breaks off, is not passed over in silence."""
    (tmp_path / name).write_text(text)
    assert [one["problem"] is None for one in report(tmp_path)["files"]] == [False]


def test_a_pipe_is_one_line(tmp_path: Path) -> None:
    """Nothing waits for a writer; standard input is such a pipe."""
    os.mkfifo(tmp_path / "a.har")
    for named in (tmp_path / "a.har", "/dev/stdin"):
        done = fakie("check-traffic", named)
        assert (done.returncode, done.stderr.count("\n")) == (2, 1)
        assert "expected a file" in done.stderr


@pytest.mark.parametrize("name", ["a.har.gz", "a.har", "packed"])
def test_a_compressed_har_is_read(name: str, tmp_path: Path) -> None:
    """By its content, whatever its name; of a folder those with the name of a recording."""
    (tmp_path / name).write_bytes(gzip.compress(json.dumps(as_har([GOOD])).encode()))
    assert report(tmp_path / name)["judged"] == 1
    if name != "packed":
        assert report(tmp_path)["judged"] == 1


@pytest.mark.parametrize("digits", ["9223372036854775808", "18446744073709551616", "9" * 5000])
@pytest.mark.parametrize("form", ["array", "har", "bom", "object"])
def test_a_number_beyond_64_bits_costs_no_other_exchange(digits: str, form: str, tmp_path: Path) -> None:
    """The exchanges before and after it are judged, and it itself is."""
    odd = create(GOOD["request"]["body"], {"code": 429, "msg": "no", "data": None, "id": 1_234_567_891})
    every = [GOOD, odd, GOOD]
    if form == "object":
        every = [odd]
    value = as_har(every) if form in {"har", "bom"} else every[0] if form == "object" else every
    text = json.dumps(value)
    if form in {"har", "bom"}:
        text = text.replace('"version": "1.2"', f'"version": {digits}')
    file = tmp_path / ("a.har" if form == "har" else "a.json")
    file.write_bytes((codecs.BOM_UTF8 if form == "bom" else b"") + text.replace("1234567891", digits).encode())
    found = report(file)
    assert (found["judged"], found["files"][0]["problem"]) == (len(every), None)


@pytest.mark.parametrize("end", ["…", "... (truncated)", "... (1234 bytes)", "<truncated>"])
def test_an_answer_that_says_that_it_breaks_off_is_not_judged(end: str, tmp_path: Path) -> None:
    """Whichever words its recorder has for that."""
    har = as_har([GOOD])
    har["log"]["entries"][0]["response"]["content"] |= {"text": '{"code":200,"msg":"succ' + end, "size": -1}
    found = report(write(tmp_path / "traffic.har", har))
    assert found["not_judged"] == [{"reason": "the answer's body was shortened or taken out", "count": 1}]


def test_what_fakie_record_shortened_is_not_judged(tmp_path: Path) -> None:
    """`truncated`, as the recorder writes it, and `cut`."""
    text = json.dumps(GOOD["response"]["body"])[:40]
    for word in ("truncated", "cut"):
        one = {**GOOD, "response": {"status": 200, "headers": {}, "text": text}, word: True}
        found = report(write(tmp_path / "a.json", one))
        assert found["not_judged"] == [{"reason": "the answer's body was shortened or taken out", "count": 1}]
        assert found["findings"] == []


@pytest.mark.parametrize("mime", ["x-unknown", "", "application/octet-stream"])
def test_a_type_that_a_browser_does_not_know_says_nothing(mime: str, tmp_path: Path) -> None:
    """Only where no header says more."""
    har = as_har([GOOD])
    entry = har["log"]["entries"][0]
    entry["response"]["content"]["mimeType"] = mime
    assert [
        one for one in report(write(tmp_path / "a.har", har))["findings"] if one["rule"] == "answer.content_type"
    ] == []
    entry["response"]["headers"] = [{"name": "Content-Type", "value": "application/octet-stream"}]
    found = report(write(tmp_path / "a.har", har))["findings"]
    assert [one["severity"] for one in found if one["rule"] == "answer.content_type"] == ["breaking"]


def test_looser_spellings_are_read(tmp_path: Path) -> None:
    """A query and a status as texts, and lines in a file that is named .ndjson."""
    request = {"method": "GET", "host": "api.kie.ai", "path": "/api/v1/jobs/recordInfo", "query": f"?taskId={TASK}"}
    loose = {
        "request": request,
        "response": {"status": "200", "body": record(task(taskId=TASK[::-1]))["response"]["body"]},
    }
    (tmp_path / "a.ndjson").write_text(f"{json.dumps(loose)}\n{json.dumps(GOOD)}\n")
    found = report(tmp_path)
    assert found["judged"] == 2
    assert ("breaking", "record.task", "/body/data/taskId") in shape(found["findings"])


def test_a_folder_without_recordings_says_what_was_expected(tmp_path: Path) -> None:
    """And so does a file that is not there."""
    assert "expected recordings in it (*.har, *.json" in fakie("check-traffic", tmp_path).stderr
    missing = fakie("check-traffic", tmp_path / "no.har")
    assert (missing.returncode, missing.stderr.count("\n")) == (2, 1)
    assert "no.har: cannot be read: No such file" in missing.stderr
    assert "cannot be read: File name too long" in fakie("check-traffic", "x" * 300).stderr


def test_what_judged_nothing_says_so(tmp_path: Path) -> None:
    """A filter that fits no host, say: exit code 2, and one line on stderr tells why to look."""
    good = write(tmp_path / "a.json", GOOD)
    done = fakie("check-traffic", good, "--host", "elsewhere.test")
    assert (done.returncode, done.stderr.count("\n")) == (2, 1)
    assert "nothing in it was judged: a host that --host leaves out (1)" in done.stderr
    other = write(tmp_path / "b.json", {**GOOD, "request": {**GOOD["request"], "url": "https://x.test/api"}})
    assert fakie("check-traffic", good, other, "--host", "api.kie.ai").returncode == 0


def test_hidden_folders_are_not_looked_into(tmp_path: Path) -> None:
    """Those of git and of virtual environments; one that is named is."""
    (tmp_path / ".venv" / "lib").mkdir(parents=True)
    write(tmp_path / ".venv" / "lib" / "a.json", GOOD)
    write(tmp_path / "a.json", {**GOOD, "captured": "2026-01-02"})
    assert report(tmp_path)["judged"] == 1
    assert report(tmp_path / ".venv")["judged"] == 1
