"""Templates made into pages: everything in them is escaped."""

import json
from datetime import UTC, datetime
from functools import cache
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, urlencode

from fakie.adapters.ui.lever_forms import lever_form, notice_of
from fakie.adapters.ui.parts import Parts, Sight
from fakie.adapters.ui.statics import static_path
from fakie.adapters.ui.visit import place_of, root_of
from fakie.core.http.messages import Request
from fakie_schemas.recordings.urls import without_openings
from fakie_schemas.shortening import short
from fakie_schemas.strict_json import StrictJson
from fakie_schemas.version import __version__

if TYPE_CHECKING:
    from jinja2 import Environment

_CUT = 200
_JSON = StrictJson(finite=False)
# Signs that nobody sees, those that turn the text around them, and halves of one, which no page can hold: shown by
# their names, as JSON has them.
_UNSEEN = (*range(9), 11, 12, *range(14, 32), *range(0x7F, 0xA0), *range(0x202A, 0x202F), *range(0x2066, 0x206A))
_HALVES = range(0xD800, 0xE000)
_NAMED = {code: f"\\u{code:04x}" for code in (*_UNSEEN, *_HALVES)}


def render(parts: Parts, sight: Sight, request: Request) -> str:
    """Return a page as HTML."""
    gate = parts.gate
    known = gate.knows(request)
    facts = {
        **sight.facts,
        "title": sight.title,
        "path": request.prefix + request.path,
        "UI": root_of(request),
        "static": lambda name: request.prefix + static_path(name),
        "here": place_of(request),
        "form_secret": gate.form_secret(request),
        "signed_in": known and gate.needs_token,
        "known": known,
        "seen": parts.viewers.now,
        "notice": notice_of(parts.service.levers, request.argument("notice")),
        "lever_form": lambda method, path: lever_form(parts.service.levers, method, path),
    }
    return _environment().get_template(sight.template).render(facts)


@cache
def _environment() -> "Environment":
    # Only now: most fakes are never looked at.
    from jinja2 import Environment, PackageLoader, StrictUndefined

    loader = PackageLoader("fakie.adapters.ui")
    made = Environment(
        loader=loader,
        autoescape=True,
        undefined=StrictUndefined,
        finalize=_seen,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters |= {"clock": _clock, "moment": _moment, "pretty": _pretty, "segment": _segment, "short": _short}
    made.filters |= {"unsigned": without_openings, "within": _within}
    made.globals |= {"version": __version__, "query": _query}
    return made


def _seen(value: Any) -> Any:
    """Return a text with each sign in it seen where it stands."""
    return value.translate(_NAMED) if isinstance(value, str) else value


def _clock(at: float) -> str:
    """Write a moment as the time of its day, in UTC."""
    return _at(at).strftime("%H:%M:%S.%f")[:-3]


def _moment(at: float) -> str:
    """Write a moment with its day, in UTC."""
    return _at(at).strftime("%Y-%m-%d %H:%M:%S.%f")[:-3]


def _at(seconds: float) -> datetime:
    try:
        return datetime.fromtimestamp(seconds, UTC)
    except (OverflowError, ValueError, OSError):
        # A clock can be advanced beyond what a date can say.
        return datetime.max.replace(tzinfo=UTC)


def _pretty(text: str) -> str:
    """Write JSON with line breaks, anything else as it is: also where a name stands twice, of which one would go."""
    try:
        return json.dumps(_JSON.read(text), ensure_ascii=False, indent=2)
    except (ValueError, RecursionError):
        return text


def _segment(text: str) -> str:
    return quote(text, safe="", errors="replace")


def _within(text: str) -> str:
    """Write a name so that it stays in the path below which it stands; its slashes may."""
    return quote(text, safe="/", errors="replace")


def _short(text: str, most: int = _CUT) -> str:
    return short(text, most)


def _query(**given: Any) -> str:
    """Write the query of those that are there."""
    written = urlencode({name: value for name, value in given.items() if value not in (None, "")})
    return f"?{written}" if written else ""
