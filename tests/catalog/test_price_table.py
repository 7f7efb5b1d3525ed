"""The price table itself: each row's evidence, a file of one's own, and what holds for every model's requests."""

import json
import re
from collections.abc import Iterator
from decimal import Decimal
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

import fakie_schemas
from fakie_schemas.catalog.catalog import Catalog
from fakie_schemas.catalog.prices import Prices
from fakie_schemas.errors import ConfigurationError
from fakie_schemas.families.family import BY_MODEL, endpoints
from fakie_schemas.validator import contract_validator, holds
from support.pages.values import values
from support.some import some

PRICES, CATALOG = Prices.load(), Catalog.shipped()
[FILE] = fakie_schemas.data_folder("prices").glob("*.json")
TABLE = fakie_schemas.read_json(FILE)
ENTRIES = {**TABLE["models"], **TABLE["endpoints"]}
ROWS = [(model, row) for model, entry in ENTRIES.items() for row in entry.get("rows", ())]
TERMS = [
    (model, term) for model, entry in ENTRIES.items() for terms in entry.get("amount", {}).values() for term in terms
]


def worst(model: str, given: dict[str, Any]) -> Decimal:
    cost = PRICES.worst(model, {"model": model, "input": given}, CATALOG.latest(model))
    assert cost.credits is not None
    return cost.credits


def field_schemas(model: str, name: str) -> list[Any]:
    """The schemas of a field of `input`, or of the whole body of an endpoint, of each revision that has it."""
    found = []
    if model in TABLE["endpoints"]:
        page = CATALOG.endpoint(model)
        assert page is not None
        return [page.request_schema["properties"][name]] if name in page.request_schema["properties"] else []
    for revision in (CATALOG.pinned(model), CATALOG.latest(model)):
        assert revision is not None
        fields = revision.request_schema["properties"].get("input", {}).get("properties", {})
        found += [fields[name]] if name in fields else []
    return found


def test_every_model_has_a_price_or_a_reason_why_not() -> None:
    """The table speaks of all models of the catalog, and of no other."""
    assert {*PRICES.models(), *PRICES.unknown()} == set(CATALOG.models)
    assert set(PRICES.models()).isdisjoint(PRICES.unknown())
    assert all(PRICES.unknown().values())


def test_every_endpoint_that_makes_something_has_a_price_or_a_reason_why_not() -> None:
    """Of families other than that of models; and the table speaks of no other endpoint."""
    makes = {name for name, one in endpoints().items() if one.kind in ("create", "transform") and one.page != BY_MODEL}
    assert set(TABLE["endpoints"]) == makes
    assert {*PRICES.models(), *PRICES.unknown()}.isdisjoint(makes)


@pytest.mark.parametrize(
    ("endpoint", "body", "credits"),
    [
        ("veo/generate", {"model": "veo3_lite", "resolution": "720p"}, 30),
        ("veo/generate", {"model": "veo3", "resolution": "4k"}, 370),
        ("veo/generate", {"model": "veo3_fast"}, 180),
        ("veo/generate", {"model": "of another name"}, 370),
        ("veo/generate", None, 370),
        ("suno/vocal-removal", {"type": "separate_vocal"}, 10),
        ("suno/vocal-removal", {"type": ["split_stem"]}, 50),
        ("suno/midi", {}, 0),
        ("runway/generate", {"duration": 5, "quality": "720p"}, 12),
        ("4o-image/generate", {"size": "1:1"}, None),
    ],
)
def test_an_endpoint_costs_what_its_body_leaves_open_at_most(endpoint: str, body: Any, credits: int | None) -> None:
    """By fields of the whole body; what is left out, or said as no page has it, counts as the dearest."""
    assert PRICES.worst(endpoint, body, CATALOG.endpoint(endpoint)).credits == credits


def test_the_table_has_its_published_form() -> None:
    """By the schema beside it; its credits are its dollars, to the last digit."""
    contract_validator(fakie_schemas.format_schema("prices")).validate(TABLE)
    for _, row in some(ROWS):
        assert Decimal(row["credits"]) * Decimal(TABLE["usd_per_credit"]) == Decimal(row["usd"]), row


def test_every_condition_names_a_field_and_a_value_of_a_revision() -> None:
    """But for rows that say that their value is on no page: theirs is indeed on none."""
    for model, row in some(ROWS):
        known = [
            any(holds(schema, value) for schema in field_schemas(model, name)) or isinstance(value, dict)
            for name, value in row["when"].items()
        ]
        assert all(field_schemas(model, name) for name in row["when"]), (model, row)
        assert all(known) != row.get("undocumented", False), (model, row)


def test_every_value_of_a_condition_has_a_row_or_is_unlisted() -> None:
    """A page's values are those of the rows, steps of an amount, or named by the table as without a row."""
    for model, entry in some(ENTRIES.items()):
        rows, unlisted = entry.get("rows", ()), entry.get("unlisted", {})
        steps = {term.get("field") for terms in entry.get("amount", {}).values() for term in terms}
        for name in {name for row in rows for name in row["when"]} - steps:
            named = {str(row["when"][name]) for row in rows if name in row["when"]} | set(unlisted.get(name, ()))
            for schema in field_schemas(model, name):
                assert {str(value) for value in schema.get("enum", ())} <= named, (model, name)


@pytest.mark.parametrize(
    ("model", "given", "credits"),
    [
        ("grok-imagine/text-to-video", {"duration": 6, "resolution": "720p"}, 18),
        ("grok-imagine/text-to-video", {"duration": 6, "resolution": "1080p"}, None),
        ("grok-imagine/image-to-video", {"resolution": "1080p"}, None),
        ("grok-imagine/image-to-video", {"duration": 6, "resolution": "1080"}, 18),
        ("grok-imagine/image-to-video", {"duration": 6}, 18),
        ("grok-imagine/upscale", {"resolution": "720p"}, 10),
        ("grok-imagine/upscale", {}, 10),
        ("grok-imagine/upscale", {"resolution": "1080p"}, None),
        ("bytedance/seedance-2", {"duration": 4, "resolution": "4k"}, 832),
    ],
)
@pytest.mark.parametrize("docs", ["pinned", "latest", "none"])
def test_a_value_without_a_row_has_no_known_price(model: str, given: Any, credits: int | None, docs: str) -> None:
    """The dearest of the others is not taken for it, whatever page is served; but it is for what no page has."""
    page = {"pinned": CATALOG.pinned(model), "latest": CATALOG.latest(model), "none": None}[docs]
    cost = PRICES.worst(model, {"model": model, "input": given}, page)
    assert cost.credits == credits
    assert credits is not None or cost.why == "the list has no row for resolution 1080p, which its page has"


def test_every_amount_names_fields_of_a_revision_and_says_what_it_assumes() -> None:
    """What no page gives is marked invented, with what is assumed."""
    for model, term in [*TERMS, *ROWS]:
        assert ("assumed" in term) == (term.get("mark") == "inv"), (model, term)
    for model, term in some(TERMS):
        for kind in {"field", "text", "media", "or"} & set(term):
            assert field_schemas(model, term[kind].split(".")[0]), (model, term)


def test_every_row_stands_in_the_list(shared: Path) -> None:
    """With its name, its price and its unit, character by character."""
    listed = (shared / "prices" / f"{TABLE['date']}.md").read_text(encoding="utf-8")
    for _, row in some(ROWS):
        assert f"| {row['row']} | ${row['usd']} | {row['listed_unit']} |" in listed, row


def test_a_captured_charge_is_of_a_model_that_the_table_does_not_guess(shared: Path) -> None:
    """HappyHorse 1.1 was charged 33 credits a second, which is no row: it is not 1.0, and has no price here."""
    capture = json.loads((shared / "observed" / "record-info-2026-07-waiting.json").read_text(encoding="utf-8"))
    record = capture["response"]["body"]["data"]
    assert PRICES.worst(record["model"], {"input": {"duration": 3}}, None).credits is None
    assert record["creditsConsumed"] / 3 not in {float(row["credits"]) for _, row in ROWS if "Horse" in row["row"]}


def numbered(model: str) -> Iterator[str]:
    """The fields whose numbers count for a model."""
    for named, term in TERMS:
        if named == model and "field" in term:
            yield term["field"]


def plain_cost(model: str, given: dict[str, Any]) -> Decimal:
    """What a valid input costs by the rows that say word by word what it says, counted without the table's code."""
    best = Decimal(0)
    for row in TABLE["models"][model]["rows"]:
        meant = {
            name: {"given": bool(given.get(name))} if isinstance(value, dict) else given.get(name)
            for name, value in row["when"].items()
        }
        if meant != row["when"]:
            continue
        times = Decimal(1)
        if row["unit"] in {"second", "image"}:
            for name in numbered(model):
                said = str(given.get(name, 1))
                times *= Decimal(said) if re.fullmatch(r"[0-9.]+", said) else 1
        if row["unit"] == "characters_1000":
            texts = [given.get("text", "")] + [turn["text"] for turn in given.get("dialogue", ())]
            times = Decimal(sum(map(len, texts))) / 1000
        best = max(best, Decimal(row["credits"]) * times)
    return best


@pytest.mark.parametrize("model", PRICES.models())
def test_the_worst_cost_covers_every_matching_row_and_grows_with_amounts(model: str) -> None:
    """For valid inputs: at least each row that fits, times its units; more is never cheaper, nor is it as text."""
    revision, unlisted = CATALOG.latest(model), TABLE["models"][model].get("unlisted", {})
    assert revision is not None

    @settings(max_examples=15, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
    @given(values(revision.request_schema["properties"]["input"]), st.lists(st.integers(1, 10**6), min_size=3))
    def check(given: dict[str, Any], sizes: list[int]) -> None:
        assume(not any(given.get(name) in values for name, values in unlisted.items()))
        cost = worst(model, given)
        assert plain_cost(model, given) <= cost
        for name in numbered(model):
            costs = [worst(model, {**given, name: size}) for size in sorted(sizes)]
            assert all(less <= more for less, more in pairwise(costs))
            assert costs == [worst(model, {**given, name: str(size)}) for size in sorted(sizes)]

    check()


JUNK = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.text(max_size=5), inner, max_size=2),
    max_leaves=4,
)


@given(st.sampled_from(PRICES.models()), st.data())
@settings(max_examples=300, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
def test_no_body_breaks_the_bill(model: str, data: st.DataObject) -> None:
    """Whatever stands in the fields that count, there is a finite cost, of four places, and one line that says why."""
    names = {*(name for row in PRICES.rows(model) for name in row.when), *numbered(model), "text", "dialogue", "n"}
    given = data.draw(st.dictionaries(st.sampled_from(sorted(names)), JUNK))
    cost = PRICES.worst(model, {"input": given}, CATALOG.latest(model))
    assert cost.credits is not None
    assert cost.credits > 0
    assert cost.credits.as_tuple().exponent == -4
    assert "\n" not in cost.why
    assert re.fullmatch(rf"{TABLE['title']}, {TABLE['date']}: .+", cost.source)


OWN: dict[str, Any] = {
    "format_version": 1,
    "title": "Our contract",
    "date": "2026-09-01",
    "usd_per_credit": "0.005",
    "models": {
        "acme/voice": {"rows": [{"row": "voice", "credits": "0.33331", "unit": "request", "when": {}}]},
        "z-image": {"unknown": "we pay by another way"},
    },
}


def test_a_file_of_ones_own_adds_and_replaces_models(tmp_path: Path) -> None:
    """Model by model; the others stay, and each says which list it comes from."""
    own = tmp_path / "prices.json"
    own.write_text(json.dumps(OWN))
    prices = Prices.load(own)
    cost = prices.worst("acme/voice", None, None)
    assert (cost.credits, cost.source) == (Decimal("0.3334"), "Our contract, 2026-09-01: voice")
    assert prices.unknown()["z-image"] == "we pay by another way"
    assert set(prices.models()) == {*PRICES.models(), "acme/voice"} - {"z-image"}


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (None, "cannot be read"),
        ("{", "Expecting property name"),
        ("[" * 100_000, "it is nested too deeply"),
        ("[]", "expected a JSON object"),
        ("{}", "required"),
        (json.dumps({**OWN, "format_version": 2}), "format_version"),
        (json.dumps({**OWN, "models": {"m": {"rows": [{"row": "r", "credits": "-1", "unit": "x"}]}}}), "models"),
        (
            json.dumps(
                {**OWN, "models": {"m": {"rows": [{"row": "r", "credits": "1", "unit": "second", "when": {}}]}}}
            ),
            "no amount",
        ),
    ],
)
def test_a_broken_file_of_ones_own_is_one_line(tmp_path: Path, text: str | None, told: str) -> None:
    """It names the file, what is wrong, and what was expected."""
    own = tmp_path / "prices.json"
    if text is not None:
        own.write_text(text)
    with pytest.raises(ConfigurationError) as caught:
        Prices.load(own)
    line = str(caught.value)
    assert told in line
    assert line.count(str(own)) == 1
    assert "expected a price table" in line
    assert "\n" not in line
