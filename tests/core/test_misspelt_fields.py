"""Fields of a request that its page does not have: passed over, as the API does, and told of where one may be meant."""

from collections.abc import Callable
from typing import Any

import pytest

from fakie.core.service import Service
from fakie_schemas.families.family import endpoints
from support.clients.doors import Door, open_door

HOOK, MODEL = "https://app.test/hook", "z-image"
INPUT = {"prompt": "a lake", "aspect_ratio": "1:1"}


@pytest.mark.parametrize(
    ("body", "got", "meant"),
    [
        ({"input": INPUT, "callbackUrl": HOOK}, "callbackUrl", "callBackUrl"),
        ({"input": INPUT, "call_back_url": HOOK}, "call_back_url", "callBackUrl"),
        ({"input": {**INPUT, "callBackUrl": HOOK}}, "input.callBackUrl", "callBackUrl"),
        ({"input": {**INPUT, "nsfw_cheker": True}}, "input.nsfw_cheker", "input.nsfw_checker"),
        ({"input": {"prompt": "a lake", "aspectRatio": "1:1"}}, "input.aspectRatio", "input.aspect_ratio"),
        ({"input": {"Prompt": "a lake"}}, "input.Prompt", "input.prompt"),
        ({"prompt": "a lake", "input": {}}, "prompt", "input.prompt"),
    ],
)
def test_a_field_that_is_spelt_otherwise_is_told_of(door: Door, body: dict[str, Any], got: str, meant: str) -> None:
    """In the advice, with the one that may be meant, be the request taken or refused; the journal has it too."""
    answer = door.create({"model": MODEL, **body})
    advice = f"{got}: the page of 2026-04 has no such field; did you mean {meant}?"
    assert answer.headers["x-fakie-advice"] == advice
    assert answer.code == (200 if "prompt" in body["input"] else 422)
    assert door.get("/_fakie/journal").data[-1]["advice"] == advice


@pytest.mark.parametrize(
    "body",
    [
        {"input": INPUT, "callBackUrl": HOOK},
        {"input": INPUT, "callBackUrl": HOOK, "callbackUrl": HOOK},
        {"input": {**INPUT, "style": "oil"}, "tenant": 7},
        {"input": []},
    ],
    ids=["right", "both", "unlike any", "no object"],
)
def test_other_requests_have_no_such_advice(door: Door, body: dict[str, Any]) -> None:
    """Nor where the right one is there as well."""
    assert "x-fakie-advice" not in door.create({"model": MODEL, **body}).headers


def test_of_many_unknown_fields_only_the_first_are_compared(door: Door) -> None:
    """Each comparison takes long, and a body may have ten thousand names."""
    others = {f"x{number}": number for number in range(10_000)}
    for body, is_advised in (({"callbackUrl": HOOK, **others}, True), ({**others, "callbackUrl": HOOK}, False)):
        headers = door.create({"model": MODEL, "input": INPUT, **body}).headers
        assert ("x-fakie-advice" in headers) == is_advised


def test_no_example_of_a_page_is_advised_to_be_spelt_otherwise(make: Callable[..., Service]) -> None:
    """Of models and of families, whose fields stand at the top."""
    service = make(limits="off")
    catalog = service.contracts.catalog
    pages = [(endpoints()["createTask"].path, catalog.served(model)) for model in catalog.models]
    pages += [(one.path, catalog.endpoint(one.page)) for one in endpoints().values() if one.kind == "create"]
    with open_door("direct", service) as door:
        for path, page in pages:
            if page:
                assert "no such field" not in door.post(path, page.example).headers.get("x-fakie-advice", ""), path
        answer = door.post("/api/v1/veo/generate", {"prompt": "a lake", "model": "veo3", "callback_url": HOOK})
    assert answer.headers["x-fakie-advice"].startswith("callback_url: ")
