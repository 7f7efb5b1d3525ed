"""One run: each entry of a catalogue becomes a revision, is left out, or fails, and none ends the run."""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from pathlib import Path
from typing import Any, NoReturn

from msgspec import Struct
from msgspec.structs import replace

import fakie_schemas
from fakie_schemas.compiler import DerivedRevision, PageError, derive, write
from fakie_schemas.compiler.errors import NoContractError
from fakie_schemas.compiler.inherit import Earlier, earlier_in
from fakie_schemas.compiler.page import page_of
from fakie_schemas.compiler.write import is_safe_name
from fakie_schemas.errors import ConfigurationError
from fakie_schemas.selection import is_meant
from fakie_schemas.shortening import one_line
from fakie_schemas.sync.errors import Failed, LeftOut
from fakie_schemas.sync.source import Item, Source
from fakie_schemas.sync.state import SyncOutcome, SyncState

Tell = Callable[[int, int, SyncOutcome | None], object]


class SyncChoice(Struct, frozen=True):
    """The part of a catalogue that is wanted: the models that fit `pattern`, several with commas between.

    `changed`: of those only what differs from the revision before.
    """

    pattern: str = "*"
    changed: bool = False

    def fits(self, model: str) -> bool:
        """Tell whether a model is wanted."""
        return is_meant(model, self.pattern)


class Sync:
    """Reads a catalogue into the folder of a state."""

    def __init__(self, source: Source, state: SyncState, wanted: SyncChoice) -> None:
        self._source = source
        self._state = state
        self._wanted = wanted
        self._before = _earlier(state.out, state.date)
        # Models by their names without case, which some file systems do not tell apart: entry and model.
        self._models = {one.model.casefold(): (one.name, one.model) for one in state.outcomes.values() if one.model}

    def run(self, tell: Tell = lambda *_: None) -> None:
        """Read all that is wanted and not yet done; `tell` hears the place, how many there are, and each outcome.

        Raises CannotSync when the catalogue cannot be read, ConfigurationError when nothing can be written.
        """
        items = self.items()
        for place, item in enumerate(items, 1):
            tell(place - 1, len(items), None)
            if not self._state.done(item.name):
                outcome = self._outcome(item)
                if outcome:
                    self._state.add(outcome)
                tell(place, len(items), outcome)
        if self._state.outcomes:
            self._state.save(finished=not self._state.of("failed"))

    def items(self) -> list[Item]:
        """Return the entries that are wanted, as far as their names tell; one that is listed again is a failure."""
        items = _told_apart(self._source.items())
        return [item for item in items if item.model is None or self._wanted.fits(item.model)]

    def _outcome(self, item: Item) -> SyncOutcome | None:
        """Deal with one entry; None for one that is not wanted after all."""
        try:
            revision = self._derived(item)
        except LeftOut as left:
            return SyncOutcome(item.name, "left out", why=str(left))
        except Failed as failed:
            return SyncOutcome(item.name, "failed", why=str(failed))
        name = revision.name
        if not self._wanted.fits(name):
            return None
        if taken := self._taken(name, item.name):
            return SyncOutcome(item.name, "failed", name, taken)
        if self._wanted.changed and not self._differs(revision):
            return SyncOutcome(item.name, "unchanged", name)
        self._write(revision)
        return SyncOutcome(item.name, "written", name)

    def _taken(self, model: str, entry: str) -> str | None:
        """Return why an entry cannot have its model's folder: another has one of that name, or but for case."""
        other, name = self._models.setdefault(model.casefold(), (entry, model))
        if other == entry:
            return None
        if name == model:
            return f"{other} is of this model already"
        return f"{model} differs by case alone from {name} of {other}: some file systems have one folder for both"

    def _derived(self, item: Item) -> DerivedRevision:
        if item.model is not None and not is_safe_name(item.model):
            raise Failed("the name is not one that a model can have")
        document = item.read()
        url = None if document.names_page else item.url
        try:
            page = page_of(Path(item.name), document.page)
            revision = derive(page, date=self._state.date, url=url, earlier=self._before)
        except NoContractError as error:
            raise LeftOut(one_line(error.reason)) from None
        except PageError as error:
            raise Failed(one_line(error.reason)) from None
        if revision.facts["model"] is None:
            raise LeftOut(f"it is {revision.name}, which is not a model")
        return revision

    def _differs(self, revision: DerivedRevision) -> bool:
        known = _newest(self._state.out, revision.name, self._state.date)
        return known is None or _contract(known) != _contract({**revision.facts, "request": revision.request})

    def _write(self, revision: DerivedRevision) -> None:
        try:
            write(revision, self._state.out)
        except OSError as error:
            place = error.filename or self._state.out
            raise ConfigurationError(f"{place}: cannot be written: {error.strerror or error}") from None


def _told_apart(items: Iterator[Item]) -> Iterator[Item]:
    """Write names on one line, and that of a second entry otherwise: it is listed, and takes nothing from the first."""
    seen: Counter[str] = Counter()
    for item in items:
        name = one_line(item.name) or "(no name)"
        seen[name] += 1
        if seen[name] == 1:
            yield replace(item, name=name)
        else:
            yield Item(f"{name} ({seen[name]})", partial(_listed_again, name), item.model)


def _listed_again(name: str) -> NoReturn:
    raise Failed(f"{name} is listed again; the first one counts")


def _newest(out: Path, model: str, date: str) -> dict[str, Any] | None:
    """Read a model's newest revision of another day: that of the folder, else the shipped one."""
    for folder in (out, fakie_schemas.data_folder("revisions")):
        files = sorted(folder.joinpath(*model.split("/")).glob("*.revision.json"))
        files = [file for file in files if not file.name.startswith(f"{date}.")]
        if files:
            request = files[-1].with_name(files[-1].name.replace(".revision.json", ".request.schema.json"))
            return {**fakie_schemas.read_json(files[-1]), "request": fakie_schemas.read_json(request)}
    return None


def _contract(facts: Mapping[str, Any]) -> tuple[Any, ...]:
    """Return what a client can notice of a revision; words and lines are none of it."""
    request = {key: value for key, value in facts["request"].items() if key != "$id"}
    codes = sorted(entry["code"] for entry in facts["codes"])
    return request, facts["endpoint"], codes, facts["answers"], facts.get("contradicted")


def _earlier(out: Path, date: str) -> Earlier:
    """Find earlier facts of a model in the folder, else among the shipped revisions."""
    finders = (earlier_in(out, date), earlier_in(fakie_schemas.data_folder("revisions"), date))
    return lambda model: next((found for find in finders if (found := find(model))), None)
