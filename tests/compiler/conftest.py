"""Where the vendor's pages are, when they are there at all."""

import os
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="session")
def shared_pages() -> Path:
    """Return the folder of the vendor's pages; skips when this checkout has none."""
    shared = Path(os.environ.get("FAKIE_SHARED", REPOSITORY.parent / "shared"))
    if not (shared / "pages").is_dir():
        pytest.skip(f"the vendor's pages are not here: {shared / 'pages'}")
    return shared / "pages"
