"""The pytest plugin: `fakie` answers in process, `fakie_server` on a real port.

Loaded into every pytest run of whoever has fakie installed, so it imports nothing but pytest until a fixture asks.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING, Any

import pytest

from fakie.harness import pytest_around, pytest_reports
from fakie.harness.chosen import check, check_ini, chosen
from fakie.harness.env_lines import value_of, variable
from fakie.harness.marker import arguments, marker_fault
from fakie_schemas.options.pytest_options import add_options

if TYPE_CHECKING:
    from pathlib import Path

    from fakie.harness.fake import Fake
    from fakie.harness.start import SessionCache, SharedServer
    from fakie_schemas.catalog.catalog import Catalog
    from fakie_schemas.rules.difference import Difference

# The fixtures of fakes that tests share, and who shares them.
_SHARED: dict[str, type[pytest.Collector]] = {"fakie_module": pytest.Module, "fakie_session": pytest.Session}


def pytest_addoption(parser: pytest.Parser) -> None:
    """Register each option with its ini twin."""
    group = parser.getgroup("fakie", "fakie: a fake kie.ai")
    add_options("plugin", group, parser)
    parser.addini(
        "fakie_hosts", "base URLs that are answered in process besides the vendor's", type="linelist", default=[]
    )
    parser.addini(
        "fakie_env",
        "environment variables that fakie_server sets: NAME=url, NAME=url/api/v1 or NAME=key, one a line",
        type="linelist",
        default=["KIE_BASE_URL=url", "KIE_API_KEY=key"],
    )


def pytest_configure(config: pytest.Config) -> None:
    """Register the marker, and refuse settings that cannot be meant."""
    config.pluginmanager.register(pytest_reports.Reports(), "fakie-reports")
    config.pluginmanager.register(pytest_around.AroundFixtures(), "fakie-around")
    config.addinivalue_line("markers", f"fakie({', '.join(arguments())}): how the fake of this test behaves")
    check(config, also_of_the_suite=False)
    check_ini(config)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Refuse marker arguments that do not exist, and settings that cannot be meant, before any test runs."""
    if not config.pluginmanager.has_plugin("fakie-contract-run"):
        check(config, also_of_the_suite=True)
    for item in items:
        for marker in item.iter_markers("fakie"):
            fault = marker_fault(marker.args, marker.kwargs, config.rootpath)
            if fault:
                raise pytest.UsageError(f"{item.nodeid}: marker fakie {fault}")


@pytest.hookimpl(tryfirst=True)
def pytest_runtestloop(session: pytest.Session) -> None:
    """Import what a fake is made of before any test can have put a mock where modules take what they keep."""
    asked = (name for item in session.items for name in getattr(item, "fixturenames", ()))
    if not session.config.option.collectonly and any(name.startswith("fakie") for name in asked):
        import fakie.harness.in_test  # noqa: F401


@pytest.fixture(scope="session")
def fakie_settings() -> Mapping[str, Any]:
    """Arguments of the marker for every test; override it in a conftest.py, a module or a class."""
    return {}


@pytest.fixture(scope="session")
def fakie_catalog() -> Catalog | Path | None:
    """Return where models come from: None (what is shipped), a folder of more revisions, or a catalog; override it."""
    return None


@pytest.fixture(scope="session")
def fakie_hosts(pytestconfig: pytest.Config) -> Sequence[str]:
    """Return the base URLs that are answered besides the vendor's, those of the ini; override it."""
    return list(pytestconfig.getini("fakie_hosts"))


@pytest.fixture(scope="session")
def fakie_accounts() -> Mapping[str, Mapping[str, Any]]:
    """Return the accounts that are there from the beginning, by key, with `credits` and `webhook_key`; override it."""
    return {}


@pytest.fixture
def fakie(
    request: pytest.FixtureRequest,
    fakie_settings: Mapping[str, Any],
    fakie_catalog: Catalog | Path | None,
    fakie_hosts: Sequence[str],
    fakie_accounts: Mapping[str, Mapping[str, Any]],
) -> Iterator[Fake]:
    """Answer this test's calls to kie.ai in process; gives the object that controls the fake."""
    from fakie.harness.in_test import Surroundings, in_test
    from fakie.harness.start import IN_PROCESS_URL

    with ExitStack() as stack:
        with _in_one_line():
            how = chosen(request.config, fakie_settings, request.node)
            around = Surroundings(fakie_hosts, fakie_accounts, fakie_catalog)
            if how["fast_forward"] == "on":
                _refuse_patched("skipped time")
            kept: SessionCache = request.getfixturevalue("_fakie_kept")
            # Known beforehand, the port is the fake's URL from the beginning; asked for later, fakie_server moves it.
            served = "fakie_server" in request.fixturenames
            url = request.getfixturevalue("_fakie_shared_server").url if served else IN_PROCESS_URL
            within = stack.enter_context(in_test(kept, how, around, url=url, seed=request.node.nodeid))
        request.node.stash[pytest_reports.REACH] = within.reach
        request.node.stash[pytest_reports.FAKE] = within.fake
        yield within.fake
    told = {
        pytest_reports.TIME: within.keeper.remarks if within.keeper else (),
        pytest_reports.REFUSED: within.reach.refusals,
        pytest_reports.THREADS: [f"thread {name!r}" for name in within.left_threads],
    }
    request.node.user_properties.extend((kind, line) for kind, lines in told.items() for line in lines)
    _check_afterwards(within.fake)
    if how["conduct"] != "off":
        pytest_reports.report_conduct(within.fake.conduct, request.node, fails=how["conduct"] == "error")


@pytest.fixture(scope="module")
def fakie_module(request: pytest.FixtureRequest) -> Iterator[Fake]:
    """Return a fake on a port of its own that a whole module shares."""
    yield from _shared(request)


@pytest.fixture(scope="session")
def fakie_session(request: pytest.FixtureRequest) -> Iterator[Fake]:
    """Return a fake on a port of its own that all tests share."""
    yield from _shared(request)


@pytest.fixture
def fakie_server(
    fakie: Fake,
    _fakie_kept: SessionCache,
    _fakie_shared_server: SharedServer,
) -> Iterator[Fake]:
    """Return the same fake on a real port: `.url` and `.key` are for the code under test."""
    fakie.move_to(_fakie_shared_server.url)
    served = ExitStack()
    _fakie_kept.outside(lambda: served.enter_context(_fakie_shared_server.speaking_for(fakie)))
    yield fakie
    _fakie_kept.outside(served.close)


@pytest.fixture
def fakie_env(fakie_server: Fake, pytestconfig: pytest.Config, monkeypatch: pytest.MonkeyPatch) -> Fake:
    """Point environment variables (ini `fakie_env`) at the server, for code that is configured by environment."""
    for line in pytestconfig.getini("fakie_env"):
        name, what = variable(line) or ("", "")
        monkeypatch.setenv(name, value_of(what, fakie_server.url, fakie_server.key))
    return fakie_server


@pytest.fixture
def fakie_check_receiver(fakie: Fake, request: pytest.FixtureRequest) -> Callable[..., list[Difference]]:
    """Return a function that judges a webhook receiver: a URL, or a WSGI or ASGI app with `path=`.

    `webhook_key=` is the key by which it verifies signatures, `probe=` a function that returns what it has done so far.
    `endpoint=` are families' endpoints whose callbacks it takes, such as `suno/*`, in place of those of models.
    """
    from fakie.harness.receiver_stages import named_endpoints
    from fakie.harness.receiver_suite import check_receiver
    from fakie.harness.receivers import receiver_at

    told = request.node.stash.setdefault(pytest_reports.OF_RECEIVERS, [])

    def check(target: Any, *, endpoint: str = "", **how: Any) -> list[Difference]:
        receiver = receiver_at(target, now=fakie.clock.now, limited=fakie.limited, **how)
        findings = check_receiver(receiver, fakie, endpoints=named_endpoints(endpoint))
        told.extend(findings)
        return findings

    return check


@pytest.fixture(scope="session")
def _fakie_kept() -> Iterator[SessionCache]:
    from fakie.harness.start import SessionCache

    kept = SessionCache()
    yield kept
    kept.close()


@pytest.fixture(scope="session")
def _fakie_shared_server(_fakie_kept: SessionCache) -> Iterator[SharedServer]:
    from fakie.harness.start import SharedServer

    # The server's threads would be greenlets of this one, which waits for them in vain.
    _refuse_patched("port")
    server = _fakie_kept.outside(SharedServer)
    yield server
    server.stop()


@pytest.hookimpl(tryfirst=True)
def pytest_fixture_setup(fixturedef: pytest.FixtureDef[Any], request: pytest.FixtureRequest) -> None:
    """Let pytest_httpx's mock pass on what the fake answers; its marker is its way to say so."""
    if fixturedef.argname != "httpx_mock":
        return
    item = request.node
    given = (marker.kwargs.get("should_mock") for marker in item.iter_markers("httpx_mock"))
    own = next(filter(None, given), None)

    def should_mock(call: Any) -> bool:
        # Shared fakes have theirs at their module or session.
        reaches = filter(None, (node.stash.get(pytest_reports.REACH, None) for node in item.listchain()))
        answered = any(reach.answers(call.url.host, call.url.port) for reach in reaches)
        return not answered and (own is None or bool(own(call)))

    item.add_marker(pytest.mark.httpx_mock(should_mock=should_mock), append=False)


@contextmanager
def _in_one_line() -> Iterator[None]:
    """Fail with nothing but its words for what cannot be meant; a traceback would only show how a fake is made."""
    from fakie_schemas.errors import FakieError

    try:
        yield
    except FakieError as found:
        raise pytest.fail.Exception(str(found), pytrace=False) from None


def _refuse_patched(what: str) -> None:
    from fakie.harness.forward.greenlets import refuse_patched

    with _in_one_line():
        refuse_patched(what)


def _check_afterwards(fake: Fake) -> None:
    from fakie.harness.in_test import afterwards

    fault = afterwards(fake)
    if fault:
        pytest.fail(fault, pytrace=False)


def _shared(request: pytest.FixtureRequest) -> Iterator[Fake]:
    from fakie.harness.in_test import Surroundings, shared

    fixture, stash = request.getfixturevalue, request.node.stash
    with ExitStack() as stack:
        with _in_one_line():
            how = chosen(request.config, fixture("fakie_settings"))
            around = Surroundings(fixture("fakie_hosts"), fixture("fakie_accounts"), fixture("fakie_catalog"))
            within = stack.enter_context(shared(fixture("_fakie_kept"), how, around, seed=request.node.nodeid))
        stash[pytest_reports.REACH], stash[pytest_reports.FAKE] = within.reach, within.fake
        yield within.fake
        del stash[pytest_reports.REACH], stash[pytest_reports.FAKE]
    _check_afterwards(within.fake)
    if how["conduct"] != "off":
        fails = how["conduct"] == "error"
        pytest_reports.report_shared_conduct(within.fake.conduct, request.node, fails=fails)


def _shared_by(item: pytest.Item, names: Sequence[str]) -> Fake | None:
    nodes = (item.getparent(scope) for name, scope in _SHARED.items() if name in names)
    return next((node.stash.get(pytest_reports.FAKE, None) for node in nodes if node), None)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item: pytest.Item) -> Generator[None, object, object]:
    """Have a shared fake answer, and its time skipped, in each test that asks for it and has none of its own."""
    names = getattr(item, "fixturenames", ())
    shared = None if "fakie" in names else _shared_by(item, names)
    if shared is None:
        return (yield)
    with ExitStack() as stack:
        nodes = filter(None, map(item.getparent, _SHARED.values()))
        for reach in filter(None, (node.stash.get(pytest_reports.REACH, None) for node in nodes)):
            stack.enter_context(reach.answered_by(shared))
        how = chosen(item.config, getattr(item, "funcargs", {}).get("fakie_settings", {}), item)
        if how["fast_forward"] == "on":
            from fakie.harness.fast_forward import fast_forward

            stack.enter_context(fast_forward(shared, how["patience"] / 1000))
        return (yield)
