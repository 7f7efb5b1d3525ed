"""A page of YAML whose fields are some lines, and what is read of it."""

from pathlib import Path
from typing import Any

from fakie_schemas.compiler import DerivedRevision, derive
from support.pages.openapi import given_of

PAGE = """openapi: 3.0.3
paths:
  /api/v1/jobs/createTask:
    post:
      requestBody:
        content:
          application/json:
            schema:
              properties:
                model: {type: string, enum: [acme/y]}
                input:
                  type: object
                  properties:
"""


def of_lines(tmp_path: Path, *lines: str) -> DerivedRevision:
    """Derive a page of YAML whose fields are these lines."""
    file = tmp_path / "page.yaml"
    file.write_text(PAGE + "".join(f"{' ' * 20}{line}\n" for line in lines))
    return derive(file)


def from_yaml(tmp_path: Path, *lines: str) -> Any:
    return given_of(of_lines(tmp_path, *lines))["properties"]
