"""Options: where a fake runs, what is judged, and what it may cost."""

from fakie_schemas.options.kinds import AMOUNT, DATE, FILE, FLAG, FOLDER, NEW_FILE, SECRET, WORDS, choice, number, whole
from fakie_schemas.options.option import Option
from fakie_schemas.options.places import URL
from fakie_schemas.options.tools import PROFILE_WORDS, PULLING, RUNNING, SUITE

JUDGING: tuple[Option, ...] = (
    # Where a fake runs, and what of it is to be seen.
    Option("url", "where the fake runs", RUNNING, URL, default="http://127.0.0.1:8080"),
    Option("admin-token", "its admin token, or @FILE", PULLING, SECRET),
    Option("timeout", "the most seconds to wait", ("wait",), number(0, 86_400, above=True), default="30"),
    Option(
        "account",
        "of this account alone: its key or its handle",
        ("tasks", "tail", "advance"),
        SECRET,
        by_environment=False,
    ),
    Option("state", "those in this state, such as generating", ("tasks",), by_environment=False),
    Option(
        "lines",
        "number of entries to begin with, the last ones",
        ("tail",),
        whole(1, 10_000),
        default="20",
        by_environment=False,
    ),
    Option("follow", "go on with what comes, until Ctrl-C", ("tail",), FLAG, by_environment=False),
    Option("code", "the failCode of the record", ("fail",), WORDS, by_environment=False),
    Option("msg", "the failMsg of the record", ("fail",), WORDS, by_environment=False),
    # What is judged, and by what.
    Option(
        "target",
        "what to judge: fake (one is started), live, or a URL; the key comes from FAKIE_API_KEY alone",
        SUITE,
        default="fake",
        flags={"test": ("target", "fakie-target")},
    ),
    Option("live", "treat the target as live though it is loopback: a tunnel or a proxy", (*SUITE, "record"), FLAG),
    Option("dry-run", "send nothing; print what a live run would cost", SUITE, FLAG),
    Option("expect", f"by what to judge: {PROFILE_WORDS}", SUITE, default="documented", flags={"test": ("profile",)}),
    Option("profile", f"by what to judge: {PROFILE_WORDS}", ("check-traffic",), default="documented"),
    Option("schemas", "judge the models of this folder of revisions, as `fakie derive` writes them", SUITE, FOLDER),
    Option(
        "model",
        "judge these models or endpoints: names and patterns such as kling/* or veo/*, with commas between",
        SUITE,
        otherwise="the pinned one",
        listed=True,
    ),
    Option("changed-since", "judge what has changed on its pages since this date, such as 2026-01", SUITE, DATE),
    Option(
        "cases",
        "all, or cheapest: the fewest creates that try every rule",
        SUITE,
        choice("all", "cheapest"),
        otherwise="all; live: cheapest",
    ),
    Option("generate", "number of generated requests for each model", SUITE, whole(0, 10_000), default="0"),
    Option("seed", "the seed of generated requests", SUITE, whole(), default="0"),
    # The names of these two mean something else to `fakie serve`, so no variable sets them.
    Option("replay", "send only the request that a finding names by this id", SUITE, by_environment=False),
    Option("prices", "a price table that goes before the shipped one", SUITE, FILE, by_environment=False),
    Option("wait", "seconds to wait for a task's end", SUITE, AMOUNT, otherwise="5; live: 300"),
    Option("time-limit", "seconds after which a run is ended", SUITE, AMOUNT, otherwise="live: 3600"),
    Option(
        "scope",
        "how far to go: free (what cannot cost), paid (also tasks), full (also what needs levers or several keys)",
        SUITE,
        choice("free", "paid", "full"),
        otherwise="full; without levers: paid; live: free, with both acts paid",
    ),
    Option("callback-url", "a public URL that leads to the callback port", SUITE, URL),
    Option("callback-port", "the loopback port to listen on for callbacks", SUITE, whole(1, 65535)),
    # What may be spent: no variable of the environment may be both acts.
    Option(
        "max-credits",
        "the most that may be spent; it also needs FAKIE_ALLOW_PAID=1",
        (*SUITE, "record"),
        AMOUNT,
        by_environment=False,
        flags={"test": ("max-credits", "fakie-max-credits")},
    ),
    Option("unknown-price", "credits that a create of unknown price counts as", SUITE, AMOUNT),
    Option("media-seconds", "length of the media that requests name, for the bill", SUITE, AMOUNT, default="60"),
    Option("settle", "seconds that a charge may take to show in a live balance", SUITE, number(0, 120), default="5"),
    Option(
        "ledger",
        "where each create is written down before it is sent, and each task id",
        (*SUITE, "record"),
        NEW_FILE,
        default="fakie-ledger.sqlite",
    ),
    Option("timeout", "seconds until an answer must be whole", ("record",), number(0, 3600, above=True), default="120"),
)
