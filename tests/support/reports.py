"""Reports to look at: made by a run of `fakie test`, or from results that a test makes up."""

import json
import subprocess
import sys
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

from msgspec.structs import replace

import fakie_schemas
from fakie_contract.report import data
from fakie_contract.report.result import Result
from fakie_schemas.catalog.catalog import Catalog
from fakie_schemas.rules.difference import Difference
from fakie_schemas.validator import contract_validator

SCHEMA = fakie_schemas.format_schema("report")
MODEL = "elevenlabs/audio-isolation"


class Parsed(HTMLParser):
    """What a page would load or run, its headings, its tables by caption, and its text."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str]] = []
        self.tables: dict[str, list[list[str]]] = {}
        self.words: list[str] = []
        self._rows: list[list[str]] = []
        self._inside: list[str] = []
        self.feed(text)
        self.text = " ".join("".join(self.words).split())

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += [(name, value or "") for name, value in attrs]
        if tag == "caption":
            self._rows = []
            self._inside = ["caption", ""]
        elif tag == "tr":
            self._rows.append([])
        elif tag in ("th", "td"):
            self._rows[-1].append("")
            self._inside = ["cell"]

    def handle_endtag(self, tag: str) -> None:
        if tag == "caption":
            self.tables[self._inside[1].split(",")[0]] = self._rows
        if tag in ("caption", "th", "td"):
            self._inside = []

    def handle_data(self, data: str) -> None:
        self.words.append(data)
        if self._inside[:1] == ["caption"]:
            self._inside[1] += data
        elif self._inside[:1] == ["cell"]:
            self._rows[-1][-1] = " ".join((self._rows[-1][-1] + data).split())


def judged(*arguments: str) -> tuple[Any, Any, Parsed]:
    """Run `fakie test`; gives how it ended, the JSON, which must be of the published form, and the page."""
    command = [sys.executable, "-m", "fakie", "test", "--report", "r.json", "--html", "r.html", "--junit", "r.xml"]
    done = subprocess.run([*command, *arguments], capture_output=True, text=True, timeout=120, check=False)
    data = json.loads(Path("r.json").read_text(encoding="utf-8"))
    contract_validator(SCHEMA).validate(data)
    return done, data, Parsed(Path("r.html").read_text(encoding="utf-8"))


def finding(case: str = f"{MODEL}::life::success", **changed: Any) -> Difference:
    made = Difference(
        "shape.type",
        "breaking",
        "/body/data/*/costTime",
        "integer",
        "6.5",
        source="recordInfo",
        case=case,
        curl="curl -sS x",
    )
    return replace(made, **changed)


def result(case: str = f"{MODEL}::life::success", **changed: Any) -> Result:
    return replace(Result(case, MODEL, 200, "held", "", (), (200,), 0.1), **changed)


def data_of(*results: Result, **run: Any) -> dict[str, Any]:
    told = {"target": {"kind": "url", "url": "http://t.test", "live": False}, "profile": "documented", **run}
    report = data.as_data(results, Catalog.shipped(), told)
    contract_validator(SCHEMA).validate(json.loads(json.dumps(report)))
    return report
