"""Paths that lead nowhere: those of families that are not faked, and those that clients guess wrongly; with a hint."""

from collections.abc import Mapping
from typing import Any

import fakie_schemas
from fakie.core.http.messages import Request
from fakie.core.situations import Outcome
from fakie_schemas.families.family import endpoints

_SHOWN = 200
_LEADING = ("api", "v1")


class Elsewhere:
    """Says of a request that reaches no endpoint what would: in the msg, and in the header of advice."""

    def __init__(self, places: Mapping[tuple[str, str], str]) -> None:
        data = fakie_schemas.elsewhere()
        self._words: Mapping[str, str] = data["words"]
        self._families: Mapping[str, Any] = data["families"]
        self._first = endpoints()["createTask"].family
        self._places = {name: place for place, name in places.items()}
        self._guesses = {guess: name for name, guesses in data["guesses"]["endpoints"].items() for guess in guesses}
        self._guesses |= {_plain(path): name for (_, path), name in places.items()}

    def outcome(self, request: Request) -> Outcome:
        """Return the outcome of a request that reaches no endpoint."""
        facts = {"method": request.method[:20], "path": request.path[:_SHOWN]}
        row = self._family(request)
        if row:
            works = self._instead(row)
            return Outcome("family_not_faked", facts={**facts, "family": row["family"], "works": works}, advice=works)
        name, rest = self._guessed(request)
        named = [one for one in self._places if self._is_near(one, name, request)]
        listed = sorted((self._listed(one, name, request) for one in named), key=lambda text: "(" not in text)
        return Outcome("not_found", facts={**facts, "works": ", ".join(listed)}, advice=self._hint(name, rest))

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
        """Return the endpoint that a request seems to mean, if any, and what follows its path."""
        guess = _plain(request.path)
        if guess in self._guesses:
            return self._guesses[guess], ""
        begin = guess.rpartition("/")[0]
        return self._guesses.get(begin) if begin else None, request.path.rstrip("/").rpartition("/")[2][:_SHOWN]

    def _hint(self, name: str | None, rest: str) -> str:
        if name is None:
            return ""
        method, path = self._places[name]
        word = self._words["in_query" if rest and name == "recordInfo" else "meant"]
        return _ascii(word.format(method=method, path=path, rest=rest))

    def _listed(self, name: str, meant: str | None, request: Request) -> str:
        """Name an endpoint, and what keeps it apart where it was meant."""
        method, path = self._places[name]
        word = "other" if name != meant else "method" if path == request.path else "spelling"
        return self._words[word].format(method=method, path=path)


def _plain(path: str) -> str:
    """Return a path without what guesses differ in: case, dashes, underscores, slashes, a leading api and v1."""
    parts = [part.lower().replace("-", "").replace("_", "") for part in path[:_SHOWN].split("/") if part.strip()]
    while parts and parts[0] in _LEADING:
        parts = parts[1:]
    return "/".join(parts)


def _first_part(path: str) -> str:
    return _plain(path).partition("/")[0]


def _ascii(text: str) -> str:
    return " ".join(text.split()).encode("ascii", "backslashreplace").decode()
