"""Starting fakes for tests and scripts."""

import atexit
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, ExitStack, contextmanager
from functools import cache
from os import PathLike, urandom
from pathlib import Path
from typing import Any, Literal, TypeVar

from msgspec.structs import replace

from fakie.adapters.callback_sender import CallbackSender
from fakie.adapters.compose import make_service
from fakie.adapters.live_server import LiveServer
from fakie.adapters.reach.intercept import intercept
from fakie.adapters.reach.reach import Reach
from fakie.adapters.ticker import Ticker
from fakie.adapters.wire.limits import Limits
from fakie.core.files.uploads import large_bodies
from fakie.core.ports import Delivered, Door, Outgoing
from fakie.core.running.callbacks import may_receive
from fakie.core.settings import Settings
from fakie.harness.current import CurrentFake
from fakie.harness.fake import Fake
from fakie.harness.forward.real import clock, steady_wall
from fakie.harness.marker import options, read_marked
from fakie.harness.outstanding import Outstanding
from fakie.harness.sender import CollectingSender
from fakie.harness.uploads import NothingElse
from fakie_schemas import disk
from fakie_schemas.account_words import NamedAccount
from fakie_schemas.catalog.catalog import Catalog
from fakie_schemas.catalog.docs import Docs
from fakie_schemas.catalog.profile import Profile
from fakie_schemas.errors import ConfigurationError
from fakie_schemas.limits import LimitsOn, WindowLimit

T = TypeVar("T")
IN_PROCESS_URL = "http://fakie.invalid"


def new_fake(
    url: str = IN_PROCESS_URL,
    *,
    profile: str | Profile = "documented",
    speed: float = 1.0,
    credits: float | None = None,
    webhook_key: str | None = None,
    docs: Docs | None = None,
    wire: str | None = None,
    latency: Literal["off", "observed"] = "off",
    prices: Literal["flat", "listed"] | Path = "flat",
    rate_limit: WindowLimit | None = None,
    http_status: Literal["envelope", "mirror"] = "envelope",
    catalog: Catalog | None = None,
    seed: str = "",
    files: Literal["judge", "trust"] = "judge",
    limits: LimitsOn = "creates",
    account: Sequence[NamedAccount] = (),
    prompt_orders: bool = False,
    way: Sequence[tuple[str, int]] = (),
) -> Fake:
    """Make a fake with an account of its own; `url` is where its result files will be found.

    What it is like is said as on the command line of `fakie serve`. A `catalog` that was read before, the shipped one
    otherwise, makes many fakes quicker; so does such a profile. `seed` decides which requests meet an order that goes
    by chance.
    """
    key = f"fakie-{urandom(8).hex()}"
    sender = CollectingSender()
    settings = Settings(
        public_url=url,
        keys=(key,),
        any_key=True,
        seed=seed,
        credits=credits,
        speed=speed,
        webhook_key=webhook_key,
        prices=prices,
        create_limit=rate_limit,
        mirror_status=http_status == "mirror",
        callback_allow=("*",),
        wire=wire,
        latency=latency,
        files=files,
        limits=limits,
        accounts=tuple(account),
        prompt_orders=prompt_orders,
        ways=tuple(way),
    )
    service = make_service(
        settings,
        sender,
        profile=profile,
        docs=docs,
        catalog=catalog,
        now=steady_wall(),
        stopwatch=clock,
        fetcher=NothingElse(),
        receivers_now=lambda: sender.receivers_now(),
    )
    return Fake(service, sender, key, url)


class SessionCache:
    """A cache for a session of tests: the catalogs, by docs and folder, and the profiles."""

    def __init__(self) -> None:
        self.profile = cache(Profile.load)
        self._shipped = cache(Catalog.shipped)
        self._outside = ThreadPoolExecutor(1, "fakie-outside")
        # Its thread begins now, and so outside of any test.
        self.outside(int)

    def catalog_of(self, own: Catalog | Path | str | None, docs: Docs | None, usual: Docs) -> Catalog:
        """Return the shipped catalog, with a folder of more revisions before it, or one that was made already.

        Pages count as `docs` says, None: as the catalog's own does, else as `usual`. Raises ConfigurationError for what
        is none of these, and for another choice of pages than the catalog's own.
        """
        if not isinstance(own, Catalog):
            if own is not None and not (isinstance(own, str | PathLike) and disk.is_folder(Path(own))):
                raise ConfigurationError(f"fakie_catalog: expected None, a Catalog or an existing folder; got {own!r}")
            return self._shipped(own and Path(own), docs or usual)
        if docs not in (None, own.docs):
            raise ConfigurationError(f"docs: this catalog counts by {own.docs}; leave docs out, or give its folder")
        return own

    def outside(self, act: Callable[[], T]) -> T:
        """Act in a thread that is none of a test's, so that threads started there keep real time."""
        return self._outside.submit(act).result()

    def close(self) -> None:
        """End that thread."""
        self._outside.shutdown()


def in_process(door: Door, bases: Sequence[str] = (), *, refuse_others: bool = False) -> AbstractContextManager[Reach]:
    """Answer this process's calls to the vendor's hosts, and to other base URLs, by a door; see `adapters/reach`."""
    return intercept(door, [*bases, IN_PROCESS_URL], _limits(), refuse_others=refuse_others)


@cache
def _limits() -> Limits:
    return Limits(large_bodies=large_bodies(Profile.load("documented").facts))


class SharedServer:
    """One real port that speaks for one fake after another."""

    def __init__(self) -> None:
        self._current = CurrentFake()
        self._server = LiveServer("127.0.0.1", 0)
        self._server.start(self._current, limits=_limits())
        self._callbacks = CallbackSender()
        self._callbacks.start()
        self.url = self._server.url

    @contextmanager
    def speaking_for(self, fake: Fake) -> Iterator[None]:
        """Answer as this fake, deliver its callbacks, and keep its time, for a `with` block."""
        ticker = Ticker(fake.service)
        fake.deliver_to(_LoopbackOnly(self._callbacks, fake.outstanding))
        self._current.fake = fake
        ticker.start()
        try:
            yield
        finally:
            self._current.fake = None
            ticker.stop()
            fake.close()

    def stop(self) -> None:
        """Close the port."""
        self._server.stop()
        self._callbacks.close()


@contextmanager
def running(
    *,
    profile: str = "documented",
    docs: Docs | None = None,
    wire: str | None = None,
    latency: Literal["off", "observed"] = "off",
    speed: float = 1.0,
    credits: float | None = None,
    webhook_key: str | None = None,
) -> Iterator[Fake]:
    """Run a fake on a free port, and answer this process's calls to the real hosts with it too.

    Raises ConfigurationError for an argument that cannot be meant, as the marker does.
    """
    given: dict[str, Any] = {"docs": docs, "wire": wire, "latency": latency}
    given |= {"speed": speed, "credits": credits, "webhook_key": webhook_key}
    meant = {name: read_marked(options()[name], value, Path.cwd()) for name, value in given.items()}
    with ExitStack() as ends:
        # Who enters it by hand, as at a prompt, may never leave it; what it stops is gone once the interpreter ends.
        atexit.register(ends.close)
        ends.callback(atexit.unregister, ends.close)
        server = SharedServer()
        ends.callback(server.stop)
        fake = new_fake(server.url, profile=profile, **meant)
        ends.enter_context(server.speaking_for(fake))
        ends.enter_context(in_process(fake))
        yield fake


_STAYS = (
    "sent nowhere: its address is not on this machine, where it has to be; in a test it is kept in fakie.callbacks, and"
    " fakie.deliver_to(app) hands it on"
)


class _LoopbackOnly:
    """Lets callbacks out to this machine alone, each over a connection of its own.

    A receiver often lives as long as one test, the sender as long as them all: on a connection that is kept, a thread
    of the receiver would wait beyond its test.
    """

    def __init__(self, sender: CallbackSender, outstanding: Outstanding) -> None:
        self._sender = sender
        self._outstanding = outstanding

    def send(self, outgoing: Outgoing, done: Callable[[Delivered], None]) -> None:
        """Send it on, or say that it stays here."""
        if may_receive(outgoing.url, ()):
            headers = (*outgoing.headers, ("Connection", "close"))
            self._sender.send(replace(outgoing, headers=headers), done, self._outstanding.begin)
        else:
            done(Delivered(200, _STAYS))
