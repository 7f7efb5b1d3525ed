from pathlib import Path

import fakie_schemas
from fakie_schemas.compiler import derive, write

COMMITTED = Path(fakie_schemas.__file__).parent / "revisions" / "elevenlabs" / "audio-isolation"


def test_users_page_gives_the_committed_revision_byte_for_byte(shared_pages: Path, tmp_path: Path) -> None:
    """Re-deriving the page leaves both committed files unchanged."""
    page = shared_pages / "user" / "elevenlabs-audio-isolation.zh.md"
    written = write(derive(page, date="2025-12"), tmp_path)
    assert [path.name for path in written] == ["2025-12.request.schema.json", "2025-12.revision.json"]
    for path in written:
        assert path.read_bytes() == (COMMITTED / path.name).read_bytes()
