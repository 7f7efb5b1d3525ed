"""The paths of the catalogue: a list of all models, and three questions about one, whose name may hold slashes."""

from collections.abc import Mapping

MODELS = "/api/v1/models"
_ENDS: Mapping[str, str] = {
    "/schema": "modelSchema",
    "/price": "modelPrice",
    "/success-rate": "modelSuccessRate",
}
PATHS: Mapping[tuple[str, str], str] = {
    ("GET", MODELS): "models",
    **{("GET", f"{MODELS}/{{model}}{end}"): name for end, name in _ENDS.items()},
}
NAMES = frozenset(PATHS.values())


def catalogue_endpoint(method: str, path: str) -> str | None:
    """Return the name of the catalogue's endpoint that answers a request, or None."""
    if method != "GET" or not path.startswith(MODELS):
        return None
    if path == MODELS:
        return "models"
    return next((name for end, name in _ENDS.items() if path.endswith(end) and model_asked_for(path)), None)


def model_asked_for(path: str) -> str | None:
    """Return the model that a path of the catalogue names, as it is written there, or None."""
    for end in _ENDS:
        if path.startswith(f"{MODELS}/") and path.endswith(end):
            return path[len(MODELS) + 1 : -len(end)] or None
    return None
