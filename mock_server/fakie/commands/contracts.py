"""Contracts from wherever they lie: a page, a revision's files, or a folder of either."""

from pathlib import Path
from typing import TYPE_CHECKING

from jsonschema import SchemaError

import fakie_schemas
from fakie.commands.compiling import derive_page, derive_pages
from fakie.commands.terminal import counting
from fakie_schemas.catalog.drift import Contract
from fakie_schemas.catalog.subschemas import unreadable_part
from fakie_schemas.catalog.validation import first_violation
from fakie_schemas.errors import ConfigurationError
from fakie_schemas.files import files_below
from fakie_schemas.validator import contract_validator

if TYPE_CHECKING:
    from fakie_schemas.compiler import DerivedRevision

FACTS, REQUEST = ".revision.json", ".request.schema.json"


def load_contracts(path: Path) -> dict[str, Contract]:
    """Read contracts by name, of each the latest; raises ConfigurationError for what cannot be read."""
    if path.is_dir():
        return _folder(path)
    if path.name.endswith((FACTS, REQUEST)):
        stem = path.name.removesuffix(FACTS).removesuffix(REQUEST)
        contract = read_revision(path.with_name(stem + FACTS))
    else:
        contract = contract_of(derive_page(path))
    return {contract.name: contract}


def holds_revisions(folder: Path) -> bool:
    """Tell whether a folder holds revisions, and so no pages that count."""
    return any(file.name.endswith(FACTS) for file in files_below(folder))


def read_revision(facts_file: Path, below: Path | None = None) -> Contract:
    """Read a revision's two files, of a folder that is compared; raises ConfigurationError when they are none."""
    try:
        facts = fakie_schemas.read_json(facts_file)
        request = fakie_schemas.read_json(facts_file.with_name(facts_file.name.removesuffix(FACTS) + REQUEST))
        violation = first_violation(contract_validator(fakie_schemas.format_schema("revision")), facts)
        if violation:
            raise ValueError(f"{facts_file}: {violation.told}")
        contract_validator(request)
        if reason := unreadable_part(request):
            raise ValueError(f"{facts_file}: {reason}")
        return Contract.of(facts["model"] or _page_of(facts_file, below), request, facts)
    except OSError as error:
        raise ConfigurationError(f"{error.filename}: cannot be read: {error.strerror}") from error
    except SchemaError as error:
        raise ConfigurationError(f"{facts_file}: its request schema is none: {error.message[:200]}") from error
    except RecursionError as error:
        raise ConfigurationError(f"{facts_file}: it is nested too deeply") from error
    except ValueError as error:
        raise ConfigurationError(str(error)) from error


def contract_of(revision: "DerivedRevision") -> Contract:
    """Return a derived revision as a side of a comparison."""
    return Contract.of(revision.name, revision.request, revision.facts)


def _folder(path: Path) -> dict[str, Contract]:
    if holds_revisions(path):
        # In the order of their dates, so that of each model the latest is kept.
        files = [file for file in files_below(path) if file.name.endswith(FACTS)]
        found = (read_revision(file, path) for file in counting("revisions", files))
        return {contract.name: contract for contract in found}
    market = derive_pages(path)
    if market.failed:
        # Which contract such a page holds is unknown, so that it would look like one that was removed.
        more = f" (and {len(market.failed) - 1} more)" if len(market.failed) > 1 else ""
        raise ConfigurationError(f"{market.failed[0]}{more}")
    if not market.revisions:
        expected = f"doc pages (*.md), OpenAPI documents (*.json, *.yaml) or revisions (*{FACTS})"
        raise ConfigurationError(f"{path}: expected {expected}; there are none")
    return {revision.name: contract_of(revision) for revision in market.revisions.values()}


def _page_of(facts_file: Path, below: Path | None) -> str:
    """Return the name of an endpoint's page: its folders from the one that is called endpoints or is compared."""
    folder = facts_file.parent
    parts = folder.parts
    if "endpoints" in parts:
        return "/".join(parts[parts.index("endpoints") :])
    own = folder.relative_to(below).parts if below else ()
    return "/".join(("endpoints", *(own or parts[-1:])))
