"""Recordings that are deformed: judged all the same, or refused aloud; never exit code 0 with nothing judged."""

import codecs
import gzip
import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile

import pytest
from click.testing import CliRunner, Result

from fakie.cli import program
from support.dialects import DIALECTS
from support.dialects.har import har_file
from support.recordings import (
    COST_TIME,
    GOOD,
    TASK,
    WRONG,
    as_har,
    callback,
    create,
    exchange,
    news,
    record,
    refusal,
    report,
    task,
    waiting,
    write,
)

# One of each kind of notation: objects, lists, lines, YAML.
SOME = (
    "HAR",
    "Charles, JSON session",
    "vcrpy, YAML",
    "vcrpy, JSON",
    "Ruby VCR, binary",
    "go-vcr 2 to 4",
    "PHP-VCR, YAML",
    "WireMock, one file",
    "Hoverfly 5",
    "nock",
    "Postman",
    "fakie, array",
    "fakie, lines",
)


def run(*arguments: object) -> Result:
    return CliRunner().invoke(program, ["check-traffic", *map(str, arguments)])


def crlf(content: bytes) -> bytes:
    return content.replace(b"\n", b"\r\n")


def utf_16(content: bytes) -> bytes:
    return codecs.BOM_UTF16_LE + content.decode().encode("utf-16-le")


ENCODED: Mapping[str, Callable[[bytes], bytes]] = {
    "with a mark": lambda content: codecs.BOM_UTF8 + content,
    "UTF-16": utf_16,
    "UTF-16 of the other order": lambda content: codecs.BOM_UTF16_BE + content.decode().encode("utf-16-be"),
    "UTF-16 without a mark": lambda content: content.decode().encode("utf-16-le"),
    "lines of Windows": crlf,
    "gzip": gzip.compress,
    "gzip of UTF-16": lambda content: gzip.compress(utf_16(content)),
}


@pytest.mark.parametrize("how", ENCODED)
@pytest.mark.parametrize("dialect", SOME)
def test_however_a_file_is_encoded_it_is_judged(dialect: str, how: str, tmp_path: Path) -> None:
    """Both exchanges, and what is wrong is found; the exit code says so."""
    file = DIALECTS[dialect](tmp_path, [GOOD, WRONG])
    file.write_bytes(ENCODED[how](file.read_bytes()))
    done = run(file, "--json")
    found = json.loads(done.stdout)
    assert (done.exit_code, found["judged"]) == (1, 2), found
    assert COST_TIME in news(found["findings"])


# A collection's folder is one item, so that nothing of it stands before its end.
@pytest.mark.parametrize("dialect", [one for one in SOME if one != "Postman"])
@pytest.mark.parametrize("packed", [False, True])
def test_of_a_file_that_breaks_off_the_exchanges_before_are_judged(dialect: str, packed: bool, tmp_path: Path) -> None:
    """Its end is missing: a line says so, with exit code 2, and what came before counts."""
    file = DIALECTS[dialect](tmp_path, [WRONG, GOOD, GOOD, GOOD])
    content = file.read_bytes()
    content = content[: content.rindex(b"createTask") + 5]
    file.write_bytes(gzip.compress(content) if packed else content)
    done = run(file, "--json")
    found = json.loads(done.stdout)
    assert done.exit_code == 2
    assert done.stderr.count("\n") == 1
    # Of cassettes the last item is left out, wherever within it they break off.
    assert found["judged"] >= 1
    assert COST_TIME in news(found["findings"])


@pytest.mark.parametrize("words", ["\n  response", "\n    status", "- request", "\n    uri"])
@pytest.mark.parametrize("dialect", ["vcrpy, YAML", "Ruby VCR, YAML", "go-vcr 2 to 4", "Schemathesis"])
def test_a_cassette_that_ends_in_the_middle_of_a_line_is_told_of(dialect: str, words: str, tmp_path: Path) -> None:
    """YAML can be read wherever it ends: its last interaction has no answer, or is none."""
    file = DIALECTS[dialect](tmp_path, [GOOD, GOOD])
    text = file.read_text()
    if words not in text:
        pytest.skip("the dialect has no such line")
    file.write_text(text[: text.rindex(words) + len(words)])
    done = run(file, "--json")
    assert (done.exit_code, done.stderr.count("\n")) == (2, 1)
    assert "breaks off" in done.stderr or "is not YAML" in done.stderr


def aborted() -> Any:
    """What Chrome writes of a request that was given up."""
    entry = as_har([GOOD])["log"]["entries"][0]
    entry["response"] |= {"status": 0, "statusText": "", "content": {"size": 0, "mimeType": "x-unknown"}}
    entry["response"]["_error"] = "net::ERR_ABORTED"
    return {"log": {"entries": [entry]}}


def moved() -> Any:
    """A redirect that has no body."""
    entry = as_har([GOOD])["log"]["entries"][0]
    entry["response"] |= {"status": 308, "redirectURL": "https://api.kie.ai/", "content": {"size": 0}}
    return {"log": {"entries": [entry]}}


def without_bodies() -> Any:
    har = as_har([GOOD])
    del har["log"]["entries"][0]["response"]["content"]["text"]
    return har


def pointing(name: str) -> Any:
    har = without_bodies()
    har["log"]["entries"][0]["response"]["content"]["_file"] = name
    return har


EMPTY: Mapping[str, tuple[Any, str]] = {
    "aborted": (aborted(), "no answer (status 0)"),
    "redirected": (moved(), "a redirect"),
    "no bodies": (without_bodies(), "the answer's body was not kept"),
    "other hosts": (as_har([exchange("GET", "/x", None, {}, host="elsewhere.test")]), "another host"),
    "other paths": (as_har([exchange("POST", "/api/v1/mj/generate", {}, {})]), "no contract for POST"),
    "preflights": (as_har([exchange("OPTIONS", "/api/v1/jobs/createTask", None, {})]), "a preflight"),
    "no entries": (as_har([]), "without any exchange"),
    "attached elsewhere": (pointing("../secret.json"), "not beside the recording"),
    "attached absolutely": (pointing("/etc/hostname"), "not beside the recording"),
    "attached without a name": (pointing("a\0b"), "not beside the recording"),
    "attached and gone": (pointing("gone.json"), "cannot be read"),
    "attached by a link": (pointing("link.json"), "not beside the recording"),
}


@pytest.mark.parametrize("case", EMPTY)
def test_a_file_of_which_nothing_was_judged_is_told_of(case: str, tmp_path: Path) -> None:
    """Recognised, and nothing in it could be judged: the reason, and exit code 2."""
    (tmp_path / "secret.json").write_text(json.dumps(GOOD["response"]["body"]))
    (tmp_path / "har").mkdir()
    (tmp_path / "har" / "link.json").symlink_to(tmp_path / "secret.json")
    har, reason = EMPTY[case]
    done = run(har_file(tmp_path / "har", har))
    assert done.exit_code == 2
    assert reason in done.stderr
    assert "nothing" in done.stderr


@pytest.mark.parametrize("case", ["aborted", "redirected", "no bodies", "other hosts", "preflights"])
def test_what_is_not_judged_beside_others_fails_nothing(case: str, tmp_path: Path) -> None:
    """It is counted with its reason; the others are judged."""
    har, reason = EMPTY[case]
    har = {"log": {"entries": [*har["log"]["entries"], *as_har([GOOD])["log"]["entries"]]}}
    done = run(har_file(tmp_path, har))
    assert done.exit_code == 0
    assert reason in done.stdout


def test_a_folder_with_recordings_of_other_apis_fails_nothing(tmp_path: Path) -> None:
    """As those of a project's other tests; alone they are nothing judged, and one of the API unjudged is told of."""
    write(tmp_path / "other.har", as_har([exchange("GET", "/x", None, {}, host="elsewhere.test")]))
    assert run(tmp_path).exit_code == 2
    write(tmp_path / "good.har", as_har([GOOD]))
    assert run(tmp_path).exit_code == 0
    write(tmp_path / "aborted.har", aborted())
    done = run(tmp_path)
    assert done.exit_code == 2
    assert "aborted.har: nothing in it was judged: no answer (status 0)" in done.stderr


UNREAD: Mapping[str, tuple[str, bytes, str]] = {
    "mitmproxy": ("flows.mitm", b"1234:9:websocket;0:~8:response;", "hardump"),
    "Charles": ("session.chls", b"\xac\xed\x00\x05sr", "chlsj"),
    "packets": ("a.pcap", b"\xd4\xc3\xb2\xa1\x02\x00", "capture of packets"),
    "packets of the next form": ("a.pcapng", b"\x0a\x0d\x0d\x0a\x1c\x00", "capture of packets"),
    "database": ("a.db", b"SQLite format 3\x00", "database"),
    "Insomnia": ("a.json", b'{"_type": "export", "resources": []}', "export the responses as HAR"),
    "Insomnia 5": ("a.yaml", b"type: collection.insomnia.rest/5.0\nname: x\n", "export its responses as HAR"),
    "Postman": ("a.json", b'{"info": {}, "item": [{"name": "a", "request": {}, "response": []}]}', "without saved"),
    "network log": ("a.json", b'{"constants": {}, "events": []}', "panel Network"),
    "talkback": ("a.json5", b"{\n  meta: {},\n  req: {}\n}", "is not JSON"),
    "OpenAPI": ("a.json", b'{"openapi": "3.1.0", "paths": {}}', "JSON of another kind"),
    "an answer": ("a.json", b'{"code": 200, "msg": "success", "data": {"taskId": "x"}}', "no pairs in it"),
    "no archive": ("a.zip", b"PK\x03\x04rest", "not an archive"),
    "nothing packed": ("a.har.gz", b"\x1f\x8brest of something", "expected a file that `gzip -t`"),
    "packed with another sum": ("a.har.gz", gzip.compress(b"{}")[:-8] + bytes(8), "expected a file that `gzip -t`"),
    "packed and damaged": ("a.har.gz", gzip.compress(b"{}")[:10] + b"\xff" * 12, "expected a file that `gzip -t`"),
    "packed and cut": ("a.har.gz", gzip.compress(b"{" + b" " * 90)[:-9], "end of the compressed file is missing"),
}


@pytest.mark.parametrize("case", UNREAD)
def test_a_form_that_is_not_read_is_said_with_what_would_be(case: str, tmp_path: Path) -> None:
    """One line, exit code 2, no traceback."""
    name, content, words = UNREAD[case]
    (tmp_path / name).write_bytes(content)
    done = run(tmp_path / name)
    assert (done.exit_code, done.stderr.count(f"{name}: ")) == (2, 1), done.output
    assert words in done.stderr
    assert not isinstance(done.exception, AttributeError | KeyError | TypeError | ValueError)


@pytest.mark.parametrize(("held", "words"), [("raw/1_c.txt", "Fiddler"), ("notes.txt", "without a HAR")])
def test_an_archive_of_something_else_is_said(held: str, words: str, tmp_path: Path) -> None:
    """Fiddler's by its folder."""
    with ZipFile(tmp_path / "a.saz", "w") as archive:
        archive.writestr(held, "x")
    assert words in run(tmp_path / "a.saz").stderr


def test_a_damaged_body_in_an_archive_costs_no_other_exchange(tmp_path: Path) -> None:
    """It is counted as one that cannot be read; the archive is read on."""
    har = as_har([GOOD, WRONG])
    with ZipFile(tmp_path / "a.zip", "w", ZIP_DEFLATED) as archive:
        content = har["log"]["entries"][0]["response"]["content"]
        archive.writestr("0.json", content.pop("text"))
        content["_file"] = "0.json"
        archive.writestr("a.har", json.dumps(har))
    packed = bytearray((tmp_path / "a.zip").read_bytes())
    # The first bits of what is packed say how: in no way that there is.
    packed[packed.index(b"0.json") + len("0.json")] = 0xFF
    (tmp_path / "a.zip").write_bytes(packed)
    found = report(tmp_path / "a.zip")
    assert [one["reason"] for one in found["not_judged"]] == [
        "the answer's body is in a file of the archive that cannot be read"
    ]
    assert news(found["findings"]) == {COST_TIME}


KEY = "9f8e7d6c5b4a39281706f5e4d3c2b1a0"


def echoing(query: str = "") -> Any:
    """A createTask whose answer repeats the key where a finding looks."""
    one = create(GOOD["request"]["body"], {"code": KEY, "msg": f"no such key: {KEY}", "data": None})
    one["request"]["url"] += query
    return one


@pytest.mark.parametrize("dialect", DIALECTS)
def test_a_key_in_the_query_is_not_repeated_from_any_dialect(dialect: str, tmp_path: Path) -> None:
    """It is echoed in the answer, where findings look."""
    done = run(DIALECTS[dialect](tmp_path, [echoing(f"?api_key={KEY}")]), "--json")
    assert done.exit_code == 1, done.output
    assert "[REDACTED]" in done.stdout
    assert KEY not in done.output


@pytest.mark.parametrize("dialect", ["HAR", "vcrpy, JSON", "WireMock, one file", "Charles, JSON session", "Postman"])
def test_a_key_in_a_header_is_not_repeated(dialect: str, tmp_path: Path) -> None:
    """Whatever the notation of headers."""
    file = DIALECTS[dialect](tmp_path, [echoing()])
    value = json.loads(file.read_text())
    put_key(value)
    done = run(write(file, value), "--json")
    assert KEY in file.read_text().replace(f'"code": "{KEY}"', "").replace(f"no such key: {KEY}", "")
    assert "[REDACTED]" in done.stdout
    assert KEY not in done.output


def test_a_key_that_postman_keeps_beside_the_request_is_not_repeated(tmp_path: Path) -> None:
    """Its collections have it in `auth`."""
    file = DIALECTS["Postman"](tmp_path, [echoing()])
    value = json.loads(file.read_text())
    auth = {"type": "bearer", "bearer": [{"key": "token", "value": KEY}]}
    value["item"][0]["item"][0]["response"][0]["originalRequest"]["auth"] = auth
    done = run(write(file, value), "--json")
    assert "[REDACTED]" in done.stdout
    assert KEY not in done.output


def put_key(value: Any) -> None:
    """Walk a recording down to its requests, and put the key into the headers of each."""
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    for one in inner:
        put_key(one)
    if isinstance(value, dict):
        asked: Any = value.get("originalRequest", value.get("request"))
        if isinstance(asked, dict):
            put_into(asked)


def put_into(asked: dict[str, Any]) -> None:
    """Put the key where a request of this notation has its headers."""
    field = {"name": "Authorization", "key": "Authorization", "value": f"Bearer {KEY}"}
    kept = asked.get("headers", asked.get("header"))
    if isinstance(kept, dict) and "headers" in kept:
        kept["headers"].append(field)
    elif isinstance(kept, list):
        kept.append(field)
    elif "bodyPatterns" in asked:
        asked["headers"] = {"Authorization": {"equalTo": f"Bearer {KEY}"}}
    elif isinstance(kept, dict):
        kept["Authorization"] = [f"Bearer {KEY}"]


def test_what_is_recorded_twice_is_one(tmp_path: Path) -> None:
    """The same file under two names, and each entry twice: nothing contradicts itself, and what is wrong is found."""
    polls = [record(waiting()), record(task())]
    har = as_har([GOOD, *polls])
    for minute, entry in enumerate(har["log"]["entries"]):
        entry["startedDateTime"] = f"2026-10-05T10:0{minute}:00Z"
    twice = {"log": {"entries": [one for entry in har["log"]["entries"] for one in (entry, entry)]}}
    files = [write(tmp_path / f"{name}.har", har) for name in "ab"]
    for paths in (files, [write(tmp_path / "c.har", twice)]):
        assert news(report(*paths)["findings"]) == set()


def test_entries_of_a_har_by_themselves_are_read(tmp_path: Path) -> None:
    """As an array or a line each, which filters leave."""
    entries = as_har([GOOD, WRONG])["log"]["entries"]
    lines = tmp_path / "a.jsonl"
    lines.write_text("\n".join(map(json.dumps, entries)))
    for file in (lines, write(tmp_path / "a.json", entries)):
        found = report(file)
        assert found["judged"] == 2
        assert COST_TIME in news(found["findings"])


def test_what_the_url_lacks_is_taken_from_the_list_of_its_query(tmp_path: Path) -> None:
    """Beside a parameter of its own, which is not put there twice."""
    har = as_har([record(task())])
    request = har["log"]["entries"][0]["request"]
    request["url"] = request["url"].replace("taskId=", "_=1&x=")
    request["queryString"] = [{"name": "_", "value": "1"}, {"name": "taskId", "value": TASK[::-1]}]
    found = news(report(har_file(tmp_path, har))["findings"])
    assert ("breaking", "record.task", "/body/data/taskId") in found
    request["url"] += f"&taskId={TASK}"
    assert news(report(har_file(tmp_path, har))["findings"]) == set()


@pytest.mark.parametrize("joined", [True, False])
def test_every_cookie_that_is_set_is_secret(joined: bool, tmp_path: Path) -> None:
    """In a header each, or all in one with a line each, as Chrome joins them."""
    first, second = "s3ss10n-c00k13-value", "an0ther-c00k13-value"
    har = as_har([create(GOOD["request"]["body"], refusal(500, f"no: {first} {second}"))])
    cookies = [f"sid={first}; Path=/", f"other={second}; Path=/"]
    values = ["\n".join(cookies)] if joined else cookies
    headers = [{"name": "Set-Cookie", "value": value} for value in values]
    har["log"]["entries"][0]["response"]["headers"] = headers
    done = run(har_file(tmp_path, har), "--json")
    assert "500 no: [REDACTED] [REDACTED]" in done.stdout
    assert "c00k13" not in done.output


def test_a_callback_that_is_sent_again_says_the_same(tmp_path: Path) -> None:
    """What a receiver got twice is compared, however the first was answered."""
    again = callback(task(costTime=11))
    assert news(report(write(tmp_path / "a.json", [callback(task()), callback(task())]))["findings"]) == set()
    found = news(report(write(tmp_path / "b.json", [callback(task()), again]))["findings"])
    assert found == {("minor", "callback.agrees", "/callback/body/data/costTime")}


@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
def test_the_order_in_the_file_does_not_matter_to_what_is_said_twice(order: tuple[int, int], tmp_path: Path) -> None:
    """A poll that stands before its createTask is compared with it all the same."""
    other = record(task(model="qwen/text-to-image", param=json.dumps({"input": "{}", "model": "qwen/text-to-image"})))
    every = [GOOD, other]
    found = news(report(har_file(tmp_path, as_har([every[one] for one in order])))["findings"])
    assert ("breaking", "record.model", "/body/data/model") in found


def test_the_same_id_on_two_hosts_is_not_compared(tmp_path: Path) -> None:
    """Two fakes with one seed give the same ids to different tasks."""
    second = create({"model": "qwen/text-to-image", "input": {"prompt": "a sea"}}, host="localhost")
    har = as_har([GOOD, second, record(task())])
    assert news(report(har_file(tmp_path, har))["findings"]) == set()
    assert TASK in json.dumps(har)
