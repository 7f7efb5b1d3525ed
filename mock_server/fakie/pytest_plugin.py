"""The pytest plugin: `fakie` answers in process, `fakie_server` on a real port.

Loaded into every pytest run of whoever has fakie installed, so it imports nothing but pytest until a fixture asks.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import TYPE_CHECKING, Any

import pytest

from fakie.harness import pytest_reports
from fakie.harness.chosen import check, chosen, options, shape
from fakie_schemas.options.pytest_options import add_options, value_of

if TYPE_CHECKING:
    from fakie.harness.fake import Fake
    from fakie.harness.forward.timekeeper import Timekeeper
    from fakie.harness.start import Kept, SharedServer
    from fakie_schemas.rules.difference import Difference

# What the marker takes besides the options.
_ORDERS = {
    "fail": "a situation or code, or a list of them, for the first createTask requests",
    "spoil": "how the first createTask answers go wrong: lost, reset, empty, truncated, malformed, or a list of them",
}


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
    config.addinivalue_line("markers", f"fakie({', '.join(_arguments())}): how the fake of this test behaves")
    check(config, also_of_the_suite=False)
    _check_profile(value_of(config, options()["profile"]))
    for line in config.getini("fakie_env"):
        if not _variable(line):
            raise pytest.UsageError(f"fakie_env: expected NAME=url, NAME=url/path or NAME=key; got {line!r}")


def _check_profile(name: str) -> None:
    if name == options()["profile"].default:
        return
    from fakie.harness.marker import profile_fault

    fault = profile_fault(name)
    if fault:
        raise pytest.UsageError(f"fakie_profile: {fault}")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Refuse marker arguments that do not exist, and settings that cannot be meant, before any test runs."""
    if not config.pluginmanager.has_plugin("fakie-contract-run"):
        check(config, also_of_the_suite=True)
    for item in items:
        for marker in item.iter_markers("fakie"):
            from fakie.harness.marker import marker_fault

            fault = marker_fault(marker.args, marker.kwargs, _arguments(), config.rootpath)
            if fault:
                raise pytest.UsageError(f"{item.nodeid}: marker fakie {fault}")


@pytest.fixture
def fakie(request: pytest.FixtureRequest) -> Iterator[Fake]:
    """Answer this test's calls to kie.ai in process; gives the object that controls the fake."""
    from fakie.harness.fast_forward import fast_forward
    from fakie.harness.start import IN_PROCESS_URL, in_process, new_fake

    marked, config = _marked(request), request.config
    how = chosen(config, marked)
    if how["fast_forward"] == "on":
        _refuse_patched("skipped time")
    failures, spoils = _listed(marked.get("fail", [])), _listed(marked.get("spoil", []))
    kept: Kept = request.getfixturevalue("_fakie_kept")
    # Known beforehand, the port is the fake's URL from the beginning; asked for later, fakie_server moves it there.
    served = "fakie_server" in request.fixturenames
    url = request.getfixturevalue("_fakie_shared_server").url if served else IN_PROCESS_URL
    profile = kept.profile(how["profile"])
    catalog = kept.catalog(how["docs"] or profile.docs, how["schemas"])
    fake = new_fake(url, profile=profile, catalog=catalog, seed=request.node.nodeid, **shape(how))
    for what in failures:
        fake.fail_next(what)
    for kind in spoils:
        fake.spoil_next(kind)
    with ExitStack() as stack:
        refuse = how["other_hosts"] == "refuse"
        reach = stack.enter_context(in_process(fake, config.getini("fakie_hosts"), refuse_others=refuse))
        request.node.stash[pytest_reports.REACH], request.node.stash[pytest_reports.FAKE] = reach, fake
        if how["fast_forward"] == "on":
            keeper = stack.enter_context(fast_forward(fake, how["patience"] / 1000))
            stack.callback(_remember_time, keeper, request.node)
        yield fake
    request.node.user_properties.extend((pytest_reports.REFUSED, refusal) for refusal in reach.refusals)
    _check_afterwards(fake)
    if how["conduct"] != "off":
        pytest_reports.report_conduct(fake.conduct, request.node, fails=how["conduct"] == "error")


@pytest.fixture
def fakie_server(
    fakie: Fake,
    _fakie_kept: Kept,
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
        name, what = _variable(line) or ("", "")
        value = fakie_server.key if what == "key" else fakie_server.url + what.removeprefix("url")
        monkeypatch.setenv(name, value)
    return fakie_server


@pytest.fixture
def fakie_check_receiver(fakie: Fake) -> Callable[..., list[Difference]]:
    """Return a function that judges a webhook receiver: a URL, or a WSGI or ASGI app with `path=`."""
    from fakie.harness.receiver_suite import check_receiver
    from fakie.harness.receivers import receiver_at

    def check(target: Any, **how: Any) -> list[Difference]:
        return check_receiver(receiver_at(target, **how), fakie)

    return check


@pytest.fixture(scope="session")
def _fakie_kept() -> Iterator[Kept]:
    from fakie.harness.start import Kept

    kept = Kept()
    yield kept
    kept.close()


@pytest.fixture(scope="session")
def _fakie_shared_server(_fakie_kept: Kept) -> Iterator[SharedServer]:
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
        reach = item.stash.get(pytest_reports.REACH, None)
        answered = reach is not None and reach.answers(call.url.host, call.url.port)
        return not answered and (own is None or bool(own(call)))

    item.add_marker(pytest.mark.httpx_mock(should_mock=should_mock), append=False)


def _refuse_patched(what: str) -> None:
    from fakie.harness.forward.greenlets import PatchedByGeventError, refuse_patched

    refusal = None
    try:
        refuse_patched(what)
    except PatchedByGeventError as found:
        refusal = str(found)
    if refusal:
        pytest.fail(refusal, pytrace=False)


def _arguments() -> tuple[str, ...]:
    return (*options(), *_ORDERS)


def _listed(value: Any) -> list[Any]:
    return list(value) if isinstance(value, list | tuple) else [value]


def _remember_time(keeper: Timekeeper, node: pytest.Item) -> None:
    node.user_properties.extend((pytest_reports.TIME, remark) for remark in keeper.remarks)


def _check_afterwards(fake: Fake) -> None:
    if fake.service.bugs:
        raise fake.service.bugs[0]
    if fake.unmet_orders:
        pytest.fail(f"ordered and never met, or less often than ordered: {', '.join(fake.unmet_orders)}", pytrace=False)


def _marked(request: pytest.FixtureRequest) -> dict[str, Any]:
    merged: dict[str, Any] = {}
    for marker in reversed(list(request.node.iter_markers("fakie"))):
        merged |= marker.kwargs
    return merged


def _variable(line: str) -> tuple[str, str] | None:
    name, separator, what = line.strip().partition("=")
    good = separator and name.isidentifier() and (what in {"url", "key"} or what.startswith("url/"))
    return (name, what) if good else None
