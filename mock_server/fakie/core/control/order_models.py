"""The models that orders may name, by endpoint: those of the catalogue, or those that a family's page lists."""

from fnmatch import fnmatchcase

from fakie.core.control.errors import WrongOrderError, shown
from fakie.core.orders import ANY_ENDPOINT
from fakie_schemas.catalog.catalog import Catalog
from fakie_schemas.families.family import BY_MODEL, FamilyEndpoint, endpoints

_MAKERS = tuple(one for one in endpoints().values() if one.kind == "create")
_BY_MODEL = tuple(one for one in _MAKERS if one.page == BY_MODEL)
# What a request names that names no model; patterns such as `*` fit it.
_NO_MODEL = ""


class OrderModels:
    """Finds the models that requests to an endpoint can be about; raises WrongOrderError for any other."""

    def __init__(self, catalog: Catalog) -> None:
        self._catalog = catalog

    def named(self, name: str, endpoint: str) -> str:
        """Return the name of such a model, or a pattern that one of them fits."""
        if not fnmatchcase(_NO_MODEL, name) and not any(self._has(maker, name) for maker in _makers(endpoint)):
            raise WrongOrderError(f"model: {self._refusal(name, endpoint)}")
        return name

    def _has(self, maker: FamilyEndpoint, name: str) -> bool:
        """Tell whether a request there can name this model, or one that fits this pattern."""
        if maker.page == BY_MODEL and self._catalog.served(name) is not None:
            return True
        models = self._models(maker)
        return name in models or ("*" in name and any(fnmatchcase(model, name) for model in models))

    def _models(self, maker: FamilyEndpoint) -> tuple[str, ...]:
        return self._catalog.models if maker.page == BY_MODEL else self._catalog.models_at(maker.page)

    def _refusal(self, name: str, endpoint: str) -> str:
        makers = _makers(endpoint)
        elsewhere = ", ".join(maker.name for maker in _MAKERS if self._has(maker, name))
        if any(maker.page == BY_MODEL for maker in makers):
            if elsewhere:
                return f"{shown(name)} is no model of {endpoint}, but of {elsewhere}; order it there"
            if name in endpoints():
                return f"{shown(name)} is no model, but an endpoint: an order names it by `endpoint`"
            near = ", ".join(self._catalog.names_near(name))
            return f"{shown(name)} is not known; did you mean one of: {near}?"
        known = dict.fromkeys(model for maker in makers for model in self._models(maker))
        works = f"one of: {', '.join(known)}" if known else "none, since its requests name no model: leave it out"
        got = f"{shown(name)}, which is one of {elsewhere}" if elsewhere else shown(name)
        return f"for {endpoint} expected {works}; got {got}"


def _makers(endpoint: str) -> tuple[FamilyEndpoint, ...]:
    """Return the endpoints that make the tasks an endpoint's requests are about; the catalogue's are createTask's."""
    about = endpoints().get(endpoint)
    if about is None:
        return _MAKERS if endpoint == ANY_ENDPOINT else _BY_MODEL
    if about.kind == "record":
        return tuple(one for one in _MAKERS if endpoint in one.makes.records)
    return (about,) if about.kind == "create" else ()
