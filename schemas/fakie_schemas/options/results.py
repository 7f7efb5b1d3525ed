"""Options: what a run writes and what fails it, and how the fake of a test behaves."""

from fakie_schemas.options.kinds import FILE, NEW_FILE, SEVERITY, choice, whole
from fakie_schemas.options.option import Option
from fakie_schemas.options.tools import SUITE, WEIGHS
from fakie_schemas.rules.difference import BREAKING, FAILING

RESULTS: tuple[Option, ...] = (
    # What a run writes, and what fails it.
    Option("report", "write the report to this file, as JSON", SUITE, NEW_FILE),
    Option("html", "write the report to this file, as one page to read", SUITE, NEW_FILE),
    Option("baseline", "a file of known differences, each with a reason and a date", (*SUITE, "check-traffic"), FILE),
    Option(
        "fail-on",
        "which findings fail a run: breaking, any (breaking or minor) or none",
        SUITE,
        choice(*FAILING),
        default="any",
    ),
    Option(
        "fail-on",
        "which findings end it with exit code 1; known differences (info) never do",
        ("check-traffic",),
        choice(*FAILING),
        default=BREAKING,
    ),
    Option(
        "severity",
        "what breaches of a rule weigh, such as drift.code_added=breaking; off: they are not told of",
        WEIGHS,
        SEVERITY,
        many=True,
    ),
    Option("severities", "a file of such weights, which --severity goes before", WEIGHS, FILE),
    # How the fake of a test behaves.
    Option(
        "env",
        "a variable more for the command: NAME=url, NAME=url/api/v1 or NAME=key",
        ("exec",),
        many=True,
        by_environment=False,
    ),
    Option(
        "fast-forward",
        "skip instead of sleeping in tests that use fakie",
        ("plugin",),
        choice("on", "off"),
        default="on",
    ),
    Option(
        "patience",
        "real milliseconds for what may or may not be at work, before time is skipped",
        ("plugin",),
        whole(0, 60_000),
        default="50",
    ),
    Option(
        "other-hosts",
        "what becomes of calls to other hosts",
        ("plugin",),
        choice("pass", "refuse"),
        default="pass",
    ),
    Option(
        "conduct",
        "findings about the client: unsaid, in the summary, as errors",
        ("plugin", "exec"),
        choice("off", "warn", "error"),
        default="warn",
    ),
)
