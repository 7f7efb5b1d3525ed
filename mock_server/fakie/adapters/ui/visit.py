"""A request to one of the pages, taken apart: its query, its form, the variable parts of its path."""

import io
from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qsl

from msgspec import Struct, field

from fakie.core.file_ports import BadForm, FormReader
from fakie.core.http.body import read_body
from fakie.core.http.messages import Request
from fakie.core.levers.ui_paths import UI, UI_BODIES
from fakie.core.situations import Refused
from fakie_schemas.decimals import whole_number
from fakie_schemas.recordings.urls import without_openings

_FORM_BYTES = 4 * 1024 * 1024
_MOST_FIELDS = 500
_URLENCODED = "application/x-www-form-urlencoded"


class Visit(Struct, frozen=True):
    """A visit of a page; an argument or a field that is left empty is not there. `files` are by their field's name."""

    request: Request
    names: tuple[str, ...] = ()
    query: Mapping[str, str] = field(default_factory=dict)
    form: Mapping[str, str] = field(default_factory=dict)
    files: Mapping[str, bytes] = field(default_factory=dict)

    def number(self, name: str) -> int | None:
        """Return a whole number of the query, None for none or what is no number."""
        return whole_number(self.query.get(name, ""))

    @property
    def back(self) -> str:
        """The page that a form says to go on to: one of these, or the first."""
        wanted = self.form.get("back", "")
        root = root_of(self.request)
        inside = wanted.startswith(f"{root}/") and "\\" not in wanted and wanted.isprintable() and wanted.isascii()
        return wanted if inside else f"{root}/"


def root_of(request: Request) -> str:
    """Return the path of the pages, as a browser asks for them."""
    return request.prefix + UI


def place_of(request: Request) -> str:
    """Return path and query as asked for; the path alone where the query holds a secret, which no page shows."""
    path = request.prefix + request.path
    place = path + (f"?{request.query}" if request.query else "")
    return path if without_openings(place) != place else place


def visit_of(request: Request, forms: FormReader) -> Visit:
    """Take a request apart; raises Refused for a body that is no form."""
    query = dict(_pairs(request.query))
    if request.method != "POST":
        return Visit(request, query=query)
    body = read_body(request, UI_BODIES.get(request.path, _FORM_BYTES))
    kind = request.headers.get("content-type", "")
    if kind.partition(";")[0].strip().lower() == _URLENCODED:
        return Visit(request, query=query, form=dict(_pairs(body.decode("utf-8", "replace"))))
    return Visit(request, query=query, **_multipart(body, kind, forms))


def _pairs(text: str) -> list[tuple[str, str]]:
    try:
        return parse_qsl(text, max_num_fields=_MOST_FIELDS)
    except ValueError:
        raise Refused("body_malformed", reason=f"it has more than {_MOST_FIELDS} fields") from None


def _multipart(body: bytes, kind: str, forms: FormReader) -> Mapping[str, Any]:
    try:
        form = forms.read(io.BytesIO(body), kind)
    except BadForm as bad:
        raise Refused("body_malformed", reason=str(bad)) from None
    try:
        return {"form": dict(form.fields), "files": {part.field: part.content.read() for part in form.files}}
    finally:
        form.close()
