"""A catalogue by its address: asked at the documented pace, with the key, and nowhere else than there."""

from collections.abc import Iterator
from functools import partial
from typing import Any, NoReturn
from urllib.parse import quote

from fakie_schemas.addresses import UnclearUrl, read_url
from fakie_schemas.http.client import HttpAnswer, HttpClient, NoAnswer
from fakie_schemas.pace import Pace, asked_pause
from fakie_schemas.recordings.secrets import MARK, SHORTEST
from fakie_schemas.shortening import one_line
from fakie_schemas.sync.answers import code_of, counted_in, document_in, names_in, parsed, prices_in
from fakie_schemas.sync.document import CatalogueDocument
from fakie_schemas.sync.errors import CannotSync, Failed
from fakie_schemas.sync.source import Item

MODELS = "/api/v1/models"
_TOO_OFTEN, _UNAUTHORIZED = 429, 401
_MOST_BYTES = 5 * 1024 * 1024
_SECONDS = 20.0
# Seconds to wait after one refusal after the other, and the most that a host may ask for.
_PAUSES = (1.0, 2.0, 4.0, 8.0)
_LONGEST_PAUSE = 60.0
# So many requests without an answer, or models refused to the end, one after the other: asking on is of no use.
_MOST_UNREACHED, _MOST_SILENT, _MOST_REFUSED = 3, 10, 3


class LiveCatalogue:
    """The catalogue below a base URL; `close()` ends its connections."""

    def __init__(self, base: str, key: str, pace: Pace) -> None:
        try:
            if "?" in base:
                raise UnclearUrl("it holds a query; leave it out")
            self.name = read_url(base).text.rstrip("/").removesuffix(MODELS).removesuffix("/api/v1")
        except UnclearUrl as unclear:
            raise CannotSync(f"the catalogue's address cannot be used: {unclear}") from None
        self.described: dict[str, str | None] = {}
        self._key = key
        self._pace = pace
        self._silent = self._unreached = self._refused = 0
        self._http = HttpClient(_SECONDS, _MOST_BYTES)

    def close(self) -> None:
        """Close the connections."""
        self._http.close()

    def items(self) -> Iterator[Item]:
        """Yield the models that the catalogue lists; raises CannotSync when it cannot be read."""
        try:
            answer = self._answer(MODELS)
        except Failed as failed:
            raise CannotSync(f"{self.name}{MODELS}: {failed}") from None
        names, total = names_in(answer), counted_in(answer)
        self.described |= prices_in(answer)
        if total is not None and total > len(names):
            why = f"the catalogue counts {total} models and lists {len(names)}; the others are not known"
            yield Item("the list", partial(_fail, why))
        for name in names:
            yield Item(name, partial(self._document, name), name, self.name + _path(name))

    def _document(self, model: str) -> CatalogueDocument:
        return document_in(self._answer(_path(model)), model)

    def _answer(self, path: str) -> Any:
        """Ask until it is not too often; raises Failed for what is no answer of a catalogue."""
        for pause in (*_PAUSES, None):
            received = self._asked(path)
            answer = parsed(self._body(received))
            code, msg = code_of(answer)
            if code == _UNAUTHORIZED:
                raise CannotSync(f"{self.name} refuses the key: {self._plain(msg)}")
            if code != _TOO_OFTEN:
                self._refused = 0
                return answer
            if pause is not None:
                self._pace.sleep(max(pause, _asked_pause(received)))
        self._refused += 1
        why = f"it still answers {_TOO_OFTEN} after {len(_PAUSES)} pauses"
        raise CannotSync(f"{self.name}: {why}") if self._refused >= _MOST_REFUSED else Failed(why)

    def _asked(self, path: str) -> HttpAnswer:
        self._pace.wait()
        headers = {"Authorization": f"Bearer {self._key}", "Accept": "application/json", "User-Agent": "fakie-sync"}
        try:
            received = self._http.exchange("GET", self.name + path, headers, None)
        except NoAnswer as error:
            self._silent += 1
            self._unreached = 0 if error.sent else self._unreached + 1
            if self._silent >= _MOST_SILENT or self._unreached >= _MOST_UNREACHED:
                raise CannotSync(f"{self.name} does not answer any more: {self._plain(error)}") from None
            raise Failed(self._plain(error)) from None
        finally:
            self._pace.answered()
        self._silent = self._unreached = 0
        return received

    def _body(self, received: HttpAnswer) -> bytes:
        if received.is_longer:
            raise Failed(f"the answer is longer than {_MOST_BYTES // 1024 // 1024} MB")
        if 300 <= received.status < 400:
            # Wherever it leads: the key is for this address alone.
            raise Failed(f"HTTP {received.status}: a redirect is not followed")
        if received.status not in {200, _TOO_OFTEN, _UNAUTHORIZED}:
            raise Failed(f"HTTP {received.status}")
        if received.status != 200:
            # A refusal by the HTTP status alone may have any body.
            return b'{"code": %d, "msg": ""}' % received.status
        # A host may say the key back, and whatever it says may be written down.
        return received.body.replace(self._key.encode(), MARK.encode()) if len(self._key) >= SHORTEST else received.body

    def _plain(self, text: object) -> str:
        return one_line(str(text).replace(self._key, MARK))


def _fail(why: str) -> NoReturn:
    raise Failed(why)


def _path(model: str) -> str:
    return f"{MODELS}/{quote(model, safe='/', errors='replace')}/schema"


def _asked_pause(received: HttpAnswer) -> float:
    said = next((value for name, value in received.headers if name.lower() == "retry-after"), "")
    return asked_pause(said, _LONGEST_PAUSE)
