"""The page of what tests use in Python: fixtures, the object they return, and the names of the package."""

import inspect
from collections.abc import Iterator, Sequence
from typing import Any

import fakie
from fakie import pytest_plugin
from fakie.core.conduct.finding import ConductFinding
from fakie.core.journal import Entry
from fakie.harness.fake import Fake
from fakie.harness.handles import AccountHandle, Callback, TaskHandle
from fakie.harness.journal_view import JournalView
from fakie.harness.uploads import UploadsView, Web
from fakie_reference.tables import code, page, table

# What a test meets, by where it gets it.
_CLASSES: tuple[tuple[str, type], ...] = (
    ("fakie", Fake),
    ("fakie.tasks[0], fakie.task(id)", TaskHandle),
    ("fakie.account(key)", AccountHandle),
    ("fakie.journal", JournalView),
    ("fakie.journal[0], fakie.journal.deliveries[0]", Entry),
    ("fakie.conduct[0]", ConductFinding),
    ("fakie.callbacks[0]", Callback),
    ("fakie.uploads", UploadsView),
    ("fakie.web", Web),
)
_FOR_THE_FAKE_ITSELF = {"handle", "close", "end", "require_running", "limited", "run_due", "receivers_now"}


def fixture_page() -> str:
    """Return the fixtures, everything public of what they return, and the names of the package."""
    about = "What a test can ask of a fake and order it to do; [the options](options.md) say how it begins."
    parts = [_fixtures(), *(_class(place, of) for place, of in _CLASSES), _names()]
    return page("Fixtures and the fake's API", about, *parts)


def members(of: type) -> Iterator[tuple[str, Any]]:
    """Yield the public methods and properties of a class, by name; inherited ones too, but what any sequence has."""
    for name in sorted(set(dir(of))):
        member = inspect.getattr_static(of, name)
        if isinstance(member, classmethod | staticmethod) or name in _FOR_THE_FAKE_ITSELF:
            continue
        if member is getattr(Sequence, name, None):
            continue
        if not name.startswith("_") and (inspect.isfunction(member) or isinstance(member, property)):
            yield name, member


def fixtures() -> Iterator[tuple[str, str]]:
    """Yield the public fixtures of the plugin, each with its docstring."""
    for name, found in vars(pytest_plugin).items():
        definition = getattr(found, "_get_wrapped_function", None)
        if definition is not None and not name.startswith("_"):
            yield name, inspect.getdoc(definition()) or ""


def _fixtures() -> str:
    rows = ((code(name), _joined(doc)) for name, doc in sorted(fixtures()))
    return "## Fixtures\n\n" + table(("fixture", "what it returns"), rows)


def _class(place: str, of: type) -> str:
    about = inspect.getdoc(of) or ""
    rows = ((code(call(name, member)), _joined(inspect.getdoc(member) or "")) for name, member in members(of))
    head = f"## {of.__name__}\n\n`{place}`: {about}\n\n{_values(of)}"
    return head + table(("call", "what it does"), rows)


def _values(of: type) -> str:
    """Name what an object simply holds; objects that hold nothing by name have none."""
    names = [code(f".{name}") for name in getattr(of, "__struct_fields__", ()) if not name.startswith("_")]
    return f"It holds {', '.join(names)}.\n\n" if names else ""


def call(name: str, member: Any) -> str:
    """Return how a member is used, such as `.advance(seconds, *, account=None)`."""
    if isinstance(member, property):
        return f".{name}"
    parameters = [one for one in inspect.signature(member).parameters.values() if one.name != "self"]
    named = [one.kind is one.KEYWORD_ONLY for one in parameters]
    shown = [_argument(one) for one in parameters]
    if True in named:
        shown.insert(named.index(True), "*")
    return f".{name}({', '.join(shown)})"


def first_sentence(doc: str) -> str:
    """Return the first sentence of a docstring."""
    return _joined(doc.strip().partition("\n\n")[0])


def _argument(one: inspect.Parameter) -> str:
    stars = {inspect.Parameter.VAR_KEYWORD: "**", inspect.Parameter.VAR_POSITIONAL: "*"}
    before = next((found for kind, found in stars.items() if kind is one.kind), "")
    return before + one.name + ("" if one.default is one.empty else f"={one.default!r}")


def _names() -> str:
    rows = (
        (code(f"fakie.{name}"), _joined(inspect.getdoc(getattr(fakie, name)) or ""))
        for name in fakie.__all__
        if not name.startswith("__")
    )
    return "## Names of the package\n\n" + table(("name", "what it is"), rows)


def _joined(doc: str) -> str:
    return " ".join(doc.split())
