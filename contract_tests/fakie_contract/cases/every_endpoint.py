"""All cases of one endpoint of a family, in a fixed order."""

from collections.abc import Iterator, Sequence
from functools import partial
from typing import Any

from msgspec.structs import replace

from fakie_contract.cases.body.samples import body
from fakie_contract.cases.case import Case
from fakie_contract.cases.codes import code_cases
from fakie_contract.cases.endpoint.asked import parents_of
from fakie_contract.cases.endpoint.callbacks import callback_cases
from fakie_contract.cases.endpoint.goes_on import goes_on_cases
from fakie_contract.cases.endpoint.life import life_cases
from fakie_contract.cases.endpoint.records import record_cases
from fakie_contract.cases.fields import field_cases
from fakie_contract.cases.keys import key_cases
from fakie_contract.http.exchange import SentRequest
from fakie_contract.trial.asking import request_to
from fakie_schemas.catalog.profile import Profile
from fakie_schemas.catalog.revision import Revision
from fakie_schemas.families.family import FamilyEndpoint


def endpoint_cases(endpoint: FamilyEndpoint, revision: Revision, profile: Profile) -> Iterator[Case]:
    """Return every case of an endpoint with a page; the same arguments give the same ids in the same order."""
    for case in key_cases(profile, endpoint.name, _unkeyed(endpoint, revision)):
        yield replace(case, model=endpoint.name)
    if endpoint.kind == "record":
        yield from record_cases(endpoint, profile)
        yield from code_cases(revision, profile)
        return
    yield from field_cases(revision, profile)
    yield from code_cases(revision, profile)
    sends = partial(_sends, endpoint, revision)
    if endpoint.kind == "create":
        yield from life_cases(endpoint, sends)
        yield from callback_cases(endpoint, sends)
    yield from goes_on_cases(endpoint, revision, profile, sends)


def _unkeyed(endpoint: FamilyEndpoint, revision: Revision) -> SentRequest:
    if endpoint.kind == "record":
        return SentRequest("GET", f"{endpoint.path}?taskId={'0' * 32}")
    return request_to(endpoint, body(revision.plain_schema, full=False))


def _sends(endpoint: FamilyEndpoint, revision: Revision) -> Sequence[Any]:
    return [*parents_of(endpoint), body(revision.plain_schema, full=True)]
