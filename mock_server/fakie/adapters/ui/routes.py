"""Which page answers which path."""

import re
from collections.abc import Callable, Sequence

from fakie.adapters.ui.parts import OnTo, Parts, Sight
from fakie.adapters.ui.views import accounts, conduct, levers, models, report, requests, tasks
from fakie.adapters.ui.visit import Visit

View = Callable[[Parts, Visit], Sight | OnTo]
_ROUTES: Sequence[tuple[str, str, View]] = (
    ("GET", "/", requests.index),
    ("GET", r"/entries/(\d{1,15})", requests.entry),
    ("GET", "/tasks", tasks.index),
    ("GET", r"/tasks/([^/]+)", tasks.task),
    ("GET", "/accounts", accounts.index),
    ("GET", r"/accounts/([^/]+)", accounts.account),
    ("GET", "/levers", levers.index),
    ("POST", "/pull", levers.pull),
    ("GET", "/models", models.index),
    ("GET", r"/models/(.+)", models.model),
    ("POST", r"/models/(.+)", models.create),
    ("GET", "/conduct", conduct.index),
    ("GET", "/report", report.index),
    ("POST", "/report", report.opened),
)


def find(method: str, path: str) -> tuple[View, tuple[str, ...]] | None:
    """Return the view of a path below the pages' own, with the variable parts of the path; None for no page."""
    method = "GET" if method == "HEAD" else method
    for wanted, pattern, view in _ROUTES:
        found = re.fullmatch(pattern, path) if wanted == method else None
        if found:
            return view, found.groups()
    return None
