"""The pytest plugin: `fakie` answers in process, `fakie_server` on a real port.

Loaded into every pytest run of whoever has fakie installed, so it imports nothing but pytest until a fixture asks.
"""

from __future__ import annotations

import difflib
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack
from typing import TYPE_CHECKING, Any

import pytest

from fakie_schemas.errors import ConfigurationError
from fakie_schemas.options.pytest_options import add_options, text_of
from fakie_schemas.options.table import option_of, options_of

if TYPE_CHECKING:
    from fakie.adapters.reach.reach import Reach
    from fakie.harness.fake import Fake
    from fakie.harness.forward.timekeeper import Timekeeper
    from fakie.harness.start import Kept, SharedServer
    from fakie_schemas.rules.difference import Difference

_PROPERTY, _TIME_PROPERTY = "fakie_conduct", "fakie_time"
_REFUSED = "fakie_refused"
_REACH: pytest.StashKey[Reach] = pytest.StashKey()
_MARKER = {
    "profile": "which answers to give",
    "speed": "how many times faster jobs go",
    "credits": "what the test's account starts with",
    "webhook_key": "sign callbacks with this key",
    "fast_forward": "False: sleep for real",
    "other_hosts": "pass or refuse",
    "scenario": "a scenario to play: the name of a ready one, a file, or its data",
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
    config.addinivalue_line("markers", f"fakie({', '.join(_MARKER)}): how the fake of this test behaves")
    for option in options_of("plugin"):
        _setting(config, option.key)
    _check_profile(_setting(config, "profile"))
    for line in config.getini("fakie_env"):
        if not _variable(line):
            raise pytest.UsageError(f"fakie_env: expected NAME=url, NAME=url/path or NAME=key; got {line!r}")


def _check_profile(name: str) -> None:
    if name == option_of("plugin", "profile").default:
        return
    from fakie.harness.words import known_profiles

    if name == "observed":
        raise pytest.UsageError("fakie_profile: observed holds facts of the wire and words no answers yet")
    if name not in known_profiles():
        raise pytest.UsageError(f"fakie_profile: there is no {_hinted(name, known_profiles())}")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Refuse marker arguments that do not exist, before any test runs."""
    for item in items:
        for marker in item.iter_markers("fakie"):
            fault = _marker_fault(marker)
            if fault:
                raise pytest.UsageError(f"{item.nodeid}: marker fakie {fault}")


@pytest.fixture
def fakie(request: pytest.FixtureRequest) -> Iterator[Fake]:
    """Answer this test's calls to kie.ai in process; gives the object that controls the fake."""
    from fakie.harness.fast_forward import fast_forward
    from fakie.harness.start import IN_PROCESS_URL, in_process, new_fake

    marked = _marked(request)
    config = request.config
    forward = marked.pop("fast_forward", _setting(config, "fast_forward") == "on")
    refuse = marked.pop("other_hosts", _setting(config, "other_hosts")) == "refuse"
    scenario = marked.pop("scenario", _setting(config, "scenario"))
    failures, spoils = _listed(marked.pop("fail", [])), _listed(marked.pop("spoil", []))
    kept: Kept = request.getfixturevalue("_fakie_kept")
    marked["profile"] = kept.profile(marked.get("profile", _setting(config, "profile")))
    # Known beforehand, the port is the fake's URL from the beginning; asked for later, fakie_server moves it there.
    served = "fakie_server" in request.fixturenames
    url = request.getfixturevalue("_fakie_shared_server").url if served else IN_PROCESS_URL
    fake = new_fake(url, catalog=kept.catalog, seed=request.node.nodeid, **marked)
    for what in failures:
        fake.fail_next(what)
    for kind in spoils:
        fake.spoil_next(kind)
    if scenario:
        fake.play(scenario)
    with ExitStack() as stack:
        reach = stack.enter_context(in_process(fake, config.getini("fakie_hosts"), refuse_others=refuse))
        request.node.stash[_REACH] = reach
        if forward:
            keeper = stack.enter_context(fast_forward(fake, _seconds(config)))
            stack.callback(_remember_time, keeper, request.node)
        yield fake
    request.node.user_properties.extend((_REFUSED, refusal) for refusal in reach.refusals)
    _check_afterwards(fake)
    _judge_conduct(fake, request)


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
        reach = item.stash.get(_REACH, None)
        answered = reach is not None and reach.answers(call.url.host, call.url.port)
        return not answered and (own is None or bool(own(call)))

    item.add_marker(pytest.mark.httpx_mock(should_mock=should_mock), append=False)


def _marker_fault(marker: pytest.Mark) -> str | None:
    """Tell what is wrong with a marker, and what would be right."""
    unknown = [name for name in marker.kwargs if name not in _MARKER] or list(marker.args)
    if unknown:
        return f"has no argument {_hinted(unknown[0], _MARKER)}"
    if isinstance(marker.kwargs.get("scenario"), str):
        from fakie_schemas.scenario_files import read_scenario

        try:
            read_scenario(marker.kwargs["scenario"])
        except ConfigurationError as error:
            return str(error)
    if not {"fail", "spoil", "profile"} & set(marker.kwargs):
        return None
    from fakie.harness.words import known_faults, known_profiles, known_spoils

    choices = {"fail": known_faults(), "spoil": known_spoils(), "profile": known_profiles()}
    for name, known in choices.items():
        wrong = [value for value in _listed(marker.kwargs.get(name, [])) if str(value) not in known]
        if wrong:
            return f"has no {name} {_hinted(wrong[0], known)}"
    return None


def _hinted(wrong: object, known: Iterable[str]) -> str:
    near = difflib.get_close_matches(str(wrong), list(known), 1)
    hint = f"; did you mean {near[0]}?" if near else ""
    return f"{wrong!r}{hint} (it has: {', '.join(known)})"


def _listed(value: Any) -> list[Any]:
    return list(value) if isinstance(value, list | tuple) else [value]


def _remember_time(keeper: Timekeeper, node: pytest.Item) -> None:
    node.user_properties.extend((_TIME_PROPERTY, remark) for remark in keeper.remarks)


def _seconds(config: pytest.Config) -> float:
    return float(_setting(config, "patience")) / 1000


def _check_afterwards(fake: Fake) -> None:
    if fake.service.bugs:
        raise fake.service.bugs[0]
    if fake.unmet_orders:
        pytest.fail(f"ordered and never met, or less often than ordered: {', '.join(fake.unmet_orders)}", pytrace=False)


def _judge_conduct(fake: Fake, request: pytest.FixtureRequest) -> None:
    setting = _setting(request.config, "conduct")
    findings = fake.conduct if setting != "off" else []
    # Properties travel with the report, also from xdist's workers.
    request.node.user_properties.extend((_PROPERTY, str(finding)) for finding in findings)
    serious = [str(finding) for finding in findings if finding.serious]
    if setting == "error" and serious:
        pytest.fail("the client's conduct:\n  " + "\n  ".join(serious), pytrace=False)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """List what clients should not have done, the calls that were not let out, and what took real time."""
    reports = [report for found in terminalreporter.stats.values() for report in found]
    told = {
        "conduct of the client": _PROPERTY,
        "calls that were refused": _REFUSED,
        "real time in tests that skip it": _TIME_PROPERTY,
    }
    for title, name in told.items():
        lines = [
            f"{report.nodeid}: {value}"
            for report in reports
            if getattr(report, "when", None) == "teardown"
            for kind, value in report.user_properties
            if kind == name
        ]
        if lines:
            terminalreporter.section(f"fakie: {title}")
            for line in lines:
                terminalreporter.write_line(line)


def _marked(request: pytest.FixtureRequest) -> dict[str, Any]:
    merged: dict[str, Any] = {}
    for marker in reversed(list(request.node.iter_markers("fakie"))):
        merged |= marker.kwargs
    return merged


def _setting(config: pytest.Config, key: str) -> Any:
    option = option_of("plugin", key)
    try:
        return option.read(text_of(config, option) or option.default or "", shown_as=f"fakie_{key}")
    except ConfigurationError as error:
        raise pytest.UsageError(str(error)) from None


def _variable(line: str) -> tuple[str, str] | None:
    name, separator, what = line.strip().partition("=")
    good = separator and name.isidentifier() and (what in {"url", "key"} or what.startswith("url/"))
    return (name, what) if good else None
