"""Recordings that are large, or that unpack to what is: read in little memory and soon, or refused."""

import gzip
import io
import json
from base64 import b64encode
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile

import brotli
import pytest

from fakie_contract.traffic.readers import own, vcr
from fakie_contract.traffic.readers.json_stream import items
from support.recordings import COST_TIME, GOOD, WRONG, as_cassette, as_har, news, report, write, write_yaml


@pytest.mark.parametrize("encoding", ["br", "gzip"])
def test_a_body_that_unpacks_to_more_than_an_answer_is_not_unpacked(encoding: str, tmp_path: Path) -> None:
    """It is counted as one that cannot be decoded."""
    har = as_har([GOOD] * 2)
    plain = b" " * (65 * 1024 * 1024)
    packed = brotli.compress(plain, quality=1) if encoding == "br" else gzip.compress(plain, 1)
    response = har["log"]["entries"][0]["response"]
    response["content"] |= {"text": b64encode(packed).decode(), "encoding": "base64"}
    response["headers"] = [{"name": "content-encoding", "value": encoding}]
    found = report(write(tmp_path / "a.har", har))
    assert found["judged"] == 1
    assert f"({encoding})" in found["not_judged"][0]["reason"]


def test_a_large_cassette_is_refused_before_it_is_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nor is what stands before its last item read in its place."""
    monkeypatch.setattr(vcr, "LARGEST", 1_000)
    cassette = write_yaml(tmp_path / "a.yaml", as_cassette([GOOD] * 3))
    [told] = report(cassette)["files"]
    assert (told["exchanges"], told["problem"]) == (
        0,
        "is YAML of more than 1000 bytes, which is read whole; expected smaller cassettes",
    )


def test_a_long_text_is_looked_through_a_few_times_alone() -> None:
    """With each block from its start: so the blocks are large."""

    class Counted(io.BytesIO):
        reads = 0

        def read(self, size: int | None = -1) -> bytes:
            self.reads += 1
            return super().read(size)

    source = Counted(json.dumps({"log": {"entries": [{"text": "x" * 12_000_000}]}}).encode())
    [found] = items(source, "log", "entries")
    assert len(found["text"]) == 12_000_000
    assert source.reads < 9


def test_endless_space_before_a_recording_is_passed_over_in_blocks(tmp_path: Path) -> None:
    """Also where it fills whole blocks."""
    file = tmp_path / "a.har"
    file.write_bytes(b" " * 200_000 + json.dumps(as_har([WRONG])).encode())
    assert news(report(file)["findings"]) == {COST_TIME}


def test_a_line_that_is_too_long_to_be_held_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As an archive of a few kilobytes may hold one."""
    monkeypatch.setattr(own, "_BLOCK", 1_000)
    monkeypatch.setattr(own, "_LONGEST", 8_000)
    with ZipFile(tmp_path / "trace.zip", "w", ZIP_DEFLATED) as archive:
        archive.writestr("trace.network", json.dumps({"text": "x" * 20_000}))
    [told] = report(tmp_path / "trace.zip")["files"]
    assert told["problem"] == "trace.network: holds a line of more than 8000 bytes"


def test_what_is_wrong_with_a_trace_costs_no_other_of_its_archive(tmp_path: Path) -> None:
    """A line that is none, or a file that is none, is told of by its name; the next file is judged."""
    with ZipFile(tmp_path / "trace.zip", "w") as archive:
        archive.writestr("0-trace.network", '{"type": "resource-snap\n')
        archive.writestr("1-trace.har", '{"log": {}}')
        archive.writestr("2-trace.har", json.dumps(as_har([WRONG])))
    found = report(tmp_path / "trace.zip")
    assert news(found["findings"]) == {COST_TIME}
    assert found["files"][0]["problem"] == "0-trace.network: line 1 is not JSON (and 1 more of its files)"
