"""For every revision: what its schema allows is accepted, and each rule, broken alone, is refused."""

import json
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from fakie.core.http.messages import Request
from fakie.core.service import Service
from fakie.core.settings import Settings
from fakie_contract.cases.body.rules import tried
from fakie_contract.cases.generated import breaks_only
from fakie_schemas.catalog.catalog import Catalog
from fakie_schemas.catalog.docs import Docs
from fakie_schemas.catalog.revision import Revision
from fakie_schemas.limits import WindowLimit
from fakie_schemas.validator import contract_validator
from support.clients.doors import CREATE, JSON, KEY
from support.pages.values import values
from support.servers.fakes import Collector, HandClock, new_service

CATALOG = Catalog.shipped()
CASES: list[tuple[str, Docs]] = [
    *((model, "latest") for model in CATALOG.models),
    *((model, "pinned") for model in CATALOG.models if CATALOG.pinned(model) is not CATALOG.latest(model)),
]
# Situations of the field rules; the model's own rules are met before the schema is.
UNKNOWN_MODEL = {"model_unknown", "wrong_type", "field_missing"}


@pytest.fixture(scope="module")
def services() -> dict[str, Service]:
    unlimited = Settings(credits=1e12, create_limit=WindowLimit.off())
    return {docs: new_service(unlimited, Collector(), HandClock(), docs=docs) for docs in ("pinned", "latest")}


def situation(service: Service, body: Any) -> str:
    request = Request.of("POST", CREATE, json.dumps(body).encode(), {**KEY, **JSON})
    return dict(service.handle(request).headers)["X-Fakie-Situation"]


def revision_of(model: str, docs: Docs) -> Revision:
    revision = CATALOG.latest(model) if docs == "latest" else CATALOG.pinned(model)
    assert revision is not None
    return revision


@pytest.mark.parametrize(("model", "docs"), CASES)
def test_generated_valid_inputs_are_accepted(services: dict[str, Service], model: str, docs: Docs) -> None:
    """By the service and by the plain validator alike."""
    revision = revision_of(model, docs)
    validator = contract_validator(revision.request_schema)

    @settings(
        max_examples=8,
        derandomize=True,
        database=None,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(st.data())
    def judge(data: st.DataObject) -> None:
        body = data.draw(values(revision.request_schema))
        assert next(validator.iter_errors(body), None) is None
        assert situation(services[docs], body) == "accepted"

    judge()
    services[docs].state.store.clear()


@pytest.mark.parametrize(("model", "docs"), CASES)
def test_each_rule_broken_alone_is_refused(services: dict[str, Service], model: str, docs: Docs) -> None:
    """The plain validator finds exactly that rule at that place, and the service refuses the request."""
    revision = revision_of(model, docs)
    broken = [one for one in tried(revision) if one.situation is not None]
    assert len(broken) >= 7
    # Most have one schema: to make its judge takes a hundred times as long as to ask it.
    schemas = {id(one.schema): one.schema for one in broken}
    judges = {key: contract_validator(schema) for key, schema in schemas.items()}
    for one in broken:
        judge = judges[id(one.schema)]
        if one.variant.keyword == "items":
            # It is an item, or what is in it, that breaks a rule of its own.
            depth = len(one.field.path)
            assert {error.absolute_path[depth - 1] for error in judge.iter_errors(one.body)} == {one.field.path[-1]}
        else:
            assert breaks_only(judge, one.body, one.field, one.variant.keyword), one.name
        found = situation(services[docs], one.body)
        assert found != "accepted", one.name
        if one.field.name == "model":
            assert found in UNKNOWN_MODEL
