"""The benchmarks: what wrk says is read right, ratios are fair, and a change is told only beyond the noise."""

import re
import subprocess
import sys
import xml.etree.ElementTree as ElementTree
from pathlib import Path

import pytest
from load import Measured, RepeatedCall, parse
from report import Figure, as_json, chart, moved, ratios, read, table
from servers import FAKIE, Server

ROOT = Path(__file__).parents[2]
WRK = """Running 4s test @ http://127.0.0.1:8080/api/v1/jobs/createTask
  1 threads and 16 connections
  Thread Stats   Avg      Stdev     Max   +/- Stdev
    Latency    11.17ms   11.44ms  89.56ms   85.59%
    Req/Sec     1.84k     1.45k    4.87k    77.50%
  Latency Distribution
     50%  812.00us
     99%    1.24s
  7484 requests in 4.06s, 2.51MB read
Requests/sec:   1843.16
Transfer/sec:    631.79KB
"""


def figures(fakie: tuple[float, ...], peer: tuple[float, ...]) -> list[Figure]:
    return [Figure("createTask", "fakie", "requests/s", fakie), Figure("createTask", "Peer", "requests/s", peer)]


def test_the_output_of_wrk_is_read() -> None:
    """Count, rate, the 99th percentile in ms; wrong answers and broken connections add up."""
    assert parse(WRK) == Measured(7484, 1843.16, 1240.0, 0)
    errors = "  Socket errors: connect 1, read 2, write 3, timeout 4\n"
    assert parse(WRK + errors + "Wrong: 5\n").wrong == 15
    assert parse(WRK + "  Non-2xx or 3xx responses: 7\n").wrong == 7
    with pytest.raises(ValueError, match="not what wrk prints"):
        parse("unable to connect")


def test_ratios_are_taken_round_by_round() -> None:
    """A moment that slows both servers moves no ratio."""
    [ratio] = ratios(figures((100.0, 10.0, 100.0), (50.0, 5.0, 50.0)))
    assert ratio.values == (2.0, 2.0, 2.0)
    assert (ratio.figure.median, ratio.figure.spread) == (2.0, 0.0)


def test_only_what_moved_beyond_the_noise_is_told() -> None:
    """A small change of steady figures is nothing, nor a large one of restless figures; a large steady one is told."""
    before = figures((100.0,) * 5, (50.0,) * 5)
    assert moved(before, figures((102.0,) * 5, (50.0,) * 5)) == []
    assert moved(before, figures((60.0, 100.0, 140.0, 180.0, 220.0), (50.0,) * 5)) == []
    [line] = moved(before, figures((150.0,) * 5, (50.0,) * 5))
    assert "2.00 → 3.00 (+50%)" in line
    # Twice as fast a machine makes no difference.
    assert moved(before, figures((200.0,) * 5, (100.0,) * 5)) == []


def test_a_report_can_be_read_again(tmp_path: Path) -> None:
    """JSON gives the same figures; another file is refused by name."""
    made = figures((1.0, 2.0), (3.0, 4.0))
    file = tmp_path / "report.json"
    file.write_text(as_json(made, ["a note"], {"cpus": 2}, {}), encoding="utf-8")
    assert read(file) == made
    file.write_text("{}", encoding="utf-8")
    with pytest.raises(ValueError, match=r"report\.json is not a report"):
        read(file)


def test_the_table_and_the_chart_hold_every_figure() -> None:
    """Medians, spreads, ratios and notes in the table; one bar for each server in a well-formed drawing."""
    made = figures((100.0, 200.0), (50.0, 50.0))
    text = table(made, ["a note"], {"cpus": 2})
    assert "| createTask | fakie | 150 requests/s |" in text
    assert "| createTask | Peer | 50.0 requests/s | ±0% | 3.00 × | ±17% |" in text
    assert "- a note" in text
    drawing = ElementTree.fromstring(chart(made, "requests & more"))
    assert len(drawing.findall("{*}rect")) == 2
    assert drawing.findtext("{*}text") == "requests & more"


def test_a_server_is_started_watched_and_stopped() -> None:
    """The time to its first answer, its memory, its end."""
    server = Server(FAKIE, RepeatedCall("credit", "GET", "/api/v1/chat/credit"))
    assert 0 < server.cold_seconds < 30
    assert server.idle_mb > 10
    assert 0 < server.stop() < 9
    assert server.process.returncode == 0


def test_a_server_without_a_right_answer_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    """The message names it and what it said; no process stays."""
    monkeypatch.setattr("servers._PATIENCE", 3.0)
    with pytest.raises(RuntimeError, match="fakie gave no right answer within 3 s; it said"):
        Server(FAKIE, RepeatedCall("nothing", "GET", "/nothing"))


def test_its_help_names_every_option() -> None:
    """`make bench ARGS=--help` works without wrk."""
    command = [sys.executable, str(ROOT / "benchmarks" / "bench.py"), "--help"]
    said = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    assert set(re.findall(r"--[a-z-]+", said)) >= {
        "--rounds",
        "--seconds",
        "--no-peers",
        "--folder",
        "--out",
        "--quick",
    }
