"""A fake for the length of one test: made as the test wants it, and in the way of its calls and waits."""

import threading
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

# It reads files of its own as it is imported, which a refusal would do where a test has put others in place.
import jsonschema  # noqa: F401
from msgspec import Struct, field

from fakie.adapters.reach.floor import leave_behind
from fakie.adapters.reach.left_behind import LeftBehind
from fakie.adapters.reach.reach import Reach
from fakie.core.control.arguments import ACCOUNT, check
from fakie.core.control.errors import WrongOrderError
from fakie.harness.fake import Fake
from fakie.harness.fast_forward import fast_forward
from fakie.harness.forward.callers import Callers
from fakie.harness.forward.running import running_threads
from fakie.harness.forward.threads import is_idle_worker
from fakie.harness.forward.timekeeper import Timekeeper
from fakie.harness.marker import shape
from fakie.harness.start import IN_PROCESS_URL, SessionCache, SharedServer, in_process, new_fake
from fakie_schemas.catalog.catalog import Catalog
from fakie_schemas.errors import ConfigurationError


class Surroundings(Struct, frozen=True):
    """The surroundings of a test's fake: base URLs that are answered, accounts by key, and a catalog or its folder."""

    hosts: Sequence[str] = ()
    accounts: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    catalog: Catalog | Path | None = None

    def __post_init__(self) -> None:
        if isinstance(self.hosts, str) or not isinstance(self.hosts, Sequence):
            raise ConfigurationError(f"fakie_hosts: expected a list of base URLs; got {self.hosts!r:.80}")
        named = self.accounts.values() if isinstance(self.accounts, Mapping) else [self.accounts]
        wrong = [one for one in named if not isinstance(one, Mapping)]
        if wrong:
            works, kind = '{"the-key": {"credits": 5}}', type(wrong[0]).__name__
            # By its kind alone, since there may be keys in it.
            raise ConfigurationError(f"fakie_accounts: expected a dict of dicts such as {works}; got {kind}")


class InTest(Struct, frozen=True):
    """A fake in its test: `reach` has what was refused, `keeper` (None where nothing is skipped) remarks on time."""

    fake: Fake
    reach: Reach
    keeper: Timekeeper | None
    before: frozenset[threading.Thread]

    @property
    def left_threads(self) -> list[str]:
        """The names of the threads that were begun since, and still run; fakie's own and tools' are left out."""
        return [thread.name for thread in _begun_since(self.before)]


def made_fake(kept: SessionCache, how: Mapping[str, Any], around: Surroundings, *, url: str, seed: str) -> Fake:
    """Make a fake as every argument says; raises ConfigurationError for a catalog that is none."""
    profile = kept.profile(how["profile"])
    own = how["schemas"] if around.catalog is None else around.catalog
    catalog = kept.catalog_of(own, how["docs"], profile.docs)
    fake = new_fake(url, profile=profile, catalog=catalog, seed=seed, **shape(how))
    for key, account in around.accounts.items():
        try:
            check(ACCOUNT, {"key": key, **account})
            fake.account(key, **account)
        except WrongOrderError as error:
            raise ConfigurationError(f"fakie_accounts: {error}") from None
    for what in how["fail"]:
        fake.fail_next(what)
    for kind in how["spoil"]:
        fake.spoil_next(kind)
    if how["scenario"] is not None:
        fake.play(how["scenario"])
    return fake


@contextmanager
def in_test(
    kept: SessionCache,
    how: Mapping[str, Any],
    around: Surroundings,
    *,
    url: str = IN_PROCESS_URL,
    seed: str = "",
) -> Iterator[InTest]:
    """Make a fake, and answer this process's calls by it, skipping time, for a `with` block.

    `how` has the value of every argument of the marker. Raises ConfigurationError.
    """
    fake, before = made_fake(kept, how, around, url=url, seed=seed), frozenset(running_threads())
    with ExitStack() as stack:
        refuse = how["other_hosts"] == "refuse"
        reach = stack.enter_context(in_process(fake, around.hosts, refuse_others=refuse))
        # Time is real again by then, and calls are still answered.
        stack.callback(lambda: _leave(reach, _begun_since(before), seed or "the test of this fake"))
        forward = how["fast_forward"] == "on"
        keeper = stack.enter_context(fast_forward(fake, how["patience"] / 1000)) if forward else None
        stack.callback(fake.close)
        yield InTest(fake, reach, keeper, before)
    fake.end(f"{seed or 'the test of this fake'} has ended; ask for the fixture in each test that uses it")


@contextmanager
def shared(kept: SessionCache, how: Mapping[str, Any], around: Surroundings, *, seed: str) -> Iterator[InTest]:
    """Run a fake on a port of its own, in the way of this process's calls; its time passes for real."""
    server = kept.outside(SharedServer)
    fake = made_fake(kept, how, around, url=server.url, seed=seed)
    served = ExitStack()
    kept.outside(lambda: served.enter_context(server.speaking_for(fake)))
    try:
        with in_process(fake, around.hosts, refuse_others=how["other_hosts"] == "refuse") as reach:
            yield InTest(fake, reach, None, frozenset())
    finally:
        kept.outside(served.close)
        kept.outside(server.stop)


def _begun_since(before: Collection[threading.Thread]) -> list[threading.Thread]:
    callers = Callers()
    return [each for each in running_threads() if each not in before and not callers.is_tool(each)]


def _leave(reach: Reach, threads: Sequence[threading.Thread], test: str) -> None:
    """Refuse what threads of a test would send to the vendor after it; idle workers of pools are anybody's."""
    at_work = [thread for thread in threads if not is_idle_worker(thread)]
    if at_work:
        leave_behind(LeftBehind(reach.claims, at_work, test))


def afterwards(fake: Fake) -> str | None:
    """Return what is wrong with the orders of a fake at its end, or None; raises an error that it met."""
    if fake.service.bugs:
        raise fake.service.bugs[0]
    unmet, missing = fake.unmet_orders, fake.missing_accounts
    told = [f"ordered and never met, or less often than ordered: {'; '.join(unmet)}"] if unmet else []
    told += [f"no request came with the key of account {name}" for name in missing]
    return "; ".join(told) or None
