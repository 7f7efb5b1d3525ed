"""Broken fakes: the fake with one deliberate fault, on a real port, and the suite run against it in this process."""

import copy
import json
import time
from collections.abc import Callable, Generator, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from msgspec import Struct, field
from msgspec.structs import replace

import fakie_schemas
from fakie.adapters.callback_sender import CallbackSender
from fakie.adapters.form_reader import WerkzeugForms
from fakie.adapters.ids import RandomIds
from fakie.adapters.live_server import LiveServer
from fakie.adapters.media import TinyMedia
from fakie.adapters.metrics import exposition
from fakie.adapters.ticker import Ticker
from fakie.adapters.url_fetcher import UrlFetcher
from fakie.core.clock import Clock
from fakie.core.http.messages import Request, Response
from fakie.core.journal import Journal
from fakie.core.memory.store import MemoryStore
from fakie.core.ports import Delivered, Outgoing
from fakie.core.runtime import Contracts, FakeState, Outside
from fakie.core.service import Service
from fakie.core.settings import Settings
from fakie_contract.cases.case import Case
from fakie_contract.cases.every import every_case
from fakie_contract.http.target import Target
from fakie_contract.report.result import Result
from fakie_contract.run.runner import Engine
from fakie_contract.subjects import subjects_of
from fakie_contract.trial.environment import Environment
from fakie_schemas.catalog.catalog import Catalog
from fakie_schemas.catalog.profile import Profile
from support.pages import synthetic

Door = Callable[[Request], Response]


def _same(value: Any) -> Any:
    return value


class Mutant(Struct, frozen=True):
    """A fault: what it changes of the fake's parts, of what goes through its door, or of its callbacks.

    `likely` is the part of a case id that is expected to notice; such cases run first. `model` chooses the catalog, the
    shipped one or the made-up one (`everything`), or one shipped model or endpoint by its name. Without `levers` it is
    a server that nobody can move. The suite is given `patience` (s), `lingers` (s), and is told that tasks take `usual`
    (s).
    """

    name: str
    likely: str = ""
    model: str = "shipped"
    handle: Callable[[Door, Request, Service], Response] | None = None
    schema: Callable[[dict[str, Any]], Any] | None = None
    profile: Callable[[dict[str, Any]], Any] | None = None
    outgoing: Callable[[Outgoing], list[Outgoing]] | None = None
    settings: Mapping[str, Any] = field(default_factory=dict)
    parts: Callable[[Service], Any] | None = None
    levers: bool = True
    patience: float = 1.0
    lingers: float = 0.1
    usual: float | None = None


class _Service(Service):
    def __init__(self, contracts: Contracts, settings: Settings, outside: Outside, mutant: Mutant) -> None:
        store = MemoryStore()
        super().__init__(contracts, settings, FakeState(store, Clock(time.time), Journal(store.log)), outside)
        self._mutant = mutant
        if mutant.parts:
            mutant.parts(self)

    def handle(self, request: Request) -> Response:
        if request.path.startswith("/_fakie"):
            return super().handle(request if self._mutant.levers else request.replaced(path="/no-levers"))
        if self._mutant.handle is None:
            return super().handle(request)
        return self._mutant.handle(super().handle, request, self)


class _Sender:
    def __init__(self, inner: CallbackSender, change: Callable[[Outgoing], list[Outgoing]] | None) -> None:
        self._inner = inner
        self._change = change

    def send(self, outgoing: Outgoing, done: Callable[[Delivered], None]) -> None:
        changed = [outgoing] if self._change is None else self._change(outgoing)
        for number, one in enumerate(changed):
            self._inner.send(one, done if number == 0 else _same)
        if not changed:
            done(Delivered(None, "the mutant keeps it"))


@contextmanager
def at_work(server: LiveServer, service: Service, sender: CallbackSender) -> Iterator[None]:
    """Let a service answer on a port, with its clock and its callbacks, for a `with` block."""
    ticker = Ticker(service)
    ticker.start()
    server.start(service)
    try:
        yield
    finally:
        server.stop()
        ticker.stop()
        sender.close()


@contextmanager
def running(mutant: Mutant, folder: Path) -> Iterator[str]:
    """Serve a mutant; gives its URL."""
    server = LiveServer("127.0.0.1", 0)
    sender = CallbackSender(threads=1)
    settings = Settings(**{"public_url": server.url, "keys": ("the-key",), **mutant.settings})
    media, forms, fetcher = TinyMedia(), WerkzeugForms(), UrlFetcher()
    outside = Outside(RandomIds(), _Sender(sender, mutant.outgoing), media, forms, fetcher, time.time, exposition)
    service = _Service(_contracts(mutant, folder), settings, outside, mutant)
    with at_work(server, service, sender):
        yield server.url


def catalog_for(mutant: Mutant, folder: Path) -> Catalog:
    """The catalog that the suite judges a mutant by: never the mutated one."""
    if mutant.model == "shipped" or _is_named(mutant):
        return Catalog.shipped()
    place = folder / "right"
    return Catalog(place if place.exists() else synthetic.write(place))


def judged(
    mutant: Mutant, folder: Path, key: str = "the-key", *, likely_alone: bool = False
) -> Generator[Result, None, None]:
    """Run the suite against a mutant, likely cases first, or those alone."""
    with running(mutant, folder) as url:
        target = Target(url, key)
        waits: dict[str, Any] = {"patience": mutant.patience, "lingering": mutant.lingers}
        env = Environment.at(target, catalog_for(mutant, folder), _judging(mutant), **waits)
        try:
            engine = Engine(env)
            model = mutant.model if _is_named(mutant) else env.catalog.first
            cases = sorted(every_case(env.catalog, env.profile, (model,)), key=lambda case: _rank(case, mutant))
            for case in cases:
                if not likely_alone or mutant.likely in case.id:
                    yield engine.run(case)
        finally:
            env.close()


def _is_named(mutant: Mutant) -> bool:
    """Tell whether a mutant is of one shipped model, or of one endpoint of a family."""
    return mutant.model in subjects_of(Catalog.shipped())


def _judging(mutant: Mutant) -> Profile:
    if mutant.usual is None:
        return Profile.load("documented")
    data = copy.deepcopy(fakie_schemas.profile("documented"))
    data["habits"]["durations"] = [{"model": "*", "seconds": mutant.usual, "mark": "inf", "source": "the mutant"}]
    return Profile(data)


def _rank(case: Case, mutant: Mutant) -> int:
    return int(mutant.likely not in case.id)


def _contracts(mutant: Mutant, folder: Path) -> Contracts:
    data = fakie_schemas.profile("documented")
    if mutant.profile:
        data = copy.deepcopy(data)
        mutant.profile(data)
    return Contracts(_catalog(mutant, folder), Profile(data))


def _catalog(mutant: Mutant, folder: Path) -> Catalog:
    if mutant.schema is None:
        return catalog_for(mutant, folder)
    right = catalog_for(mutant, folder)
    revision = right.served(right.first)
    assert revision is not None
    schema = copy.deepcopy(dict(revision.request_schema))
    mutant.schema(schema)
    if mutant.model != "shipped":
        return Catalog(synthetic.write(folder / "wrong", schema))
    place = folder / "wrong" / right.first
    place.mkdir(parents=True)
    (place / revision.file.name).write_bytes(revision.file.read_bytes())
    (place / f"{revision.date}.request.schema.json").write_text(json.dumps(schema), encoding="utf-8")
    return Catalog.shipped(folder / "wrong")


def edited(response: Response, change: Callable[[dict[str, Any]], Any], status: int | None = None) -> Response:
    """Return a response with its JSON body changed in place."""
    body = json.loads(response.body)
    change(body)
    return replace(response, body=json.dumps(body).encode(), status=status or response.status)
