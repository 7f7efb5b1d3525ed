"""The door of the pages: who may come in, which page is asked for, and what goes wrong, as a page."""

import logging
from http import HTTPStatus
from urllib.parse import quote, urlencode

from msgspec.structs import replace

from fakie.adapters.ui import answers
from fakie.adapters.ui.below import below_public_path
from fakie.adapters.ui.events import NewsFeed, Viewers
from fakie.adapters.ui.gate import UiGate
from fakie.adapters.ui.parts import OnTo, Parts, Sight
from fakie.adapters.ui.routes import find
from fakie.adapters.ui.statics import static_file
from fakie.adapters.ui.templates import render
from fakie.adapters.ui.visit import Visit, place_of, root_of, visit_of
from fakie.core.control.errors import NotThereError, WrongOrderError
from fakie.core.file_ports import FormReader
from fakie.core.http.guard import check_headers
from fakie.core.http.messages import Request, Response
from fakie.core.levers.ui_paths import UI
from fakie.core.service import Service
from fakie.core.situations import Refused

_log = logging.getLogger("fakie")
_STATIC, _EVENTS, _LOGIN, _LOGOUT = f"{UI}/static/", f"{UI}/events", f"{UI}/login", f"{UI}/logout"
_NO_METHOD = Sight(
    "problem.html.j2",
    "No such method",
    {"reason": "pages are read by GET and moved by POST"},
    HTTPStatus.METHOD_NOT_ALLOWED,
)
_NO_PAGE = Sight("problem.html.j2", "No such page", {"reason": "nothing is found here"}, HTTPStatus.NOT_FOUND)


class Ui:
    """A `Door`: shows and moves the control of one service by HTML."""

    def __init__(self, service: Service) -> None:
        settings = service.settings
        gate = UiGate(service.admission, settings.admin_token, secure=settings.public_url.startswith("https:"))
        self._parts = Parts(service, gate, Viewers(service.state.journal))

    @property
    def watching(self) -> int:
        """How many viewers are kept up to date just now."""
        return self._parts.viewers.watching

    def handle(self, request: Request) -> Response:
        """Answer one request to a page, its files or its events."""
        request = below_public_path(request, self._parts.service.settings.public_url)
        try:
            response = self._answer(request)
        except Refused as refused:
            response = self._refusal(refused, request)
        except WrongOrderError as error:
            status = HTTPStatus.NOT_FOUND if isinstance(error, NotThereError) else HTTPStatus.UNPROCESSABLE_ENTITY
            response = self._page(Sight("problem.html.j2", "Refused", {"reason": str(error)}, status), request)
        except Exception as bug:  # noqa: BLE001 - one page that failed must not end the connection
            self._parts.service.bugs.append(bug)
            _log.exception("unexpected error in %r %r", request.method, request.path)
            said = {"reason": "an unexpected error; the log has it in full"}
            response = self._page(Sight("problem.html.j2", "Error", said, HTTPStatus.INTERNAL_SERVER_ERROR), request)
        if request.method == "HEAD":
            response.feed = None
        return response

    def _answer(self, request: Request) -> Response:
        check_headers(request, self._parts.service.contracts.profile.facts.header_length)
        self._parts.gate.check(request)
        if request.method not in {"GET", "HEAD", "POST"}:
            return self._page(_NO_METHOD, request)
        if request.path.startswith(_STATIC):
            found = static_file(request.path.removeprefix(_STATIC))
            return answers.file(*found) if found else self._page(_NO_PAGE, request)
        if request.method == "POST":
            return self._form(request)
        if not self._parts.gate.knows(request):
            return self._sign_in_page(request, HTTPStatus.UNAUTHORIZED)
        if request.path in {UI, _LOGIN, _LOGOUT}:
            return answers.on_to(_quoted(f"{root_of(request)}/"))
        return self._events(request) if request.path == _EVENTS else self._sight(visit_of(request, self._forms))

    @property
    def _forms(self) -> FormReader:
        return self._parts.service.outside.forms

    def _form(self, request: Request) -> Response:
        visit = visit_of(request, self._forms)
        gate = self._parts.gate
        if request.path == _LOGIN:
            gate.check_form(request, visit.form)
            cookie = gate.sign_in(request, visit.form.get("token", "").strip())
            return (
                answers.on_to(_quoted(visit.back), cookie)
                if cookie
                else self._sign_in_page(request, HTTPStatus.FORBIDDEN, wrong=True)
            )
        if not gate.knows(request):
            return self._sign_in_page(request, HTTPStatus.UNAUTHORIZED)
        gate.check_form(request, visit.form)
        if request.path == _LOGOUT:
            return answers.on_to(_quoted(f"{root_of(request)}/login"), gate.sign_out(request))
        return self._sight(visit)

    def _sight(self, visit: Visit) -> Response:
        found = find(visit.request.method, visit.request.path.removeprefix(UI))
        if found is None:
            return self._page(_NO_PAGE, visit.request)
        view, names = found
        shown = view(self._parts, replace(visit, names=names))
        if isinstance(shown, OnTo):
            self._parts.viewers.note()
            return answers.on_to(_with_notice(shown))
        return self._page(shown, visit.request)

    def _events(self, request: Request) -> Response:
        seen = request.headers.get("last-event-id") or request.argument("seen") or ""
        response = answers.stream(self._parts.viewers.start_of(seen))
        response.feed = NewsFeed(self._parts.viewers)
        return response

    def _sign_in_page(self, request: Request, status: int, *, wrong: bool = False) -> Response:
        facts = {"wrong": wrong, "back": place_of(request) if request.method == "GET" else f"{root_of(request)}/"}
        return self._page(Sight("sign_in.html.j2", "Sign in", facts, status), request)

    def _refusal(self, refused: Refused, request: Request) -> Response:
        row = self._parts.service.contracts.profile.row(refused.situation)
        facts = {"reason": row.words({**row.example, **refused.facts})}
        return self._page(Sight("problem.html.j2", "Refused", facts, row.code), request)

    def _page(self, sight: Sight, request: Request) -> Response:
        return answers.html(render(self._parts, sight, request), sight.status)


def _quoted(path: str) -> str:
    return quote(path, safe="/?&=%:")


def _with_notice(on: OnTo) -> str:
    path = _quoted(on.path)
    if not on.notice:
        return path
    return f"{path}{'&' if '?' in path else '?'}{urlencode({'notice': on.notice})}"
