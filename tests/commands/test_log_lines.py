"""A line of the log: readable whatever a client calls things."""

import errno
import json
import logging
import os
import socket
from collections.abc import Callable
from contextlib import closing, nullcontext, suppress
from functools import partial
from pathlib import Path
from types import SimpleNamespace
from typing import cast

import pytest

from fakie.adapters.log_lines import LogForm, as_text, line_maker, moment_of
from fakie.adapters.log_writer import LogWriter
from fakie.core.journal import Entry
from fakie.core.service import Service
from support.clients.doors import open_door
from support.waiting import wait_until


@pytest.mark.parametrize("form", ["text", "json"])
def test_a_line_is_short_whatever_a_client_calls_a_model_or_a_task(form: str, make: Callable[..., Service]) -> None:
    """Names of 20,000 characters are cut, shorter ones are whole."""
    service = make()
    with open_door("direct", service) as door:
        door.create({"model": "W" * 20_000, "input": {}})
        door.record("t" * 10_000)
        task = door.new_task(model="z-image", input={"prompt": "a lake", "aspect_ratio": "1:1"})
    write = line_maker("json") if form == "json" else as_text
    assert write
    long, asked, created = (write(1.0, entry) for entry in service.control.journal())
    assert max(len(long), len(asked)) < 600
    assert task in created
    assert "z-image" in created
    if form == "json":
        assert json.loads(long)["model"].endswith("…")


@pytest.mark.parametrize("form", ["text", "json"])
def test_a_line_has_the_advice_that_its_answer_has_in_a_header(form: LogForm, make: Callable[..., Service]) -> None:
    """Whoever asks why a callback never came looks there, be the request accepted or refused."""
    service = make()
    with open_door("direct", service) as door:
        door.create(callbackUrl="https://me.test/hook")
        door.create({"model": "z-image", "input": {"promt": "a lake", "aspect_ratio": "1:1"}})
        door.create()
    write = line_maker(form)
    assert write
    accepted, refused, plain = (write(1.0, entry) for entry in service.control.journal())
    assert "did you mean callBackUrl?" in accepted
    assert "did you mean input.prompt?" in refused
    assert "did you mean" not in plain


def test_a_line_about_a_callback_is_one_line_whatever_is_said_of_it() -> None:
    """A reason may hold words of a receiver, or of the system."""
    entry = Entry("delivery", 1.0, "acct", "POST", "http://a/", {}, b"", "callback_failed", "attempt 1:\n\x1b[2Jgone")
    assert as_text(1.0, entry).endswith("attempt 1:??[2Jgone")


@pytest.mark.parametrize("form", ["text", "json"])
def test_lines_that_were_dropped_are_told_in_the_form_of_the_log(form: LogForm) -> None:
    """Whoever reads an object a line reads how many are missing, too."""
    end, begin = os.pipe()
    writer = LogWriter(begin, most=0, form=form)
    writer.tell("one")
    writer.close()
    os.close(begin)
    with os.fdopen(end) as lines:
        line = lines.read()
    told = "1 lines of the log were dropped: nobody read them"
    if form == "json":
        said = json.loads(line)
        assert (said["kind"], said["level"], said["text"]) == ("log", "warning", told)
    else:
        assert line.endswith(f" {told}\n")


def test_lines_that_could_not_be_written_are_counted_once_and_told_once_it_goes() -> None:
    """What says how many are missing is none of them, and is said again where it could not be said."""
    end, begin = os.pipe()
    os.set_blocking(begin, False)
    with suppress(BlockingIOError):
        while True:
            os.write(begin, b"." * 4096)
    writer = LogWriter(begin)

    def at_least(lines: int) -> bool:
        return writer.dropped >= lines

    for lines in range(1, 4):
        writer.tell("lost")
        wait_until(partial(at_least, lines))
    assert os.read(end, 1 << 20)
    writer.tell("the next")
    writer.close()
    os.close(begin)
    with os.fdopen(end) as rest:
        told = rest.read().lstrip(".").splitlines()
    assert [line.partition(" ")[2] for line in told] == ["3 lines of the log were dropped: nobody read them", "next"]
    assert writer.dropped == 3


def test_half_a_line_that_could_be_written_swallows_no_other() -> None:
    """As a disk takes it that is full then: what follows, which tells of it, begins a line of its own."""
    end, begin = socket.socketpair()
    begin.setblocking(False)
    with end, begin:
        writer = LogWriter(begin.fileno())
        writer.tell("x" * 1_500_000)
        wait_until(lambda: writer.dropped)
        end.setblocking(False)
        with suppress(BlockingIOError):
            while end.recv(1 << 20):
                pass
        writer.tell("the next")
        writer.close()
        told = end.recv(1000).decode().splitlines()
    missing = "1 lines of the log were dropped: nobody read them"
    assert [line.partition(" ")[2] for line in told] == ["", missing, "next"]


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="this system has no disk that is always full")
def test_lines_that_a_full_disk_did_not_take_are_told_as_such(tmp_path: Path) -> None:
    """Whoever looks for a reader that stands still would find none."""
    with Path("/dev/full").open("wb", buffering=0) as full, (tmp_path / "log").open("wb") as file:
        writer = LogWriter(full.fileno())
        writer.tell("lost")
        wait_until(lambda: writer.dropped)
        os.dup2(file.fileno(), full.fileno())
        writer.close()
    reason = f"they could not be written: {os.strerror(errno.ENOSPC)}"
    assert (tmp_path / "log").read_text().endswith(f"1 lines of the log were dropped: {reason}\n")


def test_a_record_that_cannot_be_written_down_stops_neither_its_author_nor_the_log(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    """What is wrong with it is told as the standard library tells it, and the next lines follow."""
    with (tmp_path / "log").open("wb") as file:
        writer = LogWriter(file.fileno())
        writer.handle(logging.makeLogRecord({"msg": "%d of them", "args": ("x",)}))
        writer.tell("the next")
        writer.close()
    assert (tmp_path / "log").read_text() == "the next\n"
    assert "%d of them" in capsys.readouterr().err


def test_no_line_is_made_of_a_request_where_nobody_can_read_it(tmp_path: Path) -> None:
    """As with `2>/dev/null`; a file is another matter."""
    unreadable = cast(Entry, SimpleNamespace())
    for path, made in ((tmp_path / "log", True), (Path(os.devnull), False)):
        told = pytest.raises(AttributeError) if made else nullcontext()
        with path.open("wb") as file, closing(LogWriter(file.fileno())) as writer, told:
            writer.request(unreadable)


def test_a_moment_that_no_date_is_so_late_as_is_told_in_seconds() -> None:
    """Whether it is too late for a date, for the system's calendar, or for its clock."""
    told = ["1970-01-01 00:00:01Z", "1e+12 s", "1e+17 s", "1e+300 s"]
    assert [moment_of(second) for second in (1, 1e12, 1e17, 1e300)] == told
