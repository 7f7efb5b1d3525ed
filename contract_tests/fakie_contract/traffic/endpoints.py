"""The endpoints that can be judged: those that have a contract, with their page and what is known of their wire."""

from collections.abc import Iterator

from msgspec import Struct

from fakie_contract.checks.shape import Schema, answer_schema
from fakie_contract.traffic.secrets import plain_path
from fakie_contract.traffic.view import View
from fakie_schemas import vendor_hosts
from fakie_schemas.catalog.catalog import Catalog
from fakie_schemas.catalog.revision import Revision
from fakie_schemas.families.family import BY_MODEL, FamilyEndpoint, endpoints

# Those that requests go to; results lie at others.
VENDOR_HOSTS = frozenset(one["host"] for one in vendor_hosts() if one["role"] in {"api", "uploads"})
_MOST_SEGMENTS = 5
# The answer schemas of what was captured, by the endpoint's page.
_CAPTURED = {
    BY_MODEL: "task-created-with-record-id",
    "record-info": "record-info",
    "credit": "credit",
    "download-url": "download-url",
}
_MIRRORED = frozenset({"record-info"})


class Endpoint(Struct, frozen=True):
    """An endpoint: its page (createTask has one for each model), and the answer schema that its captures follow.

    `about` is what its family says of it. `page_mirrors`: the page shows refusals under an HTTP status equal to the
    code; `bare_errors`: refusals come without `data`.
    """

    name: str
    about: FamilyEndpoint
    revision: Revision | None
    wire: Schema | None
    page_mirrors: bool = False
    bare_errors: bool = False

    @property
    def method(self) -> str:
        """The method of its requests."""
        return self.about.method

    @property
    def path(self) -> str:
        """Its path, from the root on."""
        return self.about.path

    @property
    def by_model(self) -> bool:
        """Tell whether it is createTask, whose requests have the page of their model."""
        return self.about.page == BY_MODEL

    @property
    def is_of_family(self) -> bool:
        """Tell whether it is judged by its page and the data of its family: nothing of it was captured."""
        return self.wire is None

    @property
    def shows_tasks(self) -> bool:
        """Tell whether its answers show a task."""
        return self.about.kind == "record"


class EndpointContracts:
    """Every endpoint that has a contract, by its page that counts in a catalog."""

    def __init__(self, catalog: Catalog) -> None:
        self._catalog = catalog
        self.all = tuple(self._known())
        self._at = {(one.method, one.path): one for one in self.all}
        self._ends = {one.path.rpartition("/")[2] for one in self.all}

    def of(self, view: View) -> Endpoint | None:
        """Return the endpoint that an exchange asked, on whatever host and below whatever prefix of a proxy."""
        method, path = view.exchange.method, view.path
        if path.rpartition("/")[2] not in self._ends:
            return None
        at = self._at.get((method, path))
        found = at or next((one for one in self.all if one.method == method and path.endswith(one.path)), None)
        return found if found and (not found.is_of_family or _is_of_vendor(view)) else None

    def _known(self) -> Iterator[Endpoint]:
        for about in endpoints().values():
            page = None if about.page == BY_MODEL else self._catalog.endpoint(about.page)
            uploads = about.kind == "upload"
            captured = "file-uploaded" if uploads else _CAPTURED.get(about.page)
            # Findings have always named those of the Market by their pages.
            name = about.page if captured and about.page != BY_MODEL else about.name
            wire = answer_schema(captured) if captured else None
            if page is not None or about.page == BY_MODEL:
                yield Endpoint(name, about, page, wire, uploads or about.page in _MIRRORED, uploads)


def _is_of_vendor(view: View) -> bool:
    """Tell whether a path that others may have too is meant: by its host, or by the form of its answer."""
    return view.host in VENDOR_HOSTS or (isinstance(view.answer, dict) and {"code", "msg"} <= view.answer.keys())


def no_contract(view: View) -> str:
    """Say that a path of the vendor has no contract: the path without what differs from call to call."""
    segments = plain_path(view.path).split("/")[1:]
    more = ["…"] if len(segments) > _MOST_SEGMENTS else []
    return f"no contract for {view.exchange.method[:10]} /{'/'.join([*segments[:_MOST_SEGMENTS], *more])}"
