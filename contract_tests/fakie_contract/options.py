"""The suite's options as data, and how a run's are read. Imports nothing heavy."""

from pathlib import Path

import pytest

PACKAGE = Path(__file__).parent
OPTIONS = (
    ("target", "fake", "what to judge: fake (one is started), live, or a URL; the key comes from FAKIE_API_KEY alone"),
    ("report", "", "write the report to this file, as JSON"),
    ("html", "", "write the report to this file, as one page to read"),
    ("baseline", "", "a file of known differences, each with a reason and a date"),
    ("fail-on", "any", "which findings fail a run: breaking, any (breaking or minor) or none"),
    ("schemas", "", "a folder of revisions that add models or replace them; they are judged"),
    ("docs", "pinned", "which page of a model counts where there are several: pinned or latest"),
    ("expect", "documented", "the profile whose answers to expect"),
    ("model", "", "judge these models: names and patterns such as kling/*, with commas between  [the pinned one]"),
    ("http-status", "envelope", "envelope: HTTP 200 with the code in the body; mirror: the code as HTTP status too"),
    ("changed-since", "", "judge the models whose pages have changed since this date, such as 2026-01"),
    ("cases", "", "all, or cheapest: the fewest creates that try every rule  [all; live: cheapest]"),
    ("generate", "0", "so many generated requests for each model, beside those on both sides of each rule"),
    ("seed", "0", "the seed of generated requests"),
    ("replay", "", "send only the request that a finding names by this id"),
    ("wait", "", "seconds to wait for what a target does by itself, such as a task's end  [5; live: 300]"),
    ("max-credits", "", "the most that a live run may spend; it also needs FAKIE_ALLOW_PAID=1"),
    ("prices", "", "a price table that goes before the shipped one"),
    ("unknown-price", "", "count a create of unknown price as so many credits, instead of not sending it"),
    ("media-seconds", "60", "the length of the media that requests name, for the bill"),
    ("ledger", "fakie-ledger.sqlite", "where a paid run writes down each create before it is sent, and each task id"),
    ("time-limit", "", "end a run after so many seconds  [none; live: 3600]"),
    ("callback-url", "", "a public URL that leads to --fakie-callback-port, for the callbacks of a live target"),
    ("callback-port", "", "the loopback port to listen on for callbacks"),
)
FLAGS = (
    ("live", "treat the target as live though it is loopback: a tunnel or a proxy in front of the real API"),
    ("dry-run", "send nothing; print what a live run would cost"),
)


def option(config: pytest.Config, name: str) -> str:
    """Give an option's value: from the command line, else from the settings."""
    given = config.getoption(f"--fakie-{name}")
    return str(config.getini(f"fakie_{name.replace('-', '_')}") if given is None else given)
