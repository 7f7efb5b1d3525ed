"""The endpoints that pages document, and where a page names them."""

import re
from typing import NamedTuple

from fakie_schemas.compiler.page import Page

CREATE_TASK = ("POST", "/api/v1/jobs/createTask")
# Names of the endpoint revisions, which are also their folders.
ENDPOINTS = {
    ("GET", "/api/v1/jobs/recordInfo"): "record-info",
    ("GET", "/api/v1/chat/credit"): "credit",
    ("POST", "/api/v1/common/download-url"): "download-url",
    ("POST", "/api/file-base64-upload"): "file-base64-upload",
    ("POST", "/api/file-stream-upload"): "file-stream-upload",
    ("POST", "/api/file-url-upload"): "file-url-upload",
}


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
