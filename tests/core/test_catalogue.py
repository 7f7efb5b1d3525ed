"""The live catalogue as the fake serves it, through every door."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from msgspec.structs import replace

from fakie.core.accounts import Account
from fakie.core.catalogue.paths import NAMES
from fakie.core.clock import Clock
from fakie.core.limits import AccountLimits
from fakie.core.service import Service
from fakie.core.settings import Settings
from fakie.core.situations import Refused
from fakie_schemas import answer_schema, listed
from fakie_schemas.catalog.catalog import Catalog
from fakie_schemas.catalog.profile_files import CATALOGUE_ENDPOINTS
from fakie_schemas.limits import WindowLimit
from fakie_schemas.payment import may_cost
from fakie_schemas.validator import contract_validator
from support.clients.doors import CREDIT, KEY, MODEL, RECORD, Door, direct
from support.servers.fakes import HandClock
from support.some import some

Make = Callable[..., Service]
MODELS = "/api/v1/models"
OTHER = {"Authorization": "Bearer other"}
ENDS = {"/schema": "model-schema", "/price": "model-price", "/success-rate": "model-success-rate"}


def test_profiles_may_name_its_endpoints_and_no_others() -> None:
    """They are told apart from wrong names below the fake, which has their paths."""
    assert set(CATALOGUE_ENDPOINTS) == NAMES


def listed_models(door: Door, query: str = "") -> list[dict[str, Any]]:
    data = door.get(f"{MODELS}{query}").data
    assert data["total"] == len(data["models"])
    return list(data["models"])


def test_every_model_is_listed_in_the_captured_shape(door: Door) -> None:
    """Models with a page, and those that the vendor's own catalogue names, each once and sorted."""
    answer = door.get(MODELS)
    assert (answer.status, answer.code, answer.situation) == (200, 200, "catalogue_shown")
    contract_validator(answer_schema("models")).validate(answer.json)
    names = [one["model"] for one in listed_models(door)]
    assert names == sorted({*Catalog.shipped().models, *listed()["models"]})
    assert list(answer.json) == ["code", "msg", "data"]


def test_filters_narrow_the_list(door: Door) -> None:
    """By kind of task (one of several), by provider, by words of name or title, and by all of them together."""
    kinds = listed_models(door, "?taskType=Text%20to%20Video,image%20to%20video")
    assert all({"Text to Video", "Image to Video"} & set(one["taskType"]) for one in some(kinds))
    assert {"z-image", MODEL}.isdisjoint(one["model"] for one in kinds)
    assert {"Text to Video", "Image to Video"} <= {kind for one in kinds for kind in one["taskType"]}
    assert {one["provider"] for one in some(listed_models(door, "?provider=Kling"))} == {"kling"}
    assert "z-image" in {one["model"] for one in listed_models(door, "?q=Z-IMAGE")}
    both = listed_models(door, "?provider=wan&taskType=Text%20to%20Video&q=turbo")
    assert {one["model"] for one in both} == {"wan/2-2-a14b-text-to-video-turbo"}
    assert len(listed_models(door, "?q=&provider=&taskType=")) == len(listed_models(door))


def test_nothing_found_is_no_error(door: Door) -> None:
    """The code stays that of a success, the total is 0."""
    answer = door.get(f"{MODELS}?q=nothing-of-this-name")
    assert (answer.code, answer.data) == (200, {"total": 0, "models": []})


@pytest.mark.parametrize("end", ENDS)
@pytest.mark.parametrize("name", [MODEL, MODEL.replace("/", "%2F"), "z-image"])
def test_the_slash_of_a_name_may_stand_as_it_is_or_encoded(door: Door, name: str, end: str) -> None:
    """Both spellings are one model, and the answers have their shape."""
    answer = door.get(f"{MODELS}/{name}{end}")
    contract_validator(answer_schema(ENDS[end])).validate(answer.json)
    assert answer.data["model"] == name.replace("%2F", "/")


@pytest.mark.parametrize("end", ENDS)
@pytest.mark.parametrize("name", ["nobody/knows", "elevenlabs", "..", "%2e%2e/%2e%2e", "x" * 3000, "%20"])
def test_an_unknown_model_is_the_bodys_404(door: Door, name: str, end: str) -> None:
    """HTTP 200 and code 404 in the profile's words, whatever the name is."""
    answer = door.get(f"{MODELS}/{name}{end}")
    assert (answer.status, answer.code, answer.situation) == (200, 404, "model_unknown")


@pytest.mark.parametrize(
    ("method", "path"),
    [("POST", MODELS), ("GET", f"{MODELS}/"), ("GET", f"{MODELS}//schema"), ("GET", f"{MODELS}/schema"),
     ("GET", f"{MODELS}/{MODEL}"), ("GET", f"{MODELS}x"), ("DELETE", f"{MODELS}/{MODEL}/schema")],
)  # fmt: skip
def test_other_paths_and_methods_are_no_endpoints(door: Door, method: str, path: str) -> None:
    """What only looks like the catalogue is an unknown path."""
    answer = door.ask(method, path)
    assert (answer.status, answer.situation) == (404, "not_found")


def test_a_model_without_a_page_has_no_document(door: Door) -> None:
    """One that the vendor's catalogue alone names has null, and no kind of task that nobody knows."""
    [entry] = [one for one in listed_models(door) if one["model"] == "veo-3-1"]
    assert entry["taskType"] == []
    assert door.get(f"{MODELS}/veo-3-1/schema").data == {"model": "veo-3-1", "openapi": None}


def test_it_needs_a_key_and_costs_nothing(door: Door) -> None:
    """Without a key it is refused as anywhere; with one the credits stay, and what guards money lets it pass."""
    before = door.get(CREDIT).data
    for path in (MODELS, *(f"{MODELS}/{MODEL}{end}" for end in ENDS)):
        assert door.get(path, {}).code == 401
        assert door.get(path).code == 200
        assert not may_cost("GET", path)
    assert door.get(CREDIT).data == before


def test_the_four_share_one_request_a_second(make: Make, clock: HandClock) -> None:
    """The second within a second is the body's 429, does not count, and keeps no other account or endpoint waiting."""
    door = direct(make(limits="catalogue"))
    assert door.get(MODELS).code == 200
    clock.seconds += 0.99
    for path in (MODELS, *(f"{MODELS}/{MODEL}{end}" for end in ENDS)):
        refused = door.get(path)
        assert (refused.status, refused.code, refused.situation) == (200, 429, "rate_limited")
    assert door.get(MODELS, OTHER).code == 200
    assert door.get(CREDIT).code == door.create().code == 200
    clock.seconds += 0.01
    assert door.get(f"{MODELS}/{MODEL}/price").code == 200
    assert door.get(f"{MODELS}/nobody/price").code == 429


def test_in_tests_it_has_no_limit(service: Service) -> None:
    """By default a service, and so the fixture, lets any number through."""
    door = direct(service)
    assert {door.get(MODELS).code for _ in range(3)} == {200}


@pytest.mark.parametrize(("profile", "of_another"), [("documented", 429), ("observed", 200)])
def test_polls_have_a_limit_of_their_own(make: Make, clock: HandClock, profile: str, of_another: int) -> None:
    """With all limits on, ten a second are answered: of a key by the pages, of one task by the wire."""
    door = direct(make(limits="all", profile=profile, docs="pinned"))
    task, other = door.new_task(), door.new_task()
    codes = [door.get(f"{RECORD}?taskId={task}").code for _ in range(11)]
    assert codes == [200] * 10 + [429]
    assert door.get(f"{RECORD}?taskId={other}").code == of_another
    assert door.get(f"{RECORD}?taskId={other}", {"Authorization": "Bearer another"}).code == 422
    clock.seconds += 1
    assert door.get(f"{RECORD}?taskId={task}").code == 200


def test_refused_polls_do_not_queue(make: Make, clock: HandClock) -> None:
    """However many were refused, the window lets go of those that were answered, and of nothing else."""
    door = direct(make(limits="all"))
    task = door.new_task()
    for _ in range(40):
        door.get(f"{RECORD}?taskId={task}")
    clock.seconds += 1
    assert [door.get(f"{RECORD}?taskId={task}").code for _ in range(11)] == [200] * 10 + [429]


def test_an_account_runs_so_many_tasks_at_once(make: Make, clock: HandClock) -> None:
    """With all limits on, the next task waits until one has ended, by itself, by hand, or with the account."""
    door = direct(make(limits="all", create_limit=WindowLimit(1000, 1)))
    ids = [door.new_task() for _ in range(100)]
    refused = door.create()
    assert (refused.code, refused.situation) == (429, "too_many_running")
    assert door.create(headers={**KEY, "Authorization": "Bearer another"}).code == 200
    door.post(f"/_fakie/tasks/{ids[0]}/fail", {})
    assert [door.create().code for _ in range(2)] == [200, 429]
    clock.seconds += 60
    assert door.create().code == 200
    free = direct(make(limits="all", create_limit=WindowLimit.off()))
    assert {free.create().code for _ in range(101)} == {200}
    assert [row["running"] for row in door.get("/_fakie/accounts").data] == [1, 1]


def test_windows_of_old_tasks_make_room(service: Service) -> None:
    """However many tasks are polled, an account keeps a bounded number of windows, and those of its other limits."""
    account = Account("account-0123456789", Decimal(1), Clock(HandClock()))
    facts = replace(service.contracts.profile.facts, poll_limit_per="task")
    limits = AccountLimits(facts, Settings(limits="all", create_limit=WindowLimit(1, 10)))
    limits.creates(account).pass_through()
    for number in range(1_200):
        limits.polls(account, str(number)).pass_through()
    assert len(account.windows) == 1_000
    with pytest.raises(Refused):
        limits.creates(account).pass_through()


def test_without_limits_creates_are_free_too(make: Make) -> None:
    """`off` switches off what holds by default; a rate that is set holds all the same."""
    door = direct(make(limits="off"))
    assert {door.create().code for _ in range(25)} == {200}
    limited = direct(make(limits="off", create_limit=WindowLimit(1, 10)))
    assert [limited.create().code for _ in range(2)] == [200, 429]


def test_orders_reach_it(door: Door) -> None:
    """Faults by endpoint and by model, wishes by header, transport faults: as for every other endpoint."""
    door.post("/_fakie/faults", {"situation": "maintenance", "endpoint": "modelSchema", "model": "z-image"})
    assert door.get(f"{MODELS}/{MODEL}/schema").code == 200
    assert door.get(f"{MODELS}/z-image/price").code == 200
    assert door.get(f"{MODELS}/z-image/schema").code == 455
    assert door.get(f"{MODELS}/z-image/schema").code == 200
    assert door.get(MODELS, {**KEY, "Prefer": "code=500"}).code == 500
    refused = door.post("/_fakie/faults", {"code": 429, "endpoint": "models", "model": "z-image"})
    assert refused.situation == "lever_misused"
    assert "models" in refused.msg


def test_the_journal_names_its_endpoints_and_models(door: Door) -> None:
    """An entry has the situation and the model that was asked for."""
    door.get(f"{MODELS}/z-image/schema")
    [entry] = door.get("/_fakie/journal?situation=catalogue_shown").data
    assert (entry["model"], entry["code"]) == ("z-image", 200)


def test_success_rates_are_those_of_the_fakes_own_tasks(make: Make, clock: HandClock) -> None:
    """144 points of ten minutes, the last one now; ended tasks count in the one they ended in, no traffic is null."""
    door = direct(make())
    for lever in ("finish", "fail", "fail"):
        door.post(f"/_fakie/tasks/{door.new_task()}/{lever}", {} if lever == "fail" else None)
    points = door.get(f"{MODELS}/{MODEL}/success-rate").data["points"]
    assert len(points) == 144
    assert points[-1]["start"] <= clock.seconds * 1000 < points[-1]["end"] == points[-1]["start"] + 600_000
    rates = [points[-1][name] for name in ("successRate", "errorRate", "isNormal")]
    assert rates == [0.3333, 0.6667, False]
    assert {point["successRate"] for point in points[:-1]} == {None}
    other = door.get(f"{MODELS}/z-image/success-rate").data["points"]
    assert {point["isNormal"] for point in other} == {None}


def test_prices_are_those_of_the_shipped_list(door: Door) -> None:
    """In words for a model with a price, null for another."""
    assert door.get(f"{MODELS}/{MODEL}/price").data == {"model": MODEL, "pricingDesc": "credits: 0.2 per second"}
    assert door.get(f"{MODELS}/veo-3-1/price").data["pricingDesc"] is None
