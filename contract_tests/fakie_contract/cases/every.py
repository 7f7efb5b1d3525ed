"""All cases of a run, in a fixed order."""

from collections.abc import Callable, Iterator

from fakie_contract.cases.api import api_cases
from fakie_contract.cases.case import Case
from fakie_contract.cases.cheapest import cheapest_of
from fakie_contract.cases.codes import code_cases
from fakie_contract.cases.combined import Worst
from fakie_contract.cases.every_endpoint import endpoint_cases
from fakie_contract.cases.fields import field_cases
from fakie_contract.cases.fixtures import fixture_cases
from fakie_contract.cases.task.accounts import account_cases
from fakie_contract.cases.task.callbacks import callback_cases
from fakie_contract.cases.task.life import life_cases
from fakie_contract.cases.written import written_cases
from fakie_contract.subjects import endpoint_named, is_endpoint, page_of, subjects_of
from fakie_schemas.catalog.catalog import Catalog
from fakie_schemas.catalog.profile import Profile
from fakie_schemas.catalog.revision import Revision
from fakie_schemas.selection import is_meant

_OF_TASKS: tuple[Callable[[Revision], Iterator[Case]], ...] = (life_cases, callback_cases, account_cases)


def chosen_models(catalog: Catalog, wanted: str) -> tuple[str, ...]:
    """Return the models and endpoints that a comma-separated list of names and patterns such as `kling/*` names."""
    return tuple(subject for subject in subjects_of(catalog) if is_meant(subject, wanted))


def every_case(catalog: Catalog, profile: Profile, models: tuple[str, ...]) -> Iterator[Case]:
    """Return every case of these models; the same arguments give the same ids in the same order."""
    yield from api_cases(profile)
    for model in models:
        revision = page_of(catalog, model)
        if revision is not None:
            yield from _of_subject(model, revision, profile)
            yield from written_cases(revision, profile)
    yield from fixture_cases(catalog, profile, models)


def cheapest_cases(
    catalog: Catalog, profile: Profile, models: tuple[str, ...], worst: Worst | None = None
) -> Iterator[Case]:
    """Return the cases that try every rule of these models with as few and as cheap creates as possible.

    `worst` gives what a create of a model's body may cost, None where that is not known.
    """
    yield from api_cases(profile)
    written: list[Case] = []
    for model in models:
        revision = page_of(catalog, model)
        if revision is not None:
            # How a body must be written is the same for all.
            written = written or list(written_cases(revision, profile))
            every = _of_subject(model, revision, profile)
            of_model = [*every, *fixture_cases(catalog, profile, (model,))]
            yield from cheapest_of(revision, profile, of_model, worst)
    yield from written


def _of_subject(name: str, revision: Revision, profile: Profile) -> Iterator[Case]:
    """Return every case of a model or an endpoint, but for those of fixtures and those that are the same for all."""
    if is_endpoint(name):
        yield from endpoint_cases(endpoint_named(name), revision, profile)
        return
    yield from field_cases(revision, profile)
    yield from code_cases(revision, profile)
    for of_tasks in _OF_TASKS:
        yield from of_tasks(revision)
