"""Which kind of app a receiver is, told by how it can be called."""

import inspect
from typing import Any, Literal

from fakie.core.control.errors import WrongOrderError, shown

AppKind = Literal["wsgi", "asgi2", "asgi3"]
_ASGI_NAMES = ("scope", "receive", "send")
_MAKER = "a function that makes the app has to be called first"
_OTHER = "an app of another kind, such as aiohttp's, takes callbacks on a port"


def kind_of(app: Any) -> AppKind:
    """Return what an app is; raises WrongOrderError for what is none.

    WSGI takes (environ, start_response), ASGI 3 (scope, receive, send), ASGI 2 (scope) alone. Coroutine functions are
    ASGI 3; what takes any number of arguments counts as WSGI, unless its first one is called scope.
    """
    if not callable(app):
        raise WrongOrderError(
            "expected a WSGI or ASGI app, which can be called, such as Flask's own or Django's get_wsgi_application(),"
            f" or a client of httpx or Starlette; got {shown(app)}"
        )
    called = app if inspect.isroutine(app) or inspect.isclass(app) else type(app).__call__
    if inspect.iscoroutinefunction(inspect.unwrap(called)) or inspect.iscoroutinefunction(app):
        return "asgi3"
    try:
        signature = inspect.signature(app)
    except (TypeError, ValueError):
        return "wsgi"  # written in C, as WSGI servers' own apps are
    fitting = [count for count in (1, 2, 3) if _takes(signature, count)]
    if not fitting:
        raise WrongOrderError(
            f"expected a WSGI or ASGI app, which takes 2 arguments, 3, or 1 (ASGI 2); got {shown(app)}, which takes"
            f" {signature}; {_MAKER if inspect.isroutine(app) else _OTHER}"
        )
    if fitting == [1] or (1 in fitting and _first(signature) == "scope" and 3 not in fitting):
        return "asgi2"
    return "asgi3" if fitting == [3] or (3 in fitting and _first(signature) == "scope") else "wsgi"


def _takes(signature: inspect.Signature, count: int) -> bool:
    try:
        signature.bind(*_ASGI_NAMES[:count])
    except TypeError:
        return False
    return True


def _first(signature: inspect.Signature) -> str:
    return next(iter(signature.parameters), "")
