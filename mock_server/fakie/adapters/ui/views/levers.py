"""The levers: what waits, a form for each, and the pull of one."""

import json
from collections.abc import Mapping
from typing import Any

from fakie.adapters.ui.lever_forms import forms_of, read_arguments
from fakie.adapters.ui.parts import OnTo, Parts, Sight
from fakie.adapters.ui.visit import Visit
from fakie.core.http.messages import Request
from fakie.core.levers import shown
from fakie.core.levers.lever import PREFIX
from fakie.core.orders import USUAL_ENDPOINT
from fakie.core.situations import Refused
from fakie_schemas.scenario_files import scenario_names

_USUAL = {"times": 1, "after": 0, "used": 0, "probability": 1.0, "by": "time", "words": (None, None)}
# The kinds of orders as levers and as the control call them.
_WAITING = {"/faults": "faults", "/spoils": "transport_faults", "/plans": "plans"}
_GROUPS = (
    ("Next answers", ("/faults", "/spoils")),
    ("Next tasks and their callbacks", ("/plans",)),
    ("Time", ("/clock",)),
    ("A bad day", ("/scenarios",)),
    ("Accounts and files", ("/accounts", "/files")),
    ("Begin anew", ("/journal", "/reset", "/reload")),
)


def index(parts: Parts, _: Visit) -> Sight:
    """Show what waits, and the form of every lever that needs no task."""
    return _sight(parts, {})


def pull(parts: Parts, visit: Visit) -> Sight | OnTo:
    """Pull the lever that a form names; what was refused is said with the form as it was."""
    router, form = parts.service.levers, visit.form
    method, path = form.get("method", ""), form.get("path", "")
    lever = next((one for one in router.levers if one.match(method, PREFIX + path) is not None), None)
    if lever is None or method == "GET":
        raise Refused("lever_unknown", reason=f"no lever answers {method[:10]} {path[:80]}")
    try:
        router.pull(Request.of(method, f"{PREFIX}{path}"), read_arguments(lever.body, form))
    except Refused as refused:
        return _sight(parts, {"refused": refused.facts["reason"], "kept": form, "back": visit.back}, status=422)
    return OnTo(visit.back, lever.name)


def _sight(parts: Parts, facts: dict[str, Any], status: int = 200) -> Sight:
    control, router = parts.service.control, parts.service.levers
    forms = forms_of(router.levers)
    named = {path for _, paths in _GROUPS for path in paths}
    groups = [(name, [form for form in forms if f"/{form.path.split('/')[1]}" in paths]) for name, paths in _GROUPS]
    others = [form for form in forms if f"/{form.path.split('/')[1]}" not in named]
    waiting = [
        (path, [(order.id, _told(shown.order(order), path)) for order in control.orders.books[kind]])
        for path, kind in _WAITING.items()
    ]
    return Sight(
        "levers.html.j2",
        "Levers",
        {
            "groups": [*groups, *([("More", others)] if others else [])],
            "waiting": [(path, rows) for path, rows in waiting if rows],
            "playing": [shown.playing(one) for one in control.scenarios.playing],
            "refused": "",
            "kept": {},
            "back": "",
            "vocabulary": _vocabulary(parts),
            **facts,
        },
        status,
    )


def _told(order: Mapping[str, Any], path: str) -> str:
    """Write an order on one line, without what is as usual."""
    what = order["what"] if isinstance(order["what"], dict) else {"situation": order["what"]}
    # `race` is the former name of a quirk.
    told = {**what, **order, "what": None, "race": None, "id": None}
    usual = {**_USUAL, "endpoint": "*" if path == "/plans" else USUAL_ENDPOINT}
    kept = {name: value for name, value in told.items() if value not in (None, "") and usual.get(name) != value}
    words = [f"{name} {one if isinstance(one, str) else json.dumps(one, default=str)}" for name, one in kept.items()]
    return ", ".join([*words, *(["until taken back"] if order["times"] is None else [])])


def _vocabulary(parts: Parts) -> dict[str, list[str]]:
    """Return the words that fields may have, for a browser to offer."""
    contracts = parts.service.contracts
    return {
        "situation": list(contracts.profile.orderable),
        "model": list(contracts.catalog.models),
        "code": [str(code) for code in contracts.profile.codes],
        "account": [account.handle for account in parts.service.control.accounts.all()[-50:]],
        "scenario": list(scenario_names()),
    }
