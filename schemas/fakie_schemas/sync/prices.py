"""The prices that a catalogue describes, as a table beside the revisions: `fakie serve --prices OUT/prices.json`."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from fakie_schemas.catalog.catalog import Catalog
from fakie_schemas.catalog.price_words import NotPlain, read_words
from fakie_schemas.catalog.prices import Prices
from fakie_schemas.files import write_whole

NAME = "prices.json"


def write_prices(out: Path, described: Mapping[str, str | None], source: str, date: str) -> tuple[int, int]:
    """Write what is known of prices into a folder; return of how many models it was read, and of how many not.

    Of a model whose words are not plain the shipped list stays what is known; one without is noted as unknown. Writes
    nothing where a catalogue describes none. Raises ConfigurationError when nothing can be written.
    """
    told = {model: words for model, words in described.items() if words}
    if not told:
        return 0, 0
    shipped, catalog = Prices.load(), Catalog.shipped(out, "latest")
    models: dict[str, Any] = {}
    for model, words in sorted(told.items()):
        revision = catalog.served(model)
        try:
            entry = read_words(words, revision.request_schema if revision else {}, shipped.usd_per_credit)
        except NotPlain as odd:
            entry = {"unknown": f"the catalogue's words for its price are not plain: {odd}"}
        if "rows" in entry or not shipped.rows(model):
            models[model] = entry
    # A month's first day stands for a month.
    day, usd = date if len(date) > len("2026-01") else f"{date}-01", f"{shipped.usd_per_credit:f}"
    table = {"format_version": 1, "title": f"Catalogue {source}", "date": day, "usd_per_credit": usd, "models": models}
    write_whole(out / NAME, json.dumps(table, ensure_ascii=False, indent=2) + "\n")
    read = sum("rows" in entry for entry in models.values())
    return read, len(told) - read
