"""The settings of a run: its options, read and checked, as one object that every process can make again."""

from collections.abc import Callable
from decimal import Decimal
from functools import cached_property
from pathlib import Path
from typing import Any, Literal

from msgspec import Struct

from fakie_contract.cases.changed import changed_since
from fakie_contract.cases.chosen import Choice
from fakie_contract.cases.every import chosen_models
from fakie_contract.cases.generated import check_installed
from fakie_contract.cases.replay import replay_case
from fakie_contract.purse.pricing import Pricing
from fakie_contract.report.scope import Scope
from fakie_contract.subjects import is_endpoint, near_subjects, subjects_of
from fakie_schemas.catalog.catalog import Catalog, no_revisions
from fakie_schemas.catalog.docs import Docs
from fakie_schemas.catalog.prices import Prices
from fakie_schemas.catalog.profile import Profile
from fakie_schemas.errors import ConfigurationError
from fakie_schemas.files import check_writable
from fakie_schemas.options.option import Option
from fakie_schemas.options.table import option_of

_FILES = ("report", "html", "ledger", "baseline", "prices")


class SuiteSettings(Struct, frozen=True, dict=True):
    """The options of a run, named as in the table of options; None where one was not given.

    Amounts are credits, times are seconds, and a relative path has become one from the folder of the command line.
    """

    target: str
    live: bool
    dry_run: bool
    expect: str
    docs: Docs | None
    http_status: Literal["envelope", "mirror"]
    schemas: Path | None
    model: str | None
    changed_since: str | None
    cases: Literal["all", "cheapest"] | None
    generate: int
    seed: int
    replay: str | None
    wait: Decimal | None
    time_limit: Decimal | None
    scope: Scope | None
    callback_url: str | None
    callback_port: int | None
    max_credits: Decimal | None
    prices: Path | None
    unknown_price: Decimal | None
    media_seconds: Decimal
    settle: float
    ledger: Path
    report: Path | None
    html: Path | None
    baseline: Path | None
    fail_on: str
    problem: ConfigurationError | None = None

    @classmethod
    def read(cls, text_of: Callable[[Option], str | None], folder: Path) -> "SuiteSettings":
        """Read every option from its text, None or empty when it was not given.

        Of a text that cannot be meant the default holds, so that reports can still say so, and `check` raises.
        """
        values: dict[str, Any] = {}
        problem: ConfigurationError | None = None
        for option in (option_of("suite", name) for name in cls.__struct_fields__ if name != "problem"):
            try:
                values[option.key] = _value(option, text_of(option), folder)
            except ConfigurationError as error:
                problem = problem or error
                values[option.key] = _value(option, None, folder)
        return cls(**values, problem=problem)

    def check(self) -> None:
        """Raise ConfigurationError on the first option that cannot be meant."""
        if self.problem:
            raise self.problem
        for file in (self.report, self.html):
            if file:
                check_writable(file)
        self.profile()
        self._check_schemas()
        self.pricing()
        self._check_model()
        self._check_cases()

    def check_apart(self, junit: Path | None) -> None:
        """Raise ConfigurationError when a report, or pytest's JUnit file, would take the place of another file."""
        names = {"--junitxml": junit, **{f"--fakie-{name}": getattr(self, name) for name in _FILES}}
        seen: dict[Path, str] = {}
        for name, file in names.items():
            if file is None or (file.exists() and not file.is_file()):
                continue
            other = seen.setdefault(file.resolve(), name)
            if other != name:
                raise ConfigurationError(f"{other} and {name}: expected a file for each; both name {file}")

    @property
    def mirror_status(self) -> bool:
        """Whether the code is expected as HTTP status too."""
        return self.http_status == "mirror"

    def profile(self) -> Profile:
        """Load the profile whose answers are expected."""
        return Profile.load(self.expect)

    @cached_property
    def catalog(self) -> Catalog:
        """The revisions to judge by."""
        if self.schemas and not subjects_of(Catalog(self.schemas)):
            raise no_revisions(self.schemas)
        return Catalog.shipped(self.schemas, self.docs or self.profile().docs)

    def pricing(self) -> Pricing:
        """Return what a create may cost: the shipped price table, the user's own before it."""
        return Pricing(Prices.load(self.prices), self.catalog, self.unknown_price, self.media_seconds)

    def models(self) -> tuple[str, ...]:
        """Return the models to judge."""
        since, named = self.changed_since, self._named_models()
        return tuple(model for model in named if changed_since(self.catalog, model, since)) if since else named

    def choice(self) -> Choice:
        """Return the choice of cases."""
        models = () if self.replay else self.models()
        return Choice(self.catalog, self.profile(), models, self.replay or "", self.generate, self.seed)

    def nothing_to_judge(self) -> str:
        """Say why there is nothing to judge; empty when there is."""
        if self.replay or self.models():
            return ""
        named = self._named_models()
        endpoints = sum(map(is_endpoint, named))
        asked = f"{len(named) - endpoints} models and {endpoints} endpoints of families"
        return f"nothing to judge: of {asked} no page has changed since {self.changed_since}"

    def of_the_fake(self) -> tuple[str, ...]:
        """Return the options of a fake that serves what is expected of it."""
        served = {
            "profile": self.expect,
            "docs": self.docs,
            "schemas": self.schemas,
            "http-status": self.http_status,
        }
        return tuple(f"--{name}={value}" for name, value in served.items() if value)

    def _named_models(self) -> tuple[str, ...]:
        if self.model:
            return chosen_models(self.catalog, self.model)
        if self.schemas:
            return subjects_of(Catalog(self.schemas))
        return subjects_of(self.catalog) if self.changed_since else (self.catalog.first,)

    def _check_cases(self) -> None:
        if self.replay:
            replay_case(self.catalog, self.profile(), self.replay)
        if self.generate:
            check_installed()

    def _check_schemas(self) -> None:
        # A model whose revisions are left out would be judged by the shipped ones, and held.
        for broken in self.catalog.broken:
            raise ConfigurationError(
                f"--fakie-schemas: expected revisions that can all be used; {broken.file} cannot be: {broken.reason}"
            )

    def _check_model(self) -> None:
        if self.model and not self._named_models():
            near = ", ".join(near_subjects(self.catalog, self.model))
            raise ConfigurationError(
                f"--fakie-model: no model or endpoint is called {self.model!r}; there are for example: {near}"
            )


def _value(option: Option, text: str | None, folder: Path) -> Any:
    given = text or option.default or ""
    return option.read(given, folder, shown_as=f"--fakie-{option.name}") if given or option.kind.is_flag else None
