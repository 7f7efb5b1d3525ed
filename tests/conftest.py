"""Fixtures of all tests: a fake with fixed time and ids, the doors to it, and a guard against leftovers."""

from __future__ import annotations

import gc
import os
import shutil
from collections.abc import Callable, Generator, Iterator
from pathlib import Path

import pytest

from fakie.core.service import Service
from fakie.core.settings import Settings
from fakie.harness.forward.running import running_threads
from fakie_fixtures import sample_pages
from support.budget import CEILINGS, over_budget, seconds_by_kind, shares
from support.clients.doors import DOORS, Door, open_door
from support.clients.plugin_project import OWN
from support.modules import load_all
from support.servers.fakes import Collector, HandClock, new_service
from support.shell_settings import free_of_the_shell

PUBLIC_URL = "http://fake.test"
pytest_plugins = ["pytester"]


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--budget", action="store_true", help="check how long each kind of tests took (a whole run)")
    parser.addini("shared", "where doc pages and captures lie, if they do", default="../shared")


def pytest_configure() -> None:
    """Let nothing that a shell has set reach the tests, or what they start."""
    free_of_the_shell()


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Generator[None, object, object]:
    """Look for no garbage while tests are collected: a million objects are kept, and each look sees them all."""
    gc.disable()
    try:
        return (yield)
    finally:
        gc.enable()


def pytest_sessionstart() -> None:
    """Let what tests start print no colours; by now the terminal of this run has its own."""
    os.environ.pop("FORCE_COLOR", None)


@pytest.fixture
def node() -> str:
    """The path of node; without one the test is skipped, but for CI, which says that it has it."""
    found = shutil.which("node")
    if found is None:
        assert "NODE_IS_NEEDED" not in os.environ, "expected node on the PATH; got none; `apt-get install nodejs`"
        pytest.skip("node is not installed")
    return found


@pytest.fixture(scope="session")
def shared(pytestconfig: pytest.Config) -> Path:
    """The folder with the vendor's pages and captured answers; the test is skipped where it is absent."""
    folder = Path(os.environ.get("FAKIE_SHARED") or pytestconfig.rootpath / str(pytestconfig.getini("shared")))
    if not folder.is_dir():
        pytest.skip("the vendor's pages are not part of the repository, and ../shared is absent")
    return folder.resolve()


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Print what the mutants and the time budget came to."""
    _tell_mutants(terminalreporter)
    _tell_budget(terminalreporter)


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Fail a whole run of which a kind of tests took longer than it may."""
    if session.config.getoption("budget") and over_budget(_taken(session.config)) and not session.exitstatus:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def _taken(config: pytest.Config) -> dict[str, float]:
    reporter = config.pluginmanager.get_plugin("terminalreporter")
    # xdist's workers have none; the first process has the reports of all.
    stats = reporter.stats if reporter else {}
    reports = [report for found in stats.values() for report in found if isinstance(report, pytest.TestReport)]
    return seconds_by_kind(reports)


def _tell_budget(reporter: pytest.TerminalReporter) -> None:
    if not reporter.config.getoption("budget"):
        return
    taken = _taken(reporter.config)
    over = over_budget(taken)
    reporter.section("time budget")
    for kind, share in sorted(shares(taken).items()):
        mark = "  OVER BUDGET" if kind in over else ""
        reporter.write_line(f"{kind:<40} {taken[kind]:>6.0f} s, {share:>4.1f} % of {CEILINGS.get(kind, 0)} %{mark}")


def _tell_mutants(terminalreporter: pytest.TerminalReporter) -> None:
    """Print which case killed which mutant; the table with -v, its sums always."""
    kills = [
        (dict(report.user_properties)["mutant"], dict(report.user_properties).get("killed_by", "SURVIVED"))
        for reports in terminalreporter.stats.values()
        for report in reports
        if getattr(report, "when", "") == "call" and "mutant" in dict(report.user_properties)
    ]
    if not kills:
        return
    terminalreporter.section("mutants")
    for mutant, case in sorted(kills) if terminalreporter.verbosity > 0 else ():
        terminalreporter.write_line(f"{mutant:<50} {case}")
    killed = [case for _, case in kills if case != "SURVIVED"]
    terminalreporter.write_line(f"{len(killed)} of {len(kills)} mutants killed, by {len(set(killed))} different cases")


@pytest.fixture
def sample_page() -> Path:
    """A page of our own, of the model `acme/voice-cleaner`."""
    return sample_pages("old") / "voice-cleaner.md"


@pytest.fixture
def clock() -> HandClock:
    return HandClock()


@pytest.fixture
def sent() -> Collector:
    return Collector()


@pytest.fixture
def make(clock: HandClock, sent: Collector) -> Callable[..., Service]:
    """Make a service with the test's clock and collector; keywords are settings, or what it is made of."""

    def make_service(**settings: object) -> Service:
        composed = {
            name: settings.pop(name) for name in ("profile", "docs", "store", "seed", "secret") if name in settings
        }
        made = Settings(**{"public_url": PUBLIC_URL, **settings})  # type: ignore[arg-type]
        return new_service(made, sent, clock, **composed)

    return make_service


@pytest.fixture
def service(make: Callable[..., Service]) -> Service:
    return make()


@pytest.fixture(params=DOORS)
def door(request: pytest.FixtureRequest, service: Service) -> Iterator[Door]:
    """One way to the test's service: a call, the bare Flask app, it under Werkzeug's server, the fast server."""
    with open_door(request.param, service) as opened:
        yield opened


@pytest.fixture(autouse=True)
def _no_leftovers(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Every test runs in a folder of its own and leaves no thread behind."""
    monkeypatch.chdir(tmp_path)
    # Where a fake on a shared store keeps what nobody gave it.
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "home"))
    before = running_threads()
    yield
    new = [thread for thread in running_threads() if thread not in before]
    for thread in new:
        # One that is about to end may do so, however busy the machine is.
        thread.join(timeout=30)
    left = [thread.name for thread in new if thread.is_alive()]
    assert not left, f"threads left behind: {left}"


@pytest.fixture(scope="session")
def all_loaded() -> None:
    """Import all of fakie before a project is made.

    What a test imports beside `pytester` is gone from `sys.modules` after it. Whoever imports that later would get a
    second copy, with other classes, beside what still holds the first.
    """
    load_all()


@pytest.fixture
def plugins() -> tuple[str, ...]:
    """Plugins that a project's runs load beside fakie's, by the names of their entry points."""
    return ()


@pytest.fixture
def pytester(
    all_loaded: None,
    pytester: pytest.Pytester,
    plugins: tuple[str, ...],
    monkeypatch: pytest.MonkeyPatch,
) -> pytest.Pytester:
    """A project whose runs load few plugins: all that are installed here take ten times as long as its tests."""
    monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")
    monkeypatch.setenv("PYTEST_ADDOPTS", " ".join(f"-p {name}" for name in (*OWN, *plugins)))
    return pytester


@pytest.fixture
def beside_all(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> pytest.Pytester:
    """A project whose runs load all plugins there are but two, whose import takes two thirds of a run."""
    monkeypatch.delenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD")
    monkeypatch.setenv("PYTEST_ADDOPTS", "-p no:schemathesis -p no:hypothesispytest")
    return pytester
