"""A folder in which the commands of a page find what they name: recordings, pages, files of a reader."""

import json
import shutil
from pathlib import Path

from fakie_fixtures import sample_pages
from fakie_schemas.compiler import derive
from fakie_schemas.compiler.write import write
from support.docs.blocks import CodeBlock
from support.recordings import as_har, exchange
from support.servers.catalogues import document

PACKAGE = Path(__file__).parents[3] / "clients" / "node"
_PAGE = sample_pages("old") / "voice-cleaner.md"
_CREDIT = exchange("GET", "/api/v1/chat/credit", None, {"code": 200, "msg": "success", "data": 72.62})


def lay_out(folder: Path, page: list[CodeBlock]) -> None:
    """Write what the commands of the docs name, and each block of the page that says which file it is."""
    for age in ("old", "new"):
        shutil.copytree(sample_pages(age), folder / age)
    shutil.copy(_PAGE, folder / "PAGE.md")
    write(derive(_PAGE, date="2026-01"), folder / "revisions")
    for name, content in {
        "recordings/one.json": json.dumps(_CREDIT),
        "session.har": json.dumps(as_har([_CREDIT])),
        "documents/z-image.openapi.json": json.dumps(document()),
        "keys/team": "team-key",
        "keys/nightly": "nightly-key",
        "photo.png": "no picture, as nobody looks",
    }.items():
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_text(content, encoding="utf-8")
    (folder / "node_modules").mkdir()
    (folder / "node_modules" / "fakie").symlink_to(PACKAGE)
    for block in page:
        if block.title and not block.not_run:
            (folder / block.title).write_text(block.text, encoding="utf-8")
