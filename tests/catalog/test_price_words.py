"""Prices in words, as the live catalogue describes them: read where they are plain, unknown where they are not."""

from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from fakie_schemas.catalog.catalog import Catalog
from fakie_schemas.catalog.price_words import NotPlain, read_words
from fakie_schemas.catalog.prices import Prices
from support.clients.program import fakie
from support.servers.catalogues import document, enveloped

USD = Decimal("0.005")
SCHEMA: dict[str, Any] = {
    "properties": {
        "input": {
            "properties": {
                "prompt": {"type": "string"},
                "resolution": {"enum": ["720p", "1080p"]},
                "sound": {"type": "boolean"},
                "duration": {"type": "integer", "minimum": 4, "maximum": 12},
                "clips": {"type": "array"},
                "text": {"type": "string", "maxLength": 5000},
            }
        }
    }
}


def rows(text: str) -> list[tuple[str, str, dict[str, Any]]]:
    return [(row["credits"], row["unit"], row["when"]) for row in read_words(text, SCHEMA, USD)["rows"]]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("18 credits per video", ("18", "request", {})),
        ("0.2 credits/second", ("0.2", "second", {})),
        ("1 credit per image.", ("1", "image", {})),
        ("credits: 0.2 per second", ("0.2", "second", {})),
        ("$0.02 per image", ("4", "image", {})),
        ("0.07 USD per 1000 characters", ("14", "characters_1000", {})),
        ("12 Credits per 1,000 characters", ("12", "characters_1000", {})),
        ("100 credits each song", ("100", "request", {})),
    ],
)
def test_one_plain_amount_is_read(text: str, expected: tuple[str, str, dict[str, Any]]) -> None:
    """Credits or dollars, for a thing, a picture, a second or a thousand characters."""
    assert rows(text) == [expected]


def test_rows_with_values_of_fields_are_told_apart() -> None:
    """As the fake's own catalogue writes them: the value is the field's own, of its type."""
    assert rows("credits: 7 per second (resolution 720p, sound true); 3.5 per second (clips not given)") == [
        ("7", "second", {"resolution": "720p", "sound": True}),
        ("3.5", "second", {"clips": {"given": False}}),
    ]


@pytest.mark.parametrize(
    ("text", "unlisted"),
    [
        ("7 credits per second (resolution 720p)", {"resolution": ["1080p"]}),
        ("7 credits per second (resolution 720p, sound true)", {"resolution": ["1080p"], "sound": [False]}),
        ("credits: 7 per second (resolution 720p); 9 per second (resolution 1080p)", None),
        ("credits: 7 per second (resolution 720p); 9 per second (sound true)", None),
        ("credits: 7 per second (clips given); 9 per second (clips not given)", None),
        ("7 credits per second", None),
    ],
)
def test_values_that_no_price_is_for_are_unlisted(text: str, unlisted: Any) -> None:
    """Of a field that all prices name: what the others cost, nobody has said."""
    assert read_words(text, SCHEMA, USD).get("unlisted") == unlisted


@pytest.mark.parametrize(
    "text",
    [
        "",
        "18",
        "18 credits",
        "about 18 credits per video",
        "from 18 credits per video",
        "18-24 credits per video",
        "18 credits per video, 24 with sound",
        "18 credits per video; 24 credits per video",
        "18 credits per video; 2 credits per second (sound true)",
        "18 per video",
        "18 credits ($0.09) per video",
        "18 credits per video (resolution 4K)",
        "18 credits per video (quality high)",
        "18 credits per video (resolution 720p, resolution 1080p)",
        "18 credits per furlong",
        "$0.0000001 per image",
        "5 credits per megapixel",
        "1e3 credits per image",
        "-5 credits per image",
        "每张图 18 credits",
    ],
)
def test_what_could_mean_several_things_is_not_plain(text: str) -> None:
    """It is unknown, with the reason, and never guessed."""
    with pytest.raises(NotPlain, match=r"\w"):
        read_words(text, SCHEMA, USD)


def test_units_that_no_field_bounds_are_not_plain() -> None:
    """The worst cost of seconds without a maximum would be none."""
    for text in ("2 credits per second", "12 credits per 1000 characters"):
        with pytest.raises(NotPlain, match="bound"):
            read_words(text, {}, USD)


def test_the_fakes_own_catalogue_is_read_as_what_it_is() -> None:
    """Where its rows are plain they come to the same charge as the shipped list, and never to a lower one."""
    prices, catalog, same = Prices.load(), Catalog.shipped(), 0
    for model in prices.models():
        revision = catalog.served(model) or catalog.latest(model)
        assert revision is not None
        words = f"credits: {'; '.join(map(str, prices.rows(model)))}"
        try:
            read = read_words(words, revision.request_schema, USD)["rows"]
        except NotPlain:
            continue
        shipped = [(row.credits, row.unit, dict(row.when)) for row in prices.rows(model)]
        assert [(Decimal(row["credits"]), row["unit"], row["when"]) for row in read] == shipped, model
        same += 1
    assert same > 40


def test_sync_writes_a_table_that_prices_take(tmp_path: Path) -> None:
    """Plain ones in place of the shipped; of the others the shipped list stays, or they are unknown."""
    listed = {
        "z-image": "5 credits per image",
        "kling/v3": "dear",
        "recraft/crisp-upscale": "as you like",
        "quiet": None,
    }
    models: list[Any] = [{"model": model, "pricingDesc": words} for model, words in listed.items()]
    models += [{"model": ["odd"], "pricingDesc": "1 credit per image"}, {"model": "odd", "pricingDesc": 5}, None]
    answers = [
        enveloped({"total": 4, "models": models}),
        enveloped({"model": "z-image", "openapi": document("z-image")}),
    ]
    saved = tmp_path / "saved.jsonl"
    saved.write_text("\n".join(str(one[2], "utf-8") for one in answers if one), "utf-8")
    done = fakie("sync", "--from", saved, "--out", tmp_path / "out", "--date", "2026-10")
    assert "prices: 1 of 3 are plain" in done.stdout
    prices = Prices.load(tmp_path / "out" / "prices.json")
    body = {"model": "z-image", "input": {"prompt": "a cat", "aspect_ratio": "1:1"}}
    assert prices.worst("z-image", body, None).credits == 5
    assert [*map(str, prices.rows("recraft/crisp-upscale"))] == ["0.5 per image"]
    assert "not plain" in prices.unknown()["kling/v3"]
    assert "dear" not in (tmp_path / "out" / "prices.json").read_text("utf-8")
