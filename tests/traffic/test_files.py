"""Files that are broken, hostile or no recordings: one clear line each, and nothing lost of the others."""

import codecs
import gzip
import json
from base64 import b64encode
from pathlib import Path
from typing import Any

import brotli
import pytest

from support.program import fakie
from support.recordings import as_cassette, as_har, create, report, write, write_yaml

GOOD = create({"model": "z-image", "input": {"prompt": "a lake", "aspect_ratio": "1:1"}})
BROKEN: dict[str, tuple[str, bytes, str]] = {
    "empty": ("a.har", b"", "the file is empty"),
    "blank": ("a.json", b" \n", "the file is empty"),
    "html": ("a.har", b"<!doctype html>", "is HTML or XML"),
    "text": ("a.json", b"hello", "is not JSON"),
    "binary": ("a.har", b"\x00\x01\x02", "is not JSON"),
    "other json": ("a.json", b'{"name": "package"}', "is JSON of another kind"),
    "nan": ("a.har", b'{"log": {"entries": [NaN]}}', "is no JSON"),
    "deep har": ("a.har", b'{"log": {"entries": [{"request": ' + b"[" * 50_000, "nested deeper than"),
    "deep yaml": ("a.yaml", b"interactions: " + b"[" * 50_000 + b"]" * 50_000, "nest"),
    # From 6.0.4 on PyYAML says it in words of its own.
    "python tags": ("a.yaml", b"interactions: !!python/object/apply:os.getcwd []", "is no YAML that can be read"),
    "merges": ("a.yaml", b"a: &a {b: 1}\ninteractions:\n- <<: *a\n", "merges keys"),
    "no cassette": ("a.yaml", b"services: {}", "is no cassette"),
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
    """What is no exchange is none that was judged, and stops nothing."""
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
    assert (found["exchanges"], found["judged"]) == (len(odd) + 1, 1)


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


def test_a_folder_without_recordings_says_what_was_expected(tmp_path: Path) -> None:
    """And so does a file that is not there."""
    assert "expected recordings in it (*.har, *.json" in fakie("check-traffic", tmp_path).stderr
    missing = fakie("check-traffic", tmp_path / "no.har")
    assert (missing.returncode, missing.stderr.count("\n")) == (2, 1)
    assert "no.har: cannot be read: No such file" in missing.stderr
