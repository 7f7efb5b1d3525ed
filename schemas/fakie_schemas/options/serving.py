"""Options: what a server listens on, and what a fake is."""

from fakie_schemas.account_words import MOST_CREDITS
from fakie_schemas.limits import LIMITS
from fakie_schemas.options.kinds import (
    ACCOUNT,
    ANY_FOLDER,
    DOCS,
    FLAG,
    FOLDER,
    NEW_FILE,
    PRICES,
    RATE,
    SCENARIO,
    SECRET,
    STORE,
    WAY,
    choice,
    number,
    whole,
)
from fakie_schemas.options.option import Option
from fakie_schemas.options.places import ADDRESS, BASE_URL, HOST_NAME, HOST_PATTERN, ORIGIN, PUBLIC_URL
from fakie_schemas.options.tools import (
    DOCS_WORDS,
    FAKES,
    LIMITS_WORDS,
    PROFILE_WORDS,
    SERVE,
    SERVED,
    STATUS_WORDS,
    SUITE,
)

# Beyond it a job ends after the last year that can be written, and at last at a moment that is no number.
_SLOWEST = 1e-6

SERVING: tuple[Option, ...] = (
    # Where a server listens, and before what.
    Option("upstream", "the host to pass requests on to, such as https://api.kie.ai", ("record",), BASE_URL),
    Option("out", "the folder to write recordings into; made if absent", ("record",), ANY_FOLDER),
    Option("host", "address to listen on", ("serve", "record"), ADDRESS, default="127.0.0.1"),
    Option("port", "port to listen on; 0: any free one", ("serve",), whole(0, 65535), default="8080"),
    Option("port", "port to listen on; 0: any free one", ("record",), whole(0, 65535), default="8081"),
    # What a fake is.
    Option(
        "key", "an API key to accept, or @FILE; without any, every well-formed key is one", SERVE, SECRET, many=True
    ),
    Option(
        "account",
        "an account from the beginning: broke=credits:0, flaky=fault:429:2, NAME=key:@FILE,cap:5; NAME is its key",
        FAKES,
        ACCOUNT,
        many=True,
    ),
    Option("prompt-orders", "let words in a prompt order, such as fakie:fault:429 or fakie:plan:fail", FAKES, FLAG),
    Option("credits", "what an account starts with", FAKES, number(0, MOST_CREDITS), otherwise="1000"),
    Option(
        "prices",
        "what a job costs: 1 credit, what the shipped list or a table of your own has for it (1 without a price)",
        SERVED,
        PRICES,
        default="flat",
    ),
    Option("profile", f"which answers to give: {PROFILE_WORDS}", FAKES, default="documented"),
    Option(
        "way",
        "answer a situation in the second, third, … way that the profile knows of: credits_insufficient=2",
        FAKES,
        WAY,
        many=True,
    ),
    Option("docs", DOCS_WORDS, ("catalog",), DOCS, default="pinned"),
    Option("docs", DOCS_WORDS, (*FAKES, *SUITE, "check-traffic"), DOCS, otherwise="what the profile says"),
    Option(
        "wire",
        "the date of the wire whose shapes recordInfo and callbacks have",
        FAKES,
        choice("2026-04", "2026-07", "2026-10"),
        otherwise="2026-10",
    ),
    Option(
        "latency",
        "observed: answers and tasks take as long as the profile says was measured; off: at once, and 5 s",
        FAKES,
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
    Option("http-status", STATUS_WORDS, (*SERVED, *SUITE), choice("envelope", "mirror"), default="envelope"),
    Option("speed", "how many times faster jobs go", FAKES, number(_SLOWEST), default="1"),
    Option(
        "scenario",
        "what goes wrong in the course of the day: a file, or the name of a ready scenario",
        FAKES,
        SCENARIO,
        otherwise="nothing",
    ),
    Option("maintenance", "answer every request with the maintenance code", SERVE, FLAG),
    Option("disable", "a model to answer as disabled", SERVE, many=True),
    Option("rate-limit", "accepted requests per time, or off", SERVED, RATE, otherwise="20/10s"),
    Option("limits", LIMITS_WORDS, SERVE, choice(*LIMITS), default="all"),
    Option("limits", LIMITS_WORDS, ("exec", "plugin"), choice(*LIMITS), default="creates"),
    Option("webhook-key", "sign callbacks with this key, or the one in @FILE", FAKES, SECRET),
    Option(
        "callback-allow",
        "a host, beside loopback, that callbacks may go to; only from these hosts is anything fetched or probed",
        SERVE,
        HOST_PATTERN,
        many=True,
    ),
    Option("probe-media", "ask at createTask whether input media are there, on hosts that are allowed", SERVE, FLAG),
    Option(
        "files",
        "inputs that lead to files of the fake: judge them by their page's kinds and sizes, or trust them",
        FAKES,
        choice("judge", "trust"),
        default="judge",
    ),
    Option("callback-task-id-twin", "add data.task_id, which the page's own verifier reads", SERVE, FLAG),
    Option("public-url", "base of the result URLs", SERVE, PUBLIC_URL, otherwise="the server's own"),
    Option(
        "admin-token",
        "ask for this token, or the one in @FILE, on /_fakie/, and let any machine use it",
        SERVE,
        SECRET,
        otherwise="none on loopback; elsewhere one is made and printed",
    ),
    Option("allow-host", "a name, beside this machine's own, that /_fakie/ answers to", SERVE, HOST_NAME, many=True),
    Option("cors-origin", "an origin whose pages may use the API from a browser", SERVE, ORIGIN, many=True),
    Option("keep-tasks", "how many tasks are remembered; the oldest make room", SERVE, whole(1), default="100000"),
    Option("keep-hours", "for how long tasks are remembered", SERVE, number(above=True), otherwise="as room allows"),
    Option(
        "keep-accounts", "how many accounts are opened by their first use, at most", SERVE, whole(1), default="10000"
    ),
    Option("state", "keep everything in this file, of which a restart goes on; made if absent", SERVE, NEW_FILE),
    Option(
        "store", "keep everything in this Redis or Valkey; all fakes on it are one: redis://HOST:PORT", SERVE, STORE
    ),
    Option(
        "secret",
        "what --state and --store name accounts and seal URLs by, or @FILE; it lies outside of both",
        SERVE,
        SECRET,
        otherwise="one beside the state file, or for --store one of this user",
    ),
    Option(
        "workers", "how many processes serve the port; more than one needs --store", SERVE, whole(1, 64), default="1"
    ),
    Option("seed", "make ids the same on every run", SERVE, whole(-(10**17))),
    Option("replay", "answer from this folder of recordings what it has an answer to", SERVE, ANY_FOLDER),
    Option(
        "replay-miss",
        "what no recording answers: ask the fake, or refuse it and name the nearest recordings",
        SERVE,
        choice("fake", "refuse"),
        default="fake",
    ),
    Option(
        "server",
        "fast: an event loop; flask: the Flask application on Werkzeug's own server, in threads",
        SERVE,
        choice("fast", "flask"),
        default="fast",
    ),
    Option(
        "tls",
        "speak https, also by the vendor's names; clients trust ca.pem of this folder, which is made if absent",
        SERVE,
        ANY_FOLDER,
    ),
    Option(
        "log",
        "one line for each request, on stderr: text, json (an object a line), or quiet (warnings alone)",
        SERVE,
        choice("text", "json", "quiet"),
        default="text",
    ),
    Option("grace", "seconds that requests in work get at the end", SERVE, number(0, 3600), default="0"),
)
