"""A folder of pages, all at once: `python -m fakie_schemas.compiler.market PAGES --date 2026-04 --out REVISIONS`."""

import argparse
import sys
import time
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path

from msgspec import Struct, field

from fakie_schemas.compiler import DerivedRevision, PageError, derive, write
from fakie_schemas.compiler.errors import NoContractError
from fakie_schemas.files import files_below

__all__ = ["Market", "derive_folder", "main"]

Tell = Callable[[int, int, str], None]

_SUFFIXES = frozenset({".md", ".mdx", ".json", ".yaml", ".yml"})
# Files of revisions, pins, and what a sync has done: derived data, which is not a page.
_DERIVED = (".revision.json", ".schema.json", "pins.json", "sync.json")


class Market(Struct):
    """The contracts of a folder's pages: revisions by page, pages that are not contracts, and pages that cannot be read."""

    revisions: dict[Path, DerivedRevision] = field(default_factory=dict)
    guides: list[Path] = field(default_factory=list)
    failed: list[PageError] = field(default_factory=list)


def derive_folder(
    folder: Path,
    date: str | None = None,
    *,
    note: str | None = None,
    earlier: Path | None = None,
    tell: Tell = lambda _place, _total, _name: None,
) -> Market:
    """Derive every page and OpenAPI document below a folder, in the order of their paths; one that fails stops no other.

    Pages are `*.md` and `*.mdx`, documents `*.json`, `*.yaml` and `*.yml`, but for the files of revisions. `note` and
    `earlier` are those of `derive`; `tell` gets the place of each page, how many there are, and its name.
    """
    market = Market()
    pages = _pages(folder)
    for place, page in enumerate(pages):
        tell(place, len(pages), page.name)
        try:
            market.revisions[page] = derive(page, date=date, note=note, earlier=earlier)
        except NoContractError:
            market.guides.append(page)
        except PageError as error:
            market.failed.append(error)
    market.failed += _doubles(market.revisions)
    return market


def _pages(folder: Path) -> list[Path]:
    found = (path for path in files_below(folder) if path.suffix.lower() in _SUFFIXES)
    return [path for path in found if not path.name.endswith(_DERIVED)]


def _doubles(revisions: dict[Path, DerivedRevision]) -> list[PageError]:
    first: dict[str, Path] = {}
    failed = []
    for page, revision in list(revisions.items()):
        other = first.setdefault(revision.name, page)
        if other != page:
            failed.append(PageError(page, 1, f"{revision.name} has another page already: {other}"))
            del revisions[page]
    return failed


def main(arguments: Sequence[str] | None = None) -> int:
    """Derive a folder and write its revisions; returns 2 when a page could not be read, which nothing else suffers from."""
    parser = argparse.ArgumentParser(prog="fakie_schemas.compiler.market", description=__doc__)
    parser.add_argument("pages", type=Path)
    parser.add_argument("--date", help="the pages' date: YYYY-MM or YYYY-MM-DD")
    parser.add_argument("--out", type=Path, required=True, help="folder of the revisions")
    parser.add_argument("--note", help="who gathered the pages, for the provenance")
    parser.add_argument(
        "--inherit", action="store_true", help="take what a page lacks from the earlier revisions in --out"
    )
    options = parser.parse_args(arguments)
    started = time.perf_counter()
    if not options.pages.is_dir():
        parser.error(f"{options.pages} is not a folder of pages")
    earlier = options.out if options.inherit else None
    market = derive_folder(options.pages, options.date, note=options.note, earlier=earlier)
    try:
        for revision in market.revisions.values():
            write(revision, options.out)
    except (OSError, ValueError) as error:
        parser.error(str(error))
    sys.stdout.write(_summary(market, time.perf_counter() - started))
    for failure in market.failed:
        sys.stderr.write(f"fakie: {failure}\n")
    return 2 if market.failed else 0


def _summary(market: Market, seconds: float) -> str:
    facts = [revision.facts for revision in market.revisions.values()]
    formats = Counter(entry["provenance"]["format"] for entry in facts)
    read = ", ".join(f"{count} of format {name}" for name, count in sorted(formats.items()))
    counted = (
        f"{sum(len(entry['sources']) for entry in facts)} facts, {sum(len(entry['unread']) for entry in facts)} unread"
    )
    return f"{len(facts)} pages read ({read}; {len(market.guides)} document no endpoint): {counted}, {seconds:.1f} s\n"


if __name__ == "__main__":
    sys.exit(main())
