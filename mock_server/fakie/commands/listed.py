"""The commands of the program: where each is, and what it does, so that a list of them imports none."""

from collections.abc import Mapping
from typing import NamedTuple


class CommandEntry(NamedTuple):
    """A command: the module of `commands` that holds it, and the first sentence of its help."""

    module: str
    help: str


COMMANDS: Mapping[str, CommandEntry] = {
    "advance": CommandEntry(
        "running", "Move the time of a running fake on by N seconds; what becomes due on the way happens."
    ),
    "baseline": CommandEntry(
        "baseline",
        "Accept the findings of REPORT, the JSON of `fakie test` or `fakie check-traffic`, as known differences.",
    ),
    "check-receiver": CommandEntry(
        "check_receiver",
        "Send a webhook receiver every callback that may come: success, failure, twice, forged, old, broken, slow.",
    ),
    "check-traffic": CommandEntry(
        "check_traffic",
        "Judge recorded traffic: HAR files, VCR cassettes, what mocks record, fakie's own, or folders of them.",
    ),
    "completion": CommandEntry("completion", "Print the script that completes fakie's commands and options in SHELL."),
    "config": CommandEntry("config", "Show the value of each option, of one TOOL or of all, and where it came from."),
    "derive": CommandEntry("derive", "Derive the revision (JSON Schema, facts and provenance) of one doc PAGE."),
    "diff": CommandEntry("diff", "Compare the contracts OLD and NEW: doc pages, revisions, or folders of either."),
    "exec": CommandEntry(
        "exec",
        "Run COMMAND with the environment of a fake that is started for it, and pass its exit code on.",
    ),
    "fail": CommandEntry("running", "End a task of a running fake with a failure; the beginning of its id is enough."),
    "finish": CommandEntry("running", "End a task of a running fake with success; the beginning of its id is enough."),
    "hold": CommandEntry(
        "running", "Keep a task of a running fake in its present state; the beginning of its id is enough."
    ),
    "ledger": CommandEntry(
        "ledger",
        "Show the ledger of live runs: each create with its task id, what it can have cost "
        "and what it was seen to cost.",
    ),
    "models": CommandEntry(
        "models", "List every model and every other endpoint that the fake knows, with its page and what it requires."
    ),
    "openapi": CommandEntry(
        "openapi",
        "Print the OpenAPI 3.1 document of the API and of the levers, as `GET /_fakie/openapi.json` answers it.",
    ),
    "profile": CommandEntry("profile", "Look at profiles: the data that words every answer."),
    "record": CommandEntry(
        "record",
        "Pass requests on to one upstream and write every exchange down, until Ctrl-C or SIGTERM.",
    ),
    "rules": CommandEntry(
        "rules", "List every rule that something is judged by, or those of one AREA, such as record."
    ),
    "scenario": CommandEntry("scenario", "Ready scenarios, and what one brings in the course of its day."),
    "serve": CommandEntry("serve", "Answer as kie.ai does, on a local port, until Ctrl-C or SIGTERM."),
    "show": CommandEntry(
        "show",
        "Show the contract of a model or an endpoint: fields and limits, codes, page, and a request that works.",
    ),
    "state": CommandEntry("state", "Look at a state file of `fakie serve --state`, while no fake uses it."),
    "sync": CommandEntry("sync", "Read a catalogue of models, and write the revision of each."),
    "tail": CommandEntry(
        "running",
        "Show the last requests and callbacks of a running fake, and with --follow those that come.",
    ),
    "tasks": CommandEntry("running", "List the tasks of a running fake, oldest first."),
    "test": CommandEntry(
        "test",
        "Judge whether a target holds the contract; exit code 0: it holds, 1: findings, 2: could not run.",
    ),
    "verify-pages": CommandEntry(
        "verify_pages",
        "Derive the pages in DIR again and tell which shipped revisions they no longer agree with.",
    ),
    "wait": CommandEntry(
        "running",
        "Wait until the fake at URL (or at --url) takes requests; exit code 1 when it does not in time.",
    ),
}
