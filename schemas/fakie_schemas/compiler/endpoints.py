"""The endpoints that pages document, and where a page names them."""

import re
from collections.abc import Iterable
from typing import NamedTuple

from fakie_schemas.compiler.page import Page
from fakie_schemas.families.family import BY_MODEL, endpoints

_CREATE = endpoints()["createTask"]
CREATE_TASK = (_CREATE.method, _CREATE.path)
_PATH = re.escape(_CREATE.path)
# Where and as what a page of createTask says that it is asked, where it says nothing odd.
SERVER, JSON_TYPE = "https://api.kie.ai", "application/json"
# Names of the endpoint revisions, which are also their folders.
ENDPOINTS = {(one.method, one.path): one.page for one in endpoints().values() if one.page != BY_MODEL}


class Place(NamedTuple):
    """An endpoint as a page names it, with the line."""

    method: str
    path: str
    line: int


def find_create_task(page: Page) -> Place | None:
    """Find the first line that names createTask; its method is on that line or was named just before."""
    for number, line in enumerate(page.text.split("\n"), 1):
        if re.search(rf"{_PATH}\b", line) and "](" not in line:
            return Place(*CREATE_TASK, number)
    return None


def is_json(kind: str) -> bool:
    """Tell whether a content type is that of JSON, with a charset or without."""
    return kind.partition(";")[0].strip().lower() == JSON_TYPE


def json_among(kinds: Iterable[str]) -> str:
    """Return how JSON is spelled among content types; as usual where it is not there."""
    return next(filter(is_json, kinds), JSON_TYPE)


def unusual_ways(page: Page) -> dict[str, list[str]]:
    """Return the servers and content types with which a page in words asks createTask, where they are not the usual."""
    urls = re.findall(rf"\bhttps?://[^\s/'\"`<>]+(?={_PATH}\b)", page.text)
    kinds = re.findall(r"\bContent-Type\W{1,12}((?:application|multipart|text)/[\w.+-]+)", page.text, re.IGNORECASE)
    found = {"servers": (urls, SERVER), "content_types": (kinds, JSON_TYPE)}
    named = {name: list(dict.fromkeys(text.lower() for text in texts)) for name, (texts, _) in found.items()}
    return {name: texts for name, texts in named.items() if texts not in ([], [found[name][1]])}
