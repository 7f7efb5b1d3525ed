"""Which kind of app a receiver is, told by how it can be called."""

import inspect
from functools import partial
from typing import Any, Literal

from fakie.core.control.errors import WrongOrderError, shown

AppKind = Literal["wsgi", "asgi2", "asgi3"]
_ASGI_NAMES = ("scope", "receive", "send")
# What the instances of a class can be, to whose makers it hands the arguments: the answer of a WSGI or an ASGI app.
_ANSWERS = ("__iter__", "__await__")
_MAKER = "a function that makes the app has to be called first, and a view or a handler is reached through its app"
_CLASS = "a class of apps has to be called first, as in Flask('name')"
_WRAPPED = (
    "one of *args is told by what it wraps; for an app pass lambda environ, start_response: it(environ, start_response)"
)
_OTHER = "an app of another kind, such as aiohttp's, takes callbacks on a port"
_PORT = "; a receiver at a URL of this machine is called there in a test with fakie_server"


def kind_of(app: Any) -> AppKind:
    """Return what an app is; raises WrongOrderError for what is none.

    WSGI takes (environ, start_response), ASGI 3 (scope, receive, send), ASGI 2 (scope) alone. Coroutine functions are
    ASGI 3; what takes any number of arguments counts as WSGI, unless its first one is called scope.
    """
    if not callable(app):
        raise WrongOrderError(
            "expected a WSGI or ASGI app, which can be called, such as Flask's own or Django's get_wsgi_application(),"
            f" or a client of httpx or Starlette; got {shown(app)}{_PORT if isinstance(app, str) else ''}"
        )
    called = app if inspect.isroutine(app) or inspect.isclass(app) else type(app).__call__
    waits = inspect.iscoroutinefunction(inspect.unwrap(called)) or inspect.iscoroutinefunction(app)
    try:
        signature = _signature(app, waits=waits)
    except (TypeError, ValueError):
        return "asgi3" if waits else "wsgi"  # written in C, as WSGI servers' own apps are
    kind = _told_by(signature, waits=waits)
    if kind is None or (inspect.isclass(app) and kind != "asgi2" and not any(hasattr(app, name) for name in _ANSWERS)):
        raise WrongOrderError(
            "expected a WSGI or ASGI app, which takes 2 arguments (environ, start_response), 3 (scope, receive, send)"
            f" or scope alone (ASGI 2); got {shown(app)}, which takes {signature}; {_hint(app)}"
        )
    return kind


def _signature(app: Any, *, waits: bool) -> inspect.Signature:
    """Return how an app is called; of what takes `*args` and does not wait what it stands around, which says more."""
    called = inspect.signature(app, follow_wrapped=False)
    takes_any = any(one.kind is one.VAR_POSITIONAL for one in called.parameters.values())
    return inspect.signature(app) if takes_any and not waits else called


def _told_by(signature: inspect.Signature, *, waits: bool) -> AppKind | None:
    fitting = [count for count in (1, 2, 3) if _takes(signature, count)]
    if waits:
        return "asgi3" if 3 in fitting else None
    is_asgi = next(iter(signature.parameters), "") == "scope"
    if is_asgi and 1 in fitting and 3 not in fitting:
        return "asgi2"
    if fitting == [3] or (is_asgi and 3 in fitting):
        return "asgi3"
    return "wsgi" if 2 in fitting else None


def _takes(signature: inspect.Signature, count: int) -> bool:
    try:
        signature.bind(*_ASGI_NAMES[:count])
    except TypeError:
        return False
    return True


def _hint(app: Any) -> str:
    if inspect.isclass(app):
        return _CLASS
    if hasattr(app, "__wrapped__"):
        return f"{_MAKER}; {_WRAPPED}"
    return _MAKER if inspect.isroutine(app) or isinstance(app, partial) else _OTHER
