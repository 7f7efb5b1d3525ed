"""Numbers that pages say of what is shipped: each is that of the data."""

import re

import pytest

import fakie_schemas
from fakie_reference.pages import ROOT
from fakie_schemas.catalog.catalog import Catalog
from fakie_schemas.catalog.listed import ListedModels
from support.mutants import MUTANTS

TABLE = fakie_schemas.read_json(fakie_schemas.data_folder("prices") / "2026-06-30.json")
MODELS = len(Catalog.shipped().models)
PRICED = sum("rows" in entry for entry in TABLE["models"].values())
SAID = [
    ("README.md", rf"{MODELS} models are judged by their own pages"),
    ("README.md", rf"has for the request: {PRICED} of the {MODELS} models"),
    ("docs/live.md", rf"The price of {MODELS - PRICED} of the {MODELS} models is not known"),
    ("docs/prices.md", rf"{PRICED} models with their rows, {MODELS - PRICED} as"),
    (
        "docs/prices.md",
        rf"{sum('rows' in one for one in TABLE['endpoints'].values())} of {len(TABLE['endpoints'])} have a price",
    ),
    ("docs/models.md", rf"Each of the \[{MODELS} models\]"),
    ("docs/models.md", rf"catalogue of {ListedModels().date} lists"),
    ("docs/contract-suite.md", rf"in some {len(MUTANTS) // 100 * 100} small ways"),
]


@pytest.mark.parametrize(("page", "said"), SAID, ids=[f"{page}-{number}" for number, (page, _) in enumerate(SAID)])
def test_a_number_is_that_of_the_data(page: str, said: str) -> None:
    """Whoever adds a model or a price finds here which pages speak of how many there are."""
    text = " ".join((ROOT / page).read_text(encoding="utf-8").split())
    assert re.search(said, text), f"{page}: expected {said!r}"
