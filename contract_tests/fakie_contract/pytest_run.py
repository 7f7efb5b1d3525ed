"""The suite under pytest: cases become items, results become reports, in one process or over xdist's workers."""

import time
from collections.abc import Generator, Iterator
from pathlib import Path
from typing import Any

import pytest

from fakie.catalog.catalog import Catalog, Docs
from fakie.catalog.profile import Profile
from fakie.errors import ConfigurationError
from fakie_contract import report
from fakie_contract.bench import Bench, check_reachable
from fakie_contract.cases.case import Case
from fakie_contract.cases.every import chosen_models, every_case
from fakie_contract.child import CannotRun, ChildFake
from fakie_contract.engine import Engine, Result
from fakie_contract.pytest_options import PACKAGE, option
from fakie_contract.target import MADE_UP_KEY, Target

ANCHOR = PACKAGE / "suite.ini"
_COULD_NOT_RUN = 2


class Run:
    """One run: the target, this process's engine, and the results of all processes."""

    def __init__(self, config: pytest.Config) -> None:
        self._config = config
        self._child: ChildFake | None = None
        self._engine: Engine | None = None
        self._bench: Bench | None = None
        self._started = time.monotonic()
        self._why_not = ""
        self._target: dict[str, Any] = {}
        self._catalog: Catalog | None = None
        self._results: list[Result] = []

    @property
    def engine(self) -> Engine:
        """The engine of this process; its tools are made when the first case needs them."""
        if self._engine is None:
            target = _target(self._target)
            bench = Bench.at(
                target,
                self.catalog,
                Profile.load(option(self._config, "expect")),
                workers=int(self._target["workers"]),
                mirror_status=option(self._config, "http-status") == "mirror",
                patience=float(option(self._config, "wait")),
                tidy=bool(self._target["child"]),
            )
            self._bench, self._engine = bench, Engine(bench)
        return self._engine

    @property
    def catalog(self) -> Catalog:
        """The revisions to judge by."""
        if self._catalog is None:
            self._catalog = _catalog(option(self._config, "schemas"), option(self._config, "docs"))
        return self._catalog

    def cases(self) -> Iterator[Case]:
        """Give the cases of this run."""
        model = option(self._config, "model")
        models = chosen_models(self.catalog, model) if model else self._usual_models()
        return every_case(self.catalog, Profile.load(option(self._config, "expect")), models)

    def _usual_models(self) -> tuple[str, ...]:
        own = option(self._config, "schemas")
        return Catalog(Path(own)).models if own else (self.catalog.first,)

    @pytest.hookimpl(tryfirst=True)
    def pytest_sessionstart(self, session: pytest.Session) -> None:
        """Find the target; end the run when there is none."""
        inherited = getattr(session.config, "workerinput", None)
        if inherited is not None:
            self._target = inherited["fakie_target"]
        elif not session.config.option.collectonly:
            try:
                self._find_target()
            except (CannotRun, ConfigurationError) as error:
                self._why_not = str(error)
                # The session has not begun, so its end will not be told.
                self._write_report()
                pytest.exit(f"fakie could not run the suite: {error}", returncode=_COULD_NOT_RUN)

    def _find_target(self) -> None:
        _check_options(self._config, self.catalog)
        wanted = option(self._config, "target")
        self._target = {"url": wanted, "child": wanted == "fake", "workers": _workers(self._config)}
        if wanted == "fake":
            self._child = ChildFake(_arguments(self._config))
            self._target["url"] = self._child.url
        check_reachable(_target(self._target))

    @pytest.hookimpl(optionalhook=True)
    def pytest_configure_node(self, node: Any) -> None:
        """Tell a worker of xdist where the target is."""
        node.workerinput["fakie_target"] = self._target

    def pytest_collect_file(self, file_path: Path, parent: pytest.Collector) -> pytest.Collector | None:
        """Collect all cases under one file of the package, whatever names the user's settings look for."""
        if file_path != ANCHOR:
            return None
        collected: pytest.Collector = CaseFile.from_parent(parent, path=file_path, run=self)
        return collected

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_makereport(
        self, item: pytest.Item, call: pytest.CallInfo[None]
    ) -> Generator[None, pytest.TestReport, pytest.TestReport]:
        """Put a case's result on its report, so that it travels from the workers."""
        made = yield
        result = getattr(item, "result", None)
        if call.when == "call" and result is not None:
            made.fakie_result = result.as_dict()  # type: ignore[attr-defined]
        return made

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Gather the results."""
        data = getattr(report, "fakie_result", None)
        if data is not None:
            self._results.append(Result.of(data))

    def pytest_terminal_summary(self, terminalreporter: Any) -> None:
        """Print the table of codes and what came of the cases."""
        if not self._results:
            return
        terminalreporter.section("fakie contract")
        for line in report.text_table(report.code_lines(self._results, self.catalog)):
            terminalreporter.write_line(line)
        counts = self._data()["counts"]
        told = ", ".join(f"{count} {ending.replace('_', ' ')}" for ending, count in counts.items())
        terminalreporter.write_line(f"{len(self._results)} cases against {self._target['url']}: {told}")

    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        """Write the report and let go of the target."""
        if self._bench is not None:
            self._bench.close()
        if not hasattr(session.config, "workerinput"):
            self._write_report()

    def _write_report(self) -> None:
        file = option(self._config, "report")
        if file:
            report.write(self._config.invocation_params.dir / file, self._data())

    def pytest_unconfigure(self) -> None:
        """Stop the fake that was started."""
        if self._child is not None:
            self._child.stop()

    def _data(self) -> dict[str, Any]:
        target = {
            "kind": "fake" if option(self._config, "target") == "fake" else "url",
            "url": self._target.get("url", ""),
        }
        run = {
            "target": target,
            "profile": option(self._config, "expect"),
            "seconds": time.monotonic() - self._started,
            "could_not_run": self._why_not,
        }
        return report.as_data(self._results, self._catalog, run)


class CaseFile(pytest.File):
    """The file that all cases are collected under."""

    def __init__(self, *, run: Run, **node: Any) -> None:
        super().__init__(**node)
        self._run = run

    def collect(self) -> Iterator[pytest.Item]:
        """Give every case as an item."""
        for case in self._run.cases():
            yield CaseItem.from_parent(self, name=case.id, case=case, run=self._run)


class CaseItem(pytest.Item):
    """One case as pytest sees it."""

    def __init__(self, *, case: Case, run: Run, **node: Any) -> None:
        super().__init__(**node)
        self._case = case
        self._run = run
        self.result: Result | None = None

    def runtest(self) -> None:
        """Run the case; findings fail it, and what was not tried is skipped, with the reason."""
        self.result = self._run.engine.run(self._case)
        if self.result.ending == "findings":
            raise Found(self.result)
        if self.result.ending != "held":
            pytest.skip(f"{self.result.ending.replace('_', ' ')}: {self.result.reason}")

    def repr_failure(self, excinfo: Any, style: Any = None) -> Any:
        """Show findings as such, and anything else as pytest would."""
        if isinstance(excinfo.value, Found):
            return str(excinfo.value)
        return super().repr_failure(excinfo, style)

    def reportinfo(self) -> tuple[Path, int | None, str]:
        """Say what this is in pytest's own lists."""
        return self.path, None, self._case.id


class Found(Exception):
    """A case has findings; the text is theirs."""

    def __init__(self, result: Result) -> None:
        super().__init__("\n".join(finding.text() for finding in result.findings))


def _target(found: dict[str, Any]) -> Target:
    url = str(found["url"])
    return Target(url, MADE_UP_KEY, may_cost=True) if found["child"] else Target.at(url)


def _workers(config: pytest.Config) -> int:
    return len(getattr(config.option, "tx", None) or ()) or 1


def _catalog(folder: str, docs: str) -> Catalog:
    wanted: Docs = "latest" if docs == "latest" else "pinned"
    if folder and not Catalog(Path(folder)).models:
        raise ConfigurationError(f"no revisions are in {folder}; expected such as vendor/model/2025-12.revision.json")
    return Catalog.shipped(Path(folder) if folder else None, wanted)


def _arguments(config: pytest.Config) -> tuple[str, ...]:
    """Give the options of the fake that is started: it serves what is expected of it."""
    given = [f"--key={MADE_UP_KEY}"]
    for name, served in (
        ("expect", "profile"),
        ("docs", "docs"),
        ("schemas", "schemas"),
        ("http-status", "http-status"),
    ):
        value = option(config, name)
        given += [f"--{served}={value}"] if value else []
    return tuple(given)


def _check_options(config: pytest.Config, catalog: Catalog) -> None:
    model, wait = option(config, "model"), option(config, "wait")
    Profile.load(option(config, "expect"))
    if model and not chosen_models(catalog, model):
        near = ", ".join(catalog.near(model))
        raise ConfigurationError(f"--fakie-model: no model is called {model!r}; there are for example: {near}")
    for name, choices in (("docs", ("pinned", "latest")), ("http-status", ("envelope", "mirror"))):
        if option(config, name) not in choices:
            raise ConfigurationError(f"--fakie-{name}: expected {' or '.join(choices)}, not {option(config, name)!r}")
    if not wait.replace(".", "", 1).isdecimal():
        raise ConfigurationError(f"--fakie-wait: expected seconds such as 5, not {wait!r}")
