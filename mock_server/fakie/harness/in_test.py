"""A fake for the length of one test: made as the test wants it, and in the way of its calls and waits."""

import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from fakie.adapters.reach.reach import Reach
from fakie.core.control.errors import WrongOrderError
from fakie.harness.fake import Fake
from fakie.harness.fast_forward import PATIENCE, fast_forward
from fakie.harness.forward.callers import Callers
from fakie.harness.forward.timekeeper import Timekeeper
from fakie.harness.marker import argument_fault, listed
from fakie.harness.start import IN_PROCESS_URL, Kept, SharedServer, in_process, new_fake
from fakie_schemas.catalog.catalog import Catalog


@dataclass(frozen=True)
class Surroundings:
    """What a test's fake is made from: base URLs that are answered, accounts by key, and a catalog or its folder."""

    hosts: Sequence[str] = ()
    accounts: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    catalog: Catalog | Path | None = None


@dataclass(frozen=True)
class InTest:
    """A fake in its test: `reach` has what was refused, `keeper` (None where nothing is skipped) remarks on time."""

    fake: Fake
    reach: Reach
    keeper: Timekeeper | None
    before: frozenset[threading.Thread]

    @property
    def left_threads(self) -> list[str]:
        """The names of the threads that were begun since, and still run; fakie's own and tools' are left out."""
        callers = Callers()
        began = (thread for thread in threading.enumerate() if thread not in self.before)
        return [thread.name for thread in began if not callers.is_tool(thread)]


def made_fake(kept: Kept, how: Mapping[str, Any], around: Surroundings, *, url: str, seed: str) -> Fake:
    """Make a fake by a marker's arguments; raises WrongOrderError for what cannot be meant."""
    fault = argument_fault(how)
    if fault:
        raise WrongOrderError(f"fakie {fault}")
    given = {name: how[name] for name in ("speed", "credits", "webhook_key") if how.get(name) is not None}
    fake = new_fake(
        url,
        profile=kept.profile(how.get("profile", "documented")),
        catalog=kept.catalog_of(around.catalog, how.get("docs", "pinned")),
        mirror_status=how.get("http_status") == "mirror",
        seed=seed,
        **given,
    )
    for key, account in around.accounts.items():
        fake.account(key, **account)
    for what in listed(how.get("fail", [])):
        fake.fail_next(what)
    for kind in listed(how.get("spoil", [])):
        fake.spoil_next(kind)
    return fake


@contextmanager
def in_test(
    kept: Kept,
    how: Mapping[str, Any],
    around: Surroundings,
    *,
    url: str = IN_PROCESS_URL,
    seed: str = "",
    patience: float = PATIENCE,
) -> Iterator[InTest]:
    """Make a fake, and answer this process's calls by it, skipping time, for a `with` block.

    `how` is what a marker says, `patience` the seconds of real time for what may be at work. Raises WrongOrderError.
    """
    fake, before = made_fake(kept, how, around, url=url, seed=seed), frozenset(threading.enumerate())
    with ExitStack() as stack:
        refuse = how.get("other_hosts") == "refuse"
        reach = stack.enter_context(in_process(fake, around.hosts, refuse_others=refuse))
        forward = how.get("fast_forward", True)
        keeper = stack.enter_context(fast_forward(fake, patience)) if forward else None
        stack.callback(fake.close)
        yield InTest(fake, reach, keeper, before)
    fake.end(f"{seed or 'the test of this fake'} has ended; ask for the fixture in each test that uses it")


@contextmanager
def shared(kept: Kept, how: Mapping[str, Any], around: Surroundings, *, seed: str) -> Iterator[Fake]:
    """Run a fake on a port of its own, in the way of this process's calls; its time passes for real."""
    server = kept.outside(SharedServer)
    fake = made_fake(kept, how, around, url=server.url, seed=seed)
    served = ExitStack()
    kept.outside(lambda: served.enter_context(server.speaking_for(fake)))
    try:
        with in_process(fake, around.hosts, refuse_others=how.get("other_hosts") == "refuse"):
            yield fake
    finally:
        kept.outside(served.close)
        kept.outside(server.stop)


def afterwards(fake: Fake) -> str | None:
    """Return what is wrong with the orders of a fake at its end, or None; raises an error that it met."""
    if fake.service.bugs:
        raise fake.service.bugs[0]
    unmet = fake.unmet_orders
    return f"ordered and never met, or less often than ordered: {', '.join(unmet)}" if unmet else None
