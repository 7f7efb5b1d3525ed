"""The table of options: `serve`, `record`, `test` are commands, `suite` and `plugin` what runs within pytest."""

from collections.abc import Iterator

from fakie_schemas.limits import LIMITS
from fakie_schemas.options.kinds import (
    ACCOUNT,
    AMOUNT,
    ANY_FOLDER,
    BASE_URL,
    DOCS,
    FILE,
    FLAG,
    FOLDER,
    HOST_NAME,
    NEW_FILE,
    ORIGIN,
    PRICES,
    RATE,
    SCENARIO,
    SECRET,
    SEVERITY,
    STORE,
    URL,
    WAY,
    choice,
    number,
    whole,
)
from fakie_schemas.options.option import Option
from fakie_schemas.rules.difference import BREAKING, FAILING

_SERVE = ("serve",)
_FAKE = ("serve", "exec")
_FAKES = (*_FAKE, "plugin")
_SERVED = ("serve", "plugin")
_PULLING = ("tasks", "tail", "hold", "finish", "fail", "advance")
_RUNNING = ("wait", *_PULLING)
_SUITE = ("test", "suite")
_WEIGHS = ("diff", "verify-pages", "check-traffic")
_PROFILES = "documented (what pages say), observed (what the wire does), or a file of your own"
_DOCS = "which page of a model counts where there are several: pinned, latest, or the newest at a date"
_LIMITS = "which limits hold, each with those before it: off, creates, catalogue, all (also on polls and running tasks)"
_STATUS = "envelope: HTTP 200 with the code in the body, as the API does; mirror: the code as HTTP status too"

OPTIONS: tuple[Option, ...] = (
    # Where a server listens, and before what.
    Option("upstream", "the host to pass requests on to, such as https://api.kie.ai", ("record",), BASE_URL),
    Option("out", "the folder to write recordings into; made if absent", ("record",), ANY_FOLDER),
    Option("host", "address to listen on", ("serve", "record"), default="127.0.0.1"),
    Option("port", "port to listen on; 0: any free one", ("serve",), whole(0, 65535), default="8080"),
    Option("port", "port to listen on; 0: any free one", ("record",), whole(0, 65535), default="8081"),
    # What a fake is.
    Option(
        "key", "an API key to accept, or @FILE; without any, every well-formed key is one", _SERVE, SECRET, many=True
    ),
    Option(
        "account",
        "an account from the beginning: broke=credits:0, flaky=fault:429:2, NAME=key:@FILE,cap:5; NAME is its key",
        _FAKES,
        ACCOUNT,
        many=True,
    ),
    Option("prompt-orders", "let words in a prompt order, such as fakie:fault:429 or fakie:plan:fail", _FAKES, FLAG),
    Option("credits", "what an account starts with", _FAKES, number(), otherwise="1000"),
    Option(
        "prices",
        "what a job costs: 1 credit, what the shipped list or a table of your own has for it (1 without a price)",
        _SERVED,
        PRICES,
        default="flat",
    ),
    Option("profile", f"which answers to give: {_PROFILES}", _FAKES, default="documented"),
    Option(
        "way",
        "answer a situation in the second, third, … way that the profile knows of: credits_insufficient=2",
        _FAKES,
        WAY,
        many=True,
    ),
    Option("docs", _DOCS, ("catalog",), DOCS, default="pinned"),
    Option("docs", _DOCS, (*_FAKES, *_SUITE, "check-traffic"), DOCS, otherwise="what the profile says"),
    Option(
        "wire",
        "the date of the wire whose shapes recordInfo and callbacks have",
        _FAKES,
        choice("2026-04", "2026-07", "2026-10"),
        otherwise="2026-10",
    ),
    Option(
        "latency",
        "observed: answers and tasks take as long as the profile says was measured; off: at once, and 5 s",
        _FAKES,
        choice("off", "observed"),
        default="off",
    ),
    Option(
        "schemas",
        "a folder of revisions that add models or replace them, as `fakie derive` writes them",
        ("serve", "catalog", "check-traffic"),
        ANY_FOLDER,
    ),
    Option(
        "schemas",
        "a folder of revisions that add models or replace them, as `fakie derive` writes them",
        ("plugin",),
        FOLDER,
    ),
    Option("http-status", _STATUS, (*_SERVED, *_SUITE), choice("envelope", "mirror"), default="envelope"),
    Option("speed", "how many times faster jobs go", _FAKES, number(above=True), default="1"),
    Option(
        "scenario",
        "what goes wrong in the course of the day: a file, or the name of a ready scenario",
        _FAKES,
        SCENARIO,
        otherwise="nothing",
    ),
    Option("maintenance", "answer every request with the maintenance code", _SERVE, FLAG),
    Option("disable", "a model to answer as disabled", _SERVE, many=True),
    Option("rate-limit", "accepted requests per time, or off", _SERVED, RATE, otherwise="20/10s"),
    Option("limits", _LIMITS, _SERVE, choice(*LIMITS), default="all"),
    Option("limits", _LIMITS, ("exec", "plugin"), choice(*LIMITS), default="creates"),
    Option("webhook-key", "sign callbacks with this key, or the one in @FILE", _FAKES, SECRET),
    Option(
        "callback-allow",
        "a host, beside loopback, that callbacks may go to; only from these hosts is anything fetched or probed",
        _SERVE,
        many=True,
    ),
    Option("probe-media", "ask at createTask whether input media are there, on hosts that are allowed", _SERVE, FLAG),
    Option(
        "files",
        "inputs that lead to files of the fake: judge them by their page's kinds and sizes, or trust them",
        _FAKES,
        choice("judge", "trust"),
        default="judge",
    ),
    Option("callback-task-id-twin", "add data.task_id, which the page's own verifier reads", _SERVE, FLAG),
    Option("public-url", "base of the result URLs", _SERVE, URL, otherwise="the server's own"),
    Option(
        "admin-token",
        "ask for this token, or the one in @FILE, on /_fakie/, and let any machine use it",
        _SERVE,
        SECRET,
        otherwise="none on loopback; elsewhere one is made and printed",
    ),
    Option("allow-host", "a name, beside this machine's own, that /_fakie/ answers to", _SERVE, HOST_NAME, many=True),
    Option("cors-origin", "an origin whose pages may use the API from a browser", _SERVE, ORIGIN, many=True),
    Option("keep-tasks", "how many tasks are remembered; the oldest make room", _SERVE, whole(1), default="100000"),
    Option("keep-hours", "for how long tasks are remembered", _SERVE, number(above=True), otherwise="as room allows"),
    Option(
        "keep-accounts", "how many accounts are opened by their first use, at most", _SERVE, whole(1), default="10000"
    ),
    Option("state", "keep everything in this file, of which a restart goes on; made if absent", _SERVE, NEW_FILE),
    Option(
        "store", "keep everything in this Redis or Valkey; all fakes on it are one: redis://HOST:PORT", _SERVE, STORE
    ),
    Option(
        "workers", "how many processes serve the port; more than one needs --store", _SERVE, whole(1, 64), default="1"
    ),
    Option("seed", "make ids the same on every run", _SERVE, whole(-(10**17))),
    Option("replay", "answer from this folder of recordings what it has an answer to", _SERVE, ANY_FOLDER),
    Option(
        "replay-miss",
        "what no recording answers: ask the fake, or refuse it and name the nearest recordings",
        _SERVE,
        choice("fake", "refuse"),
        default="fake",
    ),
    Option(
        "server",
        "fast: an event loop; flask: the Flask application on Werkzeug's own server, in threads",
        _SERVE,
        choice("fast", "flask"),
        default="fast",
    ),
    Option(
        "tls",
        "speak https, also by the vendor's names; clients trust ca.pem of this folder, which is made if absent",
        _SERVE,
        ANY_FOLDER,
    ),
    Option(
        "log",
        "one line for each request, on stderr: text, json (an object a line), or quiet (warnings alone)",
        _SERVE,
        choice("text", "json", "quiet"),
        default="text",
    ),
    Option("grace", "seconds that requests in work get at the end", _SERVE, number(0, 3600), default="0"),
    # Where a fake runs, and what of it is to be seen.
    Option("url", "where the fake runs", _RUNNING, URL, default="http://127.0.0.1:8080"),
    Option("admin-token", "its admin token, or @FILE", _PULLING, SECRET),
    Option("timeout", "so many seconds, and no longer", ("wait",), number(0, 86_400, above=True), default="30"),
    Option(
        "account",
        "of this account alone: its key or its handle",
        ("tasks", "tail", "advance"),
        SECRET,
        by_environment=False,
    ),
    Option("state", "those in this state, such as generating", ("tasks",), by_environment=False),
    Option("lines", "so many, the last ones", ("tail",), whole(1, 10_000), default="20", by_environment=False),
    Option("follow", "go on with what comes, until Ctrl-C", ("tail",), FLAG, by_environment=False),
    Option("code", "the failCode of the record", ("fail",), by_environment=False),
    Option("msg", "the failMsg of the record", ("fail",), by_environment=False),
    # What is judged, and by what.
    Option(
        "target",
        "what to judge: fake (one is started), live, or a URL; the key comes from FAKIE_API_KEY alone",
        _SUITE,
        default="fake",
        flags={"test": ("target", "fakie-target")},
    ),
    Option("live", "treat the target as live though it is loopback: a tunnel or a proxy", (*_SUITE, "record"), FLAG),
    Option("dry-run", "send nothing; print what a live run would cost", _SUITE, FLAG),
    Option("expect", f"by what to judge: {_PROFILES}", _SUITE, default="documented", flags={"test": ("profile",)}),
    Option("profile", f"by what to judge: {_PROFILES}", ("check-traffic",), default="documented"),
    Option("schemas", "judge the models of this folder of revisions, as `fakie derive` writes them", _SUITE, FOLDER),
    Option(
        "model",
        "judge these models: names and patterns such as kling/*, with commas between",
        _SUITE,
        otherwise="the pinned one",
    ),
    Option("changed-since", "judge the models whose pages have changed since this date, such as 2026-01", _SUITE),
    Option(
        "cases",
        "all, or cheapest: the fewest creates that try every rule",
        _SUITE,
        choice("all", "cheapest"),
        otherwise="all; live: cheapest",
    ),
    Option("generate", "number of generated requests for each model", _SUITE, whole(0, 10_000), default="0"),
    Option("seed", "the seed of generated requests", _SUITE, whole(), default="0"),
    # The names of these two mean something else to `fakie serve`, so no variable sets them.
    Option("replay", "send only the request that a finding names by this id", _SUITE, by_environment=False),
    Option("prices", "a price table that goes before the shipped one", _SUITE, FILE, by_environment=False),
    Option("wait", "seconds to wait for a task's end", _SUITE, AMOUNT, otherwise="5; live: 300"),
    Option("time-limit", "seconds after which a run is ended", _SUITE, AMOUNT, otherwise="live: 3600"),
    Option("callback-url", "a public URL that leads to the callback port", _SUITE, URL),
    Option("callback-port", "the loopback port to listen on for callbacks", _SUITE, whole(1, 65535)),
    # What may be spent: no variable of the environment may be both acts.
    Option(
        "max-credits",
        "the most that may be spent; it also needs FAKIE_ALLOW_PAID=1",
        (*_SUITE, "record"),
        AMOUNT,
        by_environment=False,
        flags={"test": ("max-credits", "fakie-max-credits")},
    ),
    Option("unknown-price", "credits that a create of unknown price counts as", _SUITE, AMOUNT),
    Option("media-seconds", "length of the media that requests name, for the bill", _SUITE, AMOUNT, default="60"),
    Option(
        "ledger",
        "where each create is written down before it is sent, and each task id",
        (*_SUITE, "record"),
        NEW_FILE,
        default="fakie-ledger.sqlite",
    ),
    Option("timeout", "seconds until an answer must be whole", ("record",), number(0, 3600, above=True), default="120"),
    # What a run writes, and what fails it.
    Option("report", "write the report to this file, as JSON", _SUITE, NEW_FILE),
    Option("html", "write the report to this file, as one page to read", _SUITE, NEW_FILE),
    Option("baseline", "a file of known differences, each with a reason and a date", (*_SUITE, "check-traffic"), FILE),
    Option(
        "fail-on",
        "which findings fail a run: breaking, any (breaking or minor) or none",
        _SUITE,
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
        _WEIGHS,
        SEVERITY,
        many=True,
    ),
    Option("severities", "a file of such weights, which --severity goes before", _WEIGHS, FILE),
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


def options_of(tool: str) -> Iterator[Option]:
    """Return the options that a tool takes, in the order of the table."""
    return (option for option in OPTIONS if tool in option.tools)


def option_of(tool: str, key: str) -> Option:
    """Return one option of a tool by its key, such as `max_credits`; raises KeyError."""
    found = {option.key: option for option in options_of(tool)}
    return found[key]
