"""The cases that a run was asked for."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from fakie_contract.cases.case import Case
from fakie_contract.cases.combined import Worst
from fakie_contract.cases.every import cheapest_cases, every_case
from fakie_contract.cases.generated import generated_cases
from fakie_contract.cases.replay import replay_case

if TYPE_CHECKING:
    from fakie_contract.settings import Settings


def chosen_cases(settings: "Settings", *, cheapest: bool, worst: Worst | None = None) -> Iterator[Case]:
    """Give the cases of a run, in every process the same; `worst` tells what a create may cost."""
    catalog, profile = settings.catalog, settings.profile()
    if settings.value("replay"):
        yield replay_case(catalog, profile, settings.value("replay"))
        return
    models = settings.models()
    yield from cheapest_cases(catalog, profile, models, worst) if cheapest else every_case(catalog, profile, models)
    count, seed = (int(settings.number(name) or 0) for name in ("generate", "seed"))
    for model in models:
        revision = catalog.served(model)
        if revision is not None:
            yield from generated_cases(revision, profile, count, seed, catalog.docs)
