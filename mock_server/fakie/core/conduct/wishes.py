"""Wishes: what a request for a task asks for, whatever it is written like.

Two bodies are one wish when the same thing would be made for them. So the order of keys, the notation of numbers, the
callback's address, whatever names the attempt, and the signature of a media URL do not count. A seed counts, as every
other input does: with another one, something else is made. Two addresses are two files, since nobody here sees what
lies behind them; the same file uploaded again under its own name has the same address.
"""

import re
from collections.abc import Mapping
from json import dumps
from typing import Any

from fakie_schemas.families.family import BY_MODEL, FamilyEndpoint
from fakie_schemas.recordings.urls import without_secret_arguments

# What clients call the attempt, in lower-case letters; no page has an input of such a name.
_ATTEMPT = re.compile(
    r"(?:x)?idempoten(?:cy|t)(?:key|token|id)?|(?:client)?(?:request|reference|trace|correlation)id|clienttoken"
    r"|nonce|attempt(?:s|no|number|id)?|retry(?:count|no|number)?"
)
_URL = re.compile(r"https?://", re.IGNORECASE)


def wish_of(body: Mapping[str, Any], endpoint: FamilyEndpoint | None = None) -> str:
    """Return a text that two bodies for an endpoint have in common when they ask for the same; None: createTask."""
    if endpoint is None or endpoint.page == BY_MODEL:
        # Whatever stands beside model and input makes nothing.
        asked = [_plain(body.get("model")), _without_attempt(body.get("input"))]
    else:
        asked = [endpoint.name, _without_attempt({name: body[name] for name in body if name != endpoint.callback})]
    return dumps(asked, sort_keys=True)


def _without_attempt(given: Any) -> Any:
    if isinstance(given, dict):
        given = {name: value for name, value in given.items() if not _names_the_attempt(name)}
    return _plain(given)


def _names_the_attempt(name: str) -> bool:
    return _ATTEMPT.fullmatch(re.sub(r"[^a-z]", "", name.lower())) is not None


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _plain(inner) for name, inner in value.items()}
    if isinstance(value, list):
        return [_plain(inner) for inner in value]
    if isinstance(value, float) and value.is_integer():
        return int(value)
    return _unsigned(value) if isinstance(value, str) and _URL.match(value) else value


def _unsigned(url: str) -> str:
    try:
        return without_secret_arguments(url.strip())
    except ValueError:
        # Not a URL after all, such as one whose brackets do not close.
        return url
