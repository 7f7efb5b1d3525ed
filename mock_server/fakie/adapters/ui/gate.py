"""Who may see the pages and use their forms: the checks of levers, a session in a cookie, a secret in each form."""

import hashlib
import hmac
import os
import time
from collections.abc import Mapping
from http.cookies import CookieError, SimpleCookie
from urllib.parse import quote

from fakie.core.http.messages import Request
from fakie.core.levers.admission import Admission
from fakie.core.levers.ui_paths import UI
from fakie.core.situations import Refused

FORM_SECRET = "form_secret"  # noqa: S105 - a field's name
_LASTS = 12 * 3600
_COOKIE = "fakie_ui"


class UiGate:
    """Lets in whoever gave the admin token, or this machine where there is none.

    The cookie is no token: it is signed with one, and holds until a moment, so that it outlives a restart and needs no
    memory. Cookies know no ports, so the secret of a form is what tells the fake's pages from others of this machine.
    """

    def __init__(self, admission: Admission, token: str | None, *, secure: bool) -> None:
        self._admission = admission
        self._token = (token or "").encode()
        self._secure = "; Secure" if secure else ""
        self._secret = os.urandom(32)
        self._cookie = f"{_COOKIE}_{self._signed('name')[:8]}"

    @property
    def needs_token(self) -> bool:
        """Whether there is anything to sign in with."""
        return self._admission.needs_token

    def check(self, request: Request) -> None:
        """Refuse a request from elsewhere, for a page elsewhere, or to a name of somebody else."""
        if request.headers.get("origin", "").partition("://")[2] != request.headers.get("host"):
            self._admission.check_page(request)
        self._admission.check_place(request)

    def knows(self, request: Request) -> bool:
        """Tell whether a request may see and move everything."""
        if not self.needs_token:
            return True
        until, _, signed = self._session(request).partition(".")
        right = hmac.compare_digest(signed.encode(), self._signed(f"until {until}").encode())
        return right and until.isdecimal() and int(until) > time.time()

    def check_form(self, request: Request, form: Mapping[str, str]) -> None:
        """Refuse a form that another page than the fake's own has sent, or one of another session."""
        self._admission.check_own_page(request)
        if not hmac.compare_digest(form.get(FORM_SECRET, "").encode(), self.form_secret(request).encode()):
            raise Refused("lever_forbidden", reason="this form is not of this session of the fake; load the page again")

    def form_secret(self, request: Request) -> str:
        """Return what every form of this session holds."""
        return hmac.new(self._secret, self._session(request).encode(), hashlib.sha256).hexdigest()

    def sign_in(self, request: Request, token: str) -> tuple[str, str] | None:
        """Return the header that begins a session, None for a wrong token."""
        if not self._admission.is_token(token):
            return None
        until = str(int(time.time()) + _LASTS)
        return self._set_cookie(request, f"{until}.{self._signed(f'until {until}')}", _LASTS)

    def sign_out(self, request: Request) -> tuple[str, str]:
        """Return the header that ends a session."""
        return self._set_cookie(request, "", 0)

    def _session(self, request: Request) -> str:
        try:
            cookie = SimpleCookie(request.headers.get("cookie", "")).get(self._cookie)
        except CookieError:
            return ""
        return cookie.value if cookie else ""

    def _set_cookie(self, request: Request, value: str, seconds: int) -> tuple[str, str]:
        limits = f"Path={quote(request.prefix + UI)}; Max-Age={seconds}; HttpOnly; SameSite=Strict{self._secure}"
        return "Set-Cookie", f"{self._cookie}={value}; {limits}"

    def _signed(self, text: str) -> str:
        return hmac.new(self._token, f"fakie ui {text}".encode(), hashlib.sha256).hexdigest()
