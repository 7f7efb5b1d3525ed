"""The endpoints that pages document, and where a page names them."""

import re
from typing import NamedTuple

from fakie_schemas.compiler.page import Page
from fakie_schemas.families.family import BY_MODEL, endpoints

CREATE_TASK = ("POST", "/api/v1/jobs/createTask")
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
        if re.search(r"/api/v1/jobs/createTask\b", line) and "](" not in line:
            return Place(*CREATE_TASK, number)
    return None
