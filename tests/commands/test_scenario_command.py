"""`fakie scenario`: ready scenarios, and the day that one brings."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from fakie_schemas.scenario_files import scenario_names
from support.clients.program import fakie

DAY = """
format_version = 1
name = "my-day"
lasts = 480

[[steps]]
id = "outage"
from = 120
to = 240
fault = { situation = "maintenance" }

[[steps]]
id = "half"
probability = 0.5
fault = { code = 500 }
"""


def test_the_ready_ones_are_listed_shown_and_drawn() -> None:
    """Each by its name; what is shown can be saved and read again."""
    listed = fakie("scenario", "list")
    for name in scenario_names():
        assert name in listed.stdout
        Path("mine.json").write_text(fakie("scenario", "show", name).stdout)
        assert fakie("scenario", "explain", "mine.json").stdout == fakie("scenario", "explain", name).stdout


def test_a_day_is_drawn_as_a_timeline() -> None:
    """A window is where it is; chance goes by the key, the same each time."""
    Path("day.toml").write_text(DAY)
    drawn = fakie("scenario", "explain", "day.toml", "--key", "a")
    rows = {
        line.split()[0]: line.split()[1] for line in drawn.stdout.splitlines() if line.startswith(("outage", "half"))
    }
    assert rows["outage"] == "·" * 12 + "█" * 12 + "·" * 24
    assert {"█", "░"} == set(rows["half"])
    assert fakie("scenario", "explain", "day.toml", "--key", "a") == drawn
    assert fakie("scenario", "explain", "day.toml", "--key", "b") != drawn


BEGUN = 'format_version = 1\nname = "x"\n[[steps]]\nid = "a"\nfault = { code = 500 }\n'


def _day(member: str) -> str:
    return f'{{"format_version": 1, "name": "x", "steps": [{{"id": "a", "fault": {{"code": 500}}, {member}}}]}}'


@pytest.mark.parametrize(
    ("name", "text", "words"),
    [
        ("nowhere.json", None, "cannot be read"),
        ("broken.json", "{", "JSON"),
        ("broken.toml", "= 3", "TOML"),
        ("list.json", "[]", "format_version"),
        ("deep.json", "[" * 100_000, "JSON"),
        ("closed.json", _day(f'"when": {"[" * 600}{"]" * 600}'), "nested more than 100 levels deep"),
        ("dotted.toml", f"{BEGUN}when.{'.'.join('a' * 5000)} = 1", "nested more than 100 levels deep"),
        ("empty.json", "{}", "format_version is required"),
        (
            "wrong.json",
            json.dumps({"format_version": 2, "name": "x", "steps": [{"id": "a", "fault": {}}]}),
            "format_version",
        ),
        ("large.json", " " * 1_000_001, "larger"),
        ("nan.json", _day('"from": NaN'), "NaN is not a JSON number"),
        ("far.json", _day('"from": 1e400'), "the number 1e400… is too large"),
        ("twice.json", _day('"id": "b"'), "the key 'id' occurs twice"),
        ("date.toml", f"{BEGUN}from = 2026-01-01", "steps[0].from: a date"),
        ("time.toml", f"{BEGUN}to = 10:00:00", "steps[0].to: a time"),
        ("nan.toml", f"{BEGUN}probability = nan", "steps[0].probability: nan"),
        ("when.toml", f"{BEGUN}when = {{ input = [1, -inf] }}", "steps[0].when.input[1]: -inf"),
        ("maintenance", None, "did you mean 'maintenance-window'?"),
    ],
)
def test_what_is_no_scenario_is_one_line_and_exit_2(name: str, text: str | None, words: str) -> None:
    """The line names the file and what was expected."""
    if text is not None:
        Path(name).write_text(text)
    done = fakie("scenario", "explain", name)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.count("\n") == 1
    assert words in done.stderr


@pytest.mark.parametrize(
    "call", [("exec", "--scenario", "none.json", "true"), ("serve", "--port", "0", "--scenario", "none.json")]
)
def test_a_scenario_of_nothing_is_not_taken_for_none(call: tuple[str, ...]) -> None:
    """An object without anything in it, as of a script that has failed, is refused where it would be played."""
    Path("none.json").write_text("{}")
    # A process of its own, which is to leave nothing behind.
    done = subprocess.run(
        [sys.executable, "-m", "fakie", *call], capture_output=True, text=True, timeout=60, check=False
    )
    assert (done.returncode, done.stdout) == (2, "")
    assert "format_version is required; for example 1" in done.stderr
