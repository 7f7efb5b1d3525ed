"""One folder of revisions: found by file name, read only when asked for, checked where nobody vouches for it."""

import re
from collections.abc import Iterator, Mapping
from functools import cached_property
from pathlib import Path

from msgspec import Struct

import fakie_schemas
from fakie_schemas import disk
from fakie_schemas.catalog.checking import revision_problem
from fakie_schemas.catalog.docs import newest_at
from fakie_schemas.catalog.revision import Revision

_FACTS, _REQUEST = ".revision.json", ".request.schema.json"
# Revisions of what is no model: recordInfo, credit, uploads.
ENDPOINTS = "endpoints"


class Broken(Struct, frozen=True):
    """A file that cannot be used, and the reason, on one line."""

    file: Path
    reason: str


class RevisionFolder:
    """A folder's revisions by model; `checked`: one that cannot be used is left out, and told of by `broken`.

    Not `of_models`: they are those of endpoints.
    """

    def __init__(self, folder: Path, *, checked: bool = False, of_models: bool = True) -> None:
        self._folder = folder
        self._checked = checked
        self._of_models = of_models
        self._found, self._unusable = _find(folder)
        self.pins: Mapping[str, str] = {}
        self._until: str | None = None
        self._pins_problem: str | None = None
        # Filled as revisions are looked at: a list of names must not compile a thousand schemas.
        self._problems: dict[Revision, str | None] = {}
        try:
            self.pins, self._until = _pins(folder, self._found)
        except (OSError, ValueError) as error:
            if not checked:
                raise
            self._pins_problem = str(error)

    @property
    def has_files(self) -> bool:
        """Whether it has any file of a revision, or a folder that cannot be looked into."""
        return bool(self._found or self._unusable)

    def models_at(self, day: str | None) -> tuple[str, ...]:
        """List every model of the folder, but for those of which every revision has been found to be broken.

        With a day or month, only those that have a revision which is not newer.
        """
        return tuple(
            model
            for model, dated in self._found.items()
            if not all(self._problems.get(one) for one in dated.values())
            and (day is None or newest_at([dated[date] for date in sorted(dated)], day))
        )

    def revisions(self, model: str) -> tuple[Revision, ...]:
        """Return a model's usable revisions, oldest first."""
        dated = self._found.get(model, {})
        return tuple(dated[date] for date in sorted(dated) if not self._problem(dated[date], model))

    @property
    def until(self) -> str | None:
        """The day or month until which pages count that are not pinned by name; None: all do."""
        return self._until

    def pinned(self, model: str) -> Revision:
        """Return the revision that the folder's pins name, else the newest until their date, else the oldest after it.

        Without such a date the latest counts. Raises IndexError when there is none.
        """
        revisions = self.revisions(model)
        named = next((one for one in revisions if one.date == self.pins.get(model)), None)
        if named or self._until is None:
            return named or revisions[-1]
        return newest_at(revisions, self._until) or revisions[0]

    @cached_property
    def broken(self) -> tuple[Broken, ...]:
        """Every file that cannot be used, or folder; empty for a folder that is not checked."""
        return tuple(self._broken()) if self._checked else ()

    def _broken(self) -> Iterator[Broken]:
        if self._pins_problem:
            yield Broken(self._folder / "pins.json", self._pins_problem)
        yield from self._unusable
        for model, dated in self._found.items():
            for revision in dated.values():
                reason = self._problem(revision, model)
                if reason:
                    yield Broken(revision.file, reason)

    def _problem(self, revision: Revision, model: str) -> str | None:
        if not self._checked:
            return None
        if revision not in self._problems:
            self._problems[revision] = revision_problem(revision, model if self._of_models else None)
        return self._problems[revision]


def _find(folder: Path) -> tuple[dict[str, dict[str, Revision]], list[Broken]]:
    found: dict[str, dict[str, Revision]] = {}
    unusable: list[Broken] = []
    for model, names in _walk(folder, unusable):
        dates = [name.removesuffix(_FACTS) for name in names if name.endswith(_FACTS)]
        if dates:
            path = folder / model
            found[model] = {date: Revision(path / f"{date}{_FACTS}") for date in dates}
        requests = (name.removesuffix(_REQUEST) for name in names if name.endswith(_REQUEST))
        unusable += [
            Broken(folder / model / f"{date}{_REQUEST}", f"expected {date}{_FACTS} beside it; there is none")
            for date in requests
            if date not in dates
        ]
    return found, unusable


def _walk(top: Path, closed: list[Broken]) -> Iterator[tuple[str, list[str]]]:
    """Yield each folder, by its path below the top, and its files' names; but for `endpoints`, all of them sorted.

    One that cannot be looked into is added to `closed`. At each start there are hundreds: `os.walk` asks the system
    about each once more, for which this has no use.
    """
    waiting = ["."]
    while waiting:
        below = waiting.pop()
        folders: list[str] = []
        names: list[str] = []
        try:
            for name, is_folder in disk.entries(f"{top}/{below}"):
                (folders if is_folder else names).append(name)
        except OSError as error:
            closed.append(Broken(top / below, f"cannot be read: {error.strerror}"))
        yield below, sorted(names)
        more = sorted(folders, reverse=True)
        if below == ".":
            waiting += [name for name in more if name != ENDPOINTS]
        else:
            waiting += [f"{below}/{name}" for name in more]


def _pins(folder: Path, found: Mapping[str, Mapping[str, Revision]]) -> tuple[Mapping[str, str], str | None]:
    """Read the models that are pinned by name, and the date until which pages of the others count, if any."""
    file = folder / "pins.json"
    try:
        data = fakie_schemas.read_json(file)
    except FileNotFoundError:
        return {}, None
    pins, until = data.get("pins"), data.get("until")
    if not isinstance(pins, dict):
        raise ValueError(f'{file}: expected {{"pins": {{"<model>": "<date>"}}}}')
    for model, date in pins.items():
        if date not in found.get(model, {}):
            raise ValueError(f"{file}: there is no revision {date!r} of {model!r}")
    if until is not None and not (isinstance(until, str) and re.fullmatch(r"\d{4}-\d{2}(-\d{2})?", until)):
        raise ValueError(f"{file}: until: expected a date such as 2026-04, got {until!r}")
    return pins, until
