"""Where the vendor's pages are, when they are there at all."""

import json
import os
from pathlib import Path
from typing import Any

import pytest

from fakie_schemas.compiler import DerivedRevision, derive
from support.pages.openapi import Read, Schema, document

REPOSITORY = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="session")
def shared_pages() -> Path:
    """Return the folder of the vendor's pages; skips when this checkout has none."""
    shared = Path(os.environ.get("FAKIE_SHARED", REPOSITORY.parent / "shared"))
    if not (shared / "pages").is_dir():
        pytest.skip(f"the vendor's pages are not here: {shared / 'pages'}")
    return shared / "pages"


@pytest.fixture
def read(tmp_path: Path) -> Read:
    """Derive a document from its JSON."""

    def derived(given: Schema, components: Schema | None = None, **more: Any) -> DerivedRevision:
        file = tmp_path / "page.json"
        file.write_text(json.dumps(document(given, components, **more)), encoding="utf-8")
        return derive(file)

    return derived
