"""`llms.txt`: every page of the docs in a line each, in the order of the navigation; and all of them in one text."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"
_LONGEST = 200


def navigation() -> Iterator[tuple[str, str]]:
    """Yield each page of the site with its section, empty for the first page."""
    settings = yaml.safe_load((ROOT / "mkdocs.yml").read_text(encoding="utf-8"))
    for entry in settings["nav"]:
        yield from _entries(entry, "")


def llms_txt() -> str:
    """Return the index of the docs for programs, as https://llmstxt.org describes it."""
    about = "A fake kie.ai for local runs and tests, and a contract kit that judges the real one."
    parts = [f"# fakie\n\n> {about}\n\nWriting tests? [usage.md](usage.md) is short, exact, and enough for most.\n"]
    section = ""
    for name, page in navigation():
        if name != section:
            parts.append(f"\n## {name}\n\n")
            section = name
        title, first = title_and_first(DOCS / page)
        parts.append(f"- [{title}]({page}): {first}\n" if name else "")
    return "".join(parts)


def llms_full_txt() -> str:
    """Return every page of the docs, one after the other."""
    return "\n\n".join(f"<!-- {page} -->\n\n" + (DOCS / page).read_text(encoding="utf-8") for _, page in navigation())


def title_and_first(page: Path) -> tuple[str, str]:
    """Return the title of a page and its first sentence, without markup."""
    text = page.read_text(encoding="utf-8")
    title = re.search(r"^# (.+)$", text, re.MULTILINE)
    assert title, page  # noqa: S101 - a page begins with its title
    rest = re.sub(r"^```.*?^```$", "", text[title.end() :], flags=re.MULTILINE | re.DOTALL)
    prose = [part for part in rest.split("\n\n") if re.match(r"[\w`*\[(]", part.strip())]
    words = re.sub(r"\[([^\]]+)\]\([^)]+\)", r"\1", " ".join(prose[0].split()))
    sentence = re.split(r"(?<=\.) ", words)[0]
    return title[1], sentence if len(sentence) <= _LONGEST else sentence[:_LONGEST].rpartition(" ")[0] + " …"


def _entries(entry: Any, section: str) -> Iterator[tuple[str, str]]:
    if isinstance(entry, str):
        yield section, entry
    else:
        for name, below in entry.items():
            for one in below:
                yield from _entries(one, name)
