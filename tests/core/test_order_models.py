"""Orders for a model at the endpoints of families: those that are taken are met by requests of that model alone."""

from collections.abc import Iterator
from pathlib import Path
from shutil import copytree

import pytest

from fakie.core.control.order_models import OrderModels
from fakie.harness.fake import WrongOrderError
from fakie.harness.start import new_fake
from fakie_schemas import data_folder
from fakie_schemas.catalog.catalog import Catalog
from support.families import MAKING, FamilyClient
from support.some import some


def named() -> Iterator[tuple[str, str]]:
    """Return each endpoint that makes tasks, with each model that the page of its requests lists."""
    catalog = Catalog.shipped()
    for one in MAKING:
        page = catalog.endpoint(one.page)
        assert page is not None, one.name
        for model in page.request_schema["properties"].get("model", {}).get("enum", ()):
            yield one.name, model


NAMED = some(named())


@pytest.mark.parametrize(("endpoint", "model"), NAMED)
def test_a_fault_for_a_model_of_a_page_is_met_by_it_alone(client: FamilyClient, endpoint: str, model: str) -> None:
    """Where an endpoint's page lists models: a request for another passes."""
    others = [other for at, other in NAMED if at == endpoint and other != model]
    order = {"code": 500, "endpoint": endpoint, "model": model}
    body = client.body(endpoint)
    assert client.door.post("/_fakie/faults", order).situation == "lever_pulled"
    assert client.ask(endpoint, {**body, "model": others[0]}).situation != "server_error"
    assert client.ask(endpoint, {**body, "model": model}).situation == "server_error"


def test_a_fault_for_the_model_of_a_familys_task_is_met_by_its_record(client: FamilyClient) -> None:
    """The record of a task of that model, and of no other."""
    other, own = (client.new_task("veo/generate", model=model) for model in ("veo3", "veo3_lite"))
    order = {"code": 500, "endpoint": "veo/record-info", "model": "veo3_*", "times": None}
    assert client.door.post("/_fakie/faults", order).situation == "lever_pulled"
    assert client.shown("veo/record-info", other).situation == "task_shown"
    assert client.shown("veo/record-info", own).situation == "server_error"


@pytest.mark.parametrize(
    ("lever", "order"),
    [
        ("faults", {"code": 500}),
        ("faults", {"code": 500, "endpoint": "*"}),
        ("spoils", {"kind": "reset"}),
        ("plans", {}),
    ],
)
def test_an_empty_text_names_no_model(client: FamilyClient, lever: str, order: dict[str, str]) -> None:
    """An order for it, as of a variable that is not set, is refused: no request that is meant would meet it."""
    refused = client.door.post(f"/_fakie/{lever}", {**order, "model": ""})
    assert (refused.code, refused.situation) == (422, "lever_misused")
    assert "model: at least 1 character" in refused.msg
    assert client.door.get(f"/_fakie/{lever}").data == []


def test_a_model_that_families_have_is_known_to_an_order_for_any_endpoint() -> None:
    """A fault or a plan that names no endpoint in particular is met wherever that model is."""
    fake = new_fake()
    fake.fail_next(500, endpoint="*", model="veo3")
    fake.plan_next("fail", model="flux-kontext-*")
    with pytest.raises(WrongOrderError, match="model: 'veo4' is not known"):
        fake.fail_next(500, endpoint="*", model="veo4")


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("suno/generate", "'suno/generate' is no model, but an endpoint: an order names it by `endpoint`"),
        ("suno/lyrcs", "'suno/lyrcs' is not known; did you mean one of: suno/lyrics?"),
        ("z-imag", "'z-imag' is not known; did you mean one of: z-image?"),
    ],
)
def test_an_endpoint_in_the_place_of_a_model_is_told_as_one(name: str, told: str) -> None:
    """Also one that is misspelt; it is not taken for a misspelt model."""
    with pytest.raises(WrongOrderError) as plan:
        new_fake().plan_next(model=name)
    with pytest.raises(WrongOrderError) as fault:
        new_fake().fail_next(500, model=name)
    assert str(plan.value) == str(fault.value) == f"model: {told}"


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("suno/generate/record-info", "is an endpoint that calls nobody back; these do: .*, suno/generate, "),
        ("suno/generat", "'suno/generat' is not known; did you mean one of: suno/generate"),
        ("createTask", "'createTask' is no model, but an endpoint"),
    ],
)
def test_a_callback_of_what_sends_none_is_refused_with_what_does(name: str, told: str) -> None:
    """Endpoints that call back may be named, and are among what is told."""
    with pytest.raises(WrongOrderError, match=told):
        new_fake().signed_callback(model=name)


def test_models_of_a_page_of_ones_own_are_those_that_orders_may_name(tmp_path: Path) -> None:
    """What orders may name is read from the page that requests are held to."""
    page = "endpoints/veo/generate"
    copytree(data_folder("revisions") / page, tmp_path / page)
    for file in some(list((tmp_path / page).glob("*.schema.json"))):
        file.write_text(file.read_text(encoding="utf-8").replace('"veo3_lite"', '"veo9"'), encoding="utf-8")
    models = OrderModels(Catalog.shipped(tmp_path))
    assert models.named("veo9", "veo/generate") == "veo9"
    with pytest.raises(WrongOrderError, match="expected one of: veo3, veo3_fast, veo9; got 'veo3_lite'"):
        models.named("veo3_lite", "veo/generate")
