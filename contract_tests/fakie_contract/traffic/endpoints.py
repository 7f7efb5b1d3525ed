"""What can be judged: the endpoints that have a contract, with their page and what is known of their wire."""

from dataclasses import dataclass
from pathlib import Path

import fakie_schemas
from fakie_contract.checks.shape import Schema, answer_schema
from fakie_contract.traffic.secrets import plain_path
from fakie_contract.traffic.view import View
from fakie_schemas.catalog.revision import Revision

VENDOR_HOSTS = ("api.kie.ai", "kieai.redpandaai.co")
_MOST_SEGMENTS = 5
_CREATE = ("POST", "/api/v1/jobs/createTask")


@dataclass(frozen=True)
class Endpoint:
    """An endpoint: its page (createTask has one for each model), and the answer schema that its captures follow.

    `page_mirrors`: the page shows refusals under an HTTP status equal to the code; `bare_errors`: refusals come
    without `data`.
    """

    name: str
    method: str
    path: str
    revision: Revision | None
    wire: Schema | None
    page_mirrors: bool = False
    bare_errors: bool = False

    @property
    def creates(self) -> bool:
        """Tell whether it is createTask."""
        return self.revision is None


class EndpointContracts:
    """Every endpoint that has a contract; a folder of one's own may replace their pages."""

    def __init__(self, own: Path | None = None) -> None:
        self._folders = [folder / "endpoints" for folder in (own, fakie_schemas.data_folder("revisions")) if folder]
        created = Endpoint("createTask", *_CREATE, None, answer_schema("task-created-with-record-id"))
        self.all = (
            created,
            self._of_page("record-info", "record-info", page_mirrors=True),
            self._of_page("credit", "credit"),
            self._of_page("download-url", "download-url"),
            *(
                self._of_page(f"file-{kind}-upload", "file-uploaded", page_mirrors=True, bare_errors=True)
                for kind in ("base64", "stream", "url")
            ),
        )

    def of(self, view: View) -> Endpoint | None:
        """Return the endpoint that an exchange asked, on whatever host and below whatever prefix of a proxy."""
        asked = (endpoint for endpoint in self.all if endpoint.method == view.exchange.method)
        return next((endpoint for endpoint in asked if view.path.endswith(endpoint.path)), None)

    def _of_page(self, name: str, wire: str, **how: bool) -> Endpoint:
        files = [file for folder in self._folders for file in sorted((folder / name).glob("*.revision.json"))[-1:]]
        revision = Revision(files[0])
        asked = revision.facts["endpoint"]
        return Endpoint(name, asked["method"], asked["path"], revision, answer_schema(wire), **how)


def no_contract(view: View) -> str:
    """Say that a path of the vendor has no contract: the path without what differs from call to call."""
    segments = plain_path(view.path).split("/")[1:]
    more = ["…"] if len(segments) > _MOST_SEGMENTS else []
    return f"no contract for {view.exchange.method[:10]} /{'/'.join([*segments[:_MOST_SEGMENTS], *more])}"
