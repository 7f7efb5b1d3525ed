"""All cases of a catalog, in a fixed order."""

from collections.abc import Iterator

from fakie.catalog.catalog import Catalog
from fakie.catalog.profile import Profile
from fakie_contract.cases.accounts import account_cases
from fakie_contract.cases.api import api_cases
from fakie_contract.cases.callbacks import callback_cases
from fakie_contract.cases.case import Case
from fakie_contract.cases.codes import code_cases
from fakie_contract.cases.fields import field_cases
from fakie_contract.cases.fixtures import fixture_cases
from fakie_contract.cases.life import life_cases


def every_case(catalog: Catalog, profile: Profile) -> Iterator[Case]:
    """Give every case; the same catalog and profile give the same ids in the same order."""
    yield from api_cases()
    for model in catalog.models:
        revision = catalog.pinned(model)
        if revision is None:
            continue
        yield from field_cases(revision, profile)
        yield from code_cases(revision, profile)
        yield from life_cases(revision)
        yield from callback_cases(revision)
        yield from account_cases(revision)
    yield from fixture_cases(catalog, profile)
