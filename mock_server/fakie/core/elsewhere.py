"""Paths that lead nowhere: those of families that are not faked, and those that clients guess wrongly; with a hint."""

import re
from collections import Counter
from collections.abc import Mapping
from typing import Any

import fakie_schemas
from fakie.core.http.messages import Request
from fakie.core.levers.ui_paths import UI
from fakie.core.situations import Outcome
from fakie_schemas.families.family import endpoints, is_kind
from fakie_schemas.nearest import plain

_SHOWN = 200
# With these what is left of a path begins.
_LEADING = re.compile("api|v[0-9]{1,2}")


class Elsewhere:
    """Hints for a request that reaches no endpoint, on what would: in the msg, and in the header of advice."""

    def __init__(self, places: Mapping[tuple[str, str], str]) -> None:
        data = fakie_schemas.elsewhere()
        self._words: Mapping[str, str] = data["words"]
        self._families: Mapping[str, Any] = data["families"]
        self._first = endpoints()["createTask"].family
        self._places = {name: place for place, name in places.items()}
        self._guesses = {guess: name for name, guesses in data["guesses"]["endpoints"].items() for guess in guesses}
        own = {_plain(path): name for (_, path), name in places.items()}
        self._guesses |= own
        self._joined = {guess.replace("/", ""): name for guess, name in self._guesses.items()}
        self._create = _plain(self._places["createTask"][1])
        jobs = {name.lower(): name for name in ("createTask", "recordInfo")}
        self._endings = {**_last_parts(own), **{path: name for path, name in own.items() if "/" in path}, **jobs}

    def outcome(self, request: Request) -> Outcome:
        """Return the outcome of a request that reaches no endpoint."""
        facts = {"method": request.method[:20], "path": request.path[:_SHOWN]}
        row = self._family(request)
        if row:
            works = self._instead(row)
            return Outcome("family_not_faked", facts={**facts, "family": row["family"], "works": works}, advice=works)
        name, task = self._guessed(request)
        named = [one for one in self._places if self._is_near(one, name, request)]
        listed = sorted((self._listed(one, name, request) for one in named), key=lambda text: "(" not in text)
        hint = self._hint(name, task)
        if not request.path.strip("/"):
            # Who opens the fake in a browser wants to see it.
            hint = self._words["page"].format(path=f"{UI}/")
            listed.append(hint)
        return Outcome("not_found", facts={**facts, "works": ", ".join(listed)}, advice=hint)

    def _family(self, request: Request) -> Mapping[str, str] | None:
        path = request.path.rstrip("/")
        rows = [row for row in self._families["paths"] if row["path"] == path]
        asked = (row for row in rows if row["method"] == request.method)
        others = (row for row in self._families["below"] if request.path.startswith(row["path"]))
        ending = (row for row in self._families["ending"] if path.lower().endswith(row["path"]))
        return next(asked, None) or next(iter(rows), None) or next(others, None) or next(ending, None)

    def _instead(self, row: Mapping[str, str]) -> str:
        """Say what does today what a path of a family did."""
        if "endpoint" in row:
            method, path = self._places[row["endpoint"]]
            return self._words["endpoint"].format(method=method, path=path)
        if "model" not in row:
            return self._words[row.get("word", "none")]
        method, path = self._places["createTask"]
        return self._words["model"].format(method=method, path=path, model=row["model"])

    def _is_near(self, name: str, meant: str | None, request: Request) -> bool:
        """Tell whether an endpoint is named to whoever missed one: the meant one, createTask's family, and the near.

        There are too many to name them all.
        """
        about = endpoints().get(name)
        if about is None or about.family == self._first or name == meant:
            return True
        return _first_part(request.path) == _first_part(about.path)

    def _guessed(self, request: Request) -> tuple[str | None, str]:
        """Return the endpoint that a request seems to mean, if any, and the task that its path names behind it."""
        guess = _plain(request.path)
        name, behind = self._known(guess), 0
        while name is None and "/" in guess:
            guess, behind = guess.rpartition("/")[0], behind + 1
            name = self._guesses.get(guess)
        if name == "createTask" and request.method == "GET" and guess != self._create:
            name = "recordInfo"
        task = _parts(request.path[:_SHOWN])[-behind] if behind else ""
        return name, "" if request.query or "task" in task.lower() else task

    def _known(self, guess: str) -> str | None:
        """Return the endpoint that a guess names as a whole, without its slashes, or by its end; or None."""
        name = self._guesses.get(guess) or self._joined.get(guess.replace("/", ""))
        parts = guess.split("/")
        ends = ("/".join(parts[number:]) for number in range(len(parts)))
        return name or next((self._endings[end] for end in ends if end in self._endings), None)

    def _hint(self, name: str | None, task: str) -> str:
        if name is None:
            return ""
        method, path = self._places[name]
        word = self._words["in_query" if task and is_kind(name, "record") else "meant"]
        return _ascii(word.format(method=method, path=path, rest=task))

    def _listed(self, name: str, meant: str | None, request: Request) -> str:
        """Name an endpoint, and what keeps it apart where it was meant."""
        method, path = self._places[name]
        word = "other" if name != meant else "method" if path == request.path else "spelling"
        return self._words[word].format(method=method, path=path)


def _plain(path: str) -> str:
    """Return a path without what guesses differ in: case, dashes, underscores, slashes, a leading api and version."""
    parts = [plain(part) for part in _parts(path[:_SHOWN])]
    while parts and _LEADING.fullmatch(parts[0]):
        parts = parts[1:]
    return "/".join(parts)


def _last_parts(own: Mapping[str, str]) -> dict[str, str]:
    """Return endpoints by the last part of their path, where no other has it: `generate` does not say which is meant.

    Nor does that of a record, which every family has under a name of its own.
    """
    lasts = Counter(path.rpartition("/")[2] for path in own)
    told = {path: name for path, name in own.items() if not is_kind(name, "record")}
    return {last: name for path, name in told.items() if lasts[last := path.rpartition("/")[2]] == 1}


def _parts(path: str) -> list[str]:
    return [part for part in path.split("/") if part.strip()]


def _first_part(path: str) -> str:
    return _plain(path).partition("/")[0]


def _ascii(text: str) -> str:
    return " ".join(text.split()).encode("ascii", "backslashreplace").decode()
