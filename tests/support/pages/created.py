"""Pages of createTask with a request body of one's own."""

from pathlib import Path
from typing import Any

from fakie_schemas.compiler import derive


def revision_of_body(folder: Path, text: str) -> dict[str, Any]:
    """Derive a page whose section on the request body is this text; return the revision as data."""
    page = folder / "page.md"
    page.write_text(
        f"# T\n\nPOST /api/v1/jobs/createTask\n\n## Request body\n\n{text}\n## Response\n\n- `data.taskId`: id\n",
        encoding="utf-8",
    )
    return derive(page).as_dict()
