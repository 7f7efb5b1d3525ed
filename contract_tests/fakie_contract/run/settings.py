"""What a run was asked for: the options, checked, as one object that every process can make again."""

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from functools import cached_property
from pathlib import Path

from fakie_contract.cases.changed import changed_since, check_date
from fakie_contract.cases.chosen import Choice
from fakie_contract.cases.every import chosen_models
from fakie_contract.cases.generated import check_installed
from fakie_contract.cases.replay import replay_case
from fakie_contract.purse.pricing import Pricing
from fakie_contract.report.files import check_writable
from fakie_schemas.catalog.catalog import Catalog, Docs
from fakie_schemas.catalog.prices import Prices
from fakie_schemas.catalog.profile import Profile
from fakie_schemas.errors import ConfigurationError
from fakie_schemas.rules.difference import FAILING
from fakie_schemas.validator import is_absolute_http_url

_CHOICES = {
    "docs": ("pinned", "latest"),
    "http-status": ("envelope", "mirror"),
    "fail-on": tuple(FAILING),
    "cases": ("", "all", "cheapest"),
}
_NUMBERS = ("wait", "max-credits", "unknown-price", "media-seconds", "time-limit", "callback-port", "generate", "seed")


@dataclass(frozen=True)
class Settings:
    """The options of a run by name; `folder` is where relative files of the command line lie."""

    value: Callable[[str], str]
    folder: Path

    def check(self) -> None:
        """Raise ConfigurationError on the first option that cannot be meant."""
        for name, choices in _CHOICES.items():
            if self.value(name) not in choices:
                named = " or ".join(filter(None, choices))
                raise ConfigurationError(f"--fakie-{name}: expected {named}, not {self.value(name)!r}")
        for name in _NUMBERS:
            self.number(name)
        public = self.value("callback-url")
        if public and not is_absolute_http_url(public):
            raise ConfigurationError(f"--fakie-callback-url: expected an absolute http or https URL, not {public!r}")
        for name in ("report", "html"):
            file = self.file(name)
            if file:
                check_writable(file)
        self.profile()
        self.pricing()
        self._check_model()
        self._check_cases()

    def number(self, name: str) -> Decimal | None:
        """Give an option that is a number, not below 0; None when it is not given."""
        text = self.value(name)
        try:
            number = Decimal(text) if text else None
        except InvalidOperation:
            number = Decimal("NaN")
        if number is not None and not (number.is_finite() and number >= 0):
            raise ConfigurationError(f"--fakie-{name}: expected a number from 0 on, such as 5, not {text!r}")
        return number

    def file(self, name: str) -> Path | None:
        """Give an option that is a file; None when it is not given."""
        return self.folder / self.value(name) if self.value(name) else None

    def flag(self, name: str) -> bool:
        """Tell whether a flag is set."""
        return self.value(name) == "yes"

    @property
    def target(self) -> str:
        """What to judge: `fake`, `live`, or a URL."""
        return self.value("target")

    @property
    def mirror_status(self) -> bool:
        """Whether the code is expected as HTTP status too."""
        return self.value("http-status") == "mirror"

    def profile(self) -> Profile:
        """Load the profile whose answers are expected."""
        return Profile.load(self.value("expect"))

    @cached_property
    def catalog(self) -> Catalog:
        """The revisions to judge by."""
        wanted: Docs = "latest" if self.value("docs") == "latest" else "pinned"
        folder = self.file("schemas")
        if folder and not Catalog(folder).models:
            raise ConfigurationError(
                f"no revisions are in {folder}; expected such as vendor/model/2025-12.revision.json"
            )
        return Catalog.shipped(folder, wanted)

    def pricing(self) -> Pricing:
        """Give what a create may cost: the shipped price table, the user's own before it."""
        media = self.number("media-seconds")
        prices = Prices.load(self.file("prices"))
        return Pricing(prices, self.catalog, self.number("unknown-price"), Decimal(60) if media is None else media)

    def models(self) -> tuple[str, ...]:
        """Give the models to judge."""
        since = self.value("changed-since")
        named = self._named_models()
        return tuple(model for model in named if changed_since(self.catalog, model, since)) if since else named

    def choice(self) -> Choice:
        """Return the choice of cases."""
        replay = self.value("replay")
        generate, seed = (int(self.number(name) or 0) for name in ("generate", "seed"))
        models = () if replay else self.models()
        return Choice(self.catalog, self.profile(), models, replay, generate, seed)

    def nothing_to_judge(self) -> str:
        """Say why there is nothing to judge; empty when there is."""
        if self.value("replay") or self.models():
            return ""
        since, count = self.value("changed-since"), len(self._named_models())
        return f"nothing to judge: of {count} models no page has changed since {since}"

    def of_the_fake(self) -> tuple[str, ...]:
        """Give the options of a fake that serves what is expected of it."""
        served = {"expect": "profile", "docs": "docs", "schemas": "schemas", "http-status": "http-status"}
        return tuple(f"--{name}={self.value(own)}" for own, name in served.items() if self.value(own))

    def _named_models(self) -> tuple[str, ...]:
        model, folder = self.value("model"), self.file("schemas")
        if model:
            return chosen_models(self.catalog, model)
        if folder:
            return Catalog(folder).models
        return self.catalog.models if self.value("changed-since") else (self.catalog.first,)

    def _check_cases(self) -> None:
        if self.value("changed-since"):
            check_date(self.value("changed-since"))
        if self.value("replay"):
            replay_case(self.catalog, self.profile(), self.value("replay"))
        for name in ("generate", "seed"):
            number = self.number(name)
            if number is not None and number % 1:
                raise ConfigurationError(f"--fakie-{name}: expected a whole number, not {self.value(name)!r}")
        if self.number("generate"):
            check_installed()

    def _check_model(self) -> None:
        model = self.value("model")
        if model and not self._named_models():
            near = ", ".join(self.catalog.near(model))
            raise ConfigurationError(f"--fakie-model: no model is called {model!r}; there are for example: {near}")
