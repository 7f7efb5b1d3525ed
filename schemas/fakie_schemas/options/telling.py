"""Options of the commands that look into something: what of it, where that goes, and in which form it is told."""

from fakie_schemas.options.kinds import ANY_FOLDER, DATE, FLAG, FOLDER, NEW_FILE, SECRET, TEXT, choice, named, whole
from fakie_schemas.options.option import Option

TELLING: tuple[Option, ...] = (
    # What of it.
    Option(
        "model", "describe only models that fit, such as kling/*", ("openapi",), default="*", listed=True, in_table=True
    ),
    Option(
        "diff",
        "show in what this profile differs, and nothing else",
        ("profile",),
        named("PROFILE"),
        by_environment=False,
    ),
    Option(
        "key",
        "whose day is drawn: chance goes by the API key as well",
        ("scenario",),
        default="the-key",
        by_environment=False,
    ),
    Option(
        "profile", "the profile whose situations it may name", ("scenario",), default="documented", by_environment=False
    ),
    Option(
        "host",
        "judge exchanges with hosts of this pattern alone, such as '*.kie.ai'",
        ("check-traffic",),
        named("PATTERN"),
        in_table=True,
    ),
    Option(
        "against",
        "the revisions, or the pages, to compare with",
        ("verify-pages",),
        FOLDER,
        otherwise="the shipped revisions",
        in_table=True,
    ),
    Option(
        "workers",
        "number of processes to run in",
        ("test",),
        whole(1, 64),
        default="1",
        in_table=True,
        flags={"test": ("n",)},
    ),
    Option(
        "chosen",
        "only cases whose ids fit, such as 'callback and not retried'",
        ("test",),
        named("WORDS"),
        by_environment=False,
        flags={"test": ("k",)},
    ),
    # A page becomes a revision.
    Option("out", "folder to write to", ("derive",), ANY_FOLDER, otherwise="this one", in_table=True),
    Option("date", "the page's date: YYYY-MM or YYYY-MM-DD", ("derive",), DATE, by_environment=False),
    Option("url", "where the page came from, for the provenance", ("derive",), by_environment=False),
    Option("formats", "a folder of page formats of your own, one Python file each", ("derive",), ANY_FOLDER),
    Option("strict", "refuse a page of which anything could not be read for certain", ("derive",), FLAG, in_table=True),
    # Findings become known differences.
    Option(
        "reason", "why these differences are accepted; stands in each new entry", ("baseline",), by_environment=False
    ),
    Option(
        "only",
        "findings of these cases alone, such as '*::recordInfo::*'",
        ("baseline",),
        named("GLOB"),
        by_environment=False,
    ),
    Option(
        "out",
        "the baseline to write; one that exists gets the new entries and keeps its own",
        ("baseline",),
        NEW_FILE,
        in_table=True,
    ),
    # A receiver of webhooks.
    Option("path", "where an app takes callbacks", ("check-receiver",), default="/", in_table=True),
    Option(
        "host",
        "the host that an app is called at",
        ("check-receiver",),
        TEXT,
        otherwise="one that its Django settings allow",
        in_table=True,
    ),
    Option(
        "url",
        "the whole URL that an app is called at, such as https://hooks.example.com/hook",
        ("check-receiver",),
        in_table=True,
    ),
    Option("client", "the address that an app is called from", ("check-receiver",), default="127.0.0.1", in_table=True),
    Option(
        "endpoint",
        "endpoints of families whose callbacks it takes, such as suno/*",
        ("check-receiver",),
        listed=True,
        in_table=True,
    ),
    Option(
        "webhook-key",
        "the key that it verifies with, or @FILE; without it forgeries are not tried",
        ("check-receiver",),
        SECRET,
    ),
    Option(
        "probe",
        "a function that tells what it has done so far",
        ("check-receiver",),
        named("MODULE:FUNCTION"),
        in_table=True,
    ),
    # How it is told, which each call says anew.
    Option(
        "json",
        "print JSON",
        (
            *("models", "show", "profile", "rules", "config", "ledger"),
            *("diff", "verify-pages", "check-traffic", "check-receiver", "sync"),
        ),
        FLAG,
        by_environment=False,
        called="as_json",
    ),
    Option(
        "json",
        "print JSON; files are written only with --out",
        ("derive",),
        FLAG,
        by_environment=False,
        called="as_json",
    ),
    Option("markdown", "print the page docs/rules.md", ("rules",), FLAG, by_environment=False),
    Option("schema", "print the JSON Schema of fakie.toml, for editors", ("config",), FLAG, by_environment=False),
    Option(
        "format", "how the document is written", ("openapi",), choice("json", "yaml"), default="json", in_table=True
    ),
    Option("junit", "write a JUnit file", ("test",), NEW_FILE),
)
