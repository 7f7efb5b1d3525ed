"""Every endpoint of the API that the fake answers, by method and path."""

from collections.abc import Mapping

from fakie.core.catalogue.paths import PATHS as CATALOGUE
from fakie.core.catalogue.paths import catalogue_endpoint
from fakie.core.files.uploads import PATHS as UPLOAD_PATHS
from fakie.core.handling.endpoints import PATHS as TASKS

ENDPOINTS: Mapping[tuple[str, str], str] = {**TASKS, **CATALOGUE}


def endpoint_of(method: str, path: str) -> str | None:
    """Return the name of the endpoint that answers a request; None when none does."""
    # An upload by another method is one all the same, with an answer of its own.
    return TASKS.get((method, path)) or UPLOAD_PATHS.get(path) or catalogue_endpoint(method, path)
