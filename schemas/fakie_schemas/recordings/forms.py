"""The forms in which one exchange is written down by hand or was once, brought into that of our recordings."""

import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

SIDES = ("request", "response")
_CUT = ("cut", "truncated")


def is_exchange(record: Any) -> bool:
    """Tell whether an item of a recording has what makes an exchange: a request and a response, as objects."""
    return isinstance(record, dict) and all(isinstance(record.get(side), dict) for side in SIDES)


def our_form(document: Any) -> Any:
    """Return a recording in the form of ours; what cannot be brought into it stays as it is."""
    if not isinstance(document, dict):
        return document
    form = {"format_version": 1, **document, "recorded": document.get("recorded", document.get("captured", ""))}
    sides = {side: document[side] for side in SIDES if isinstance(document.get(side), dict)}
    if any(part.get(word) is True for part in (document, *sides.values()) for word in _CUT):
        form["truncated"] = True
    # Our own files hold a body as the JSON that it was; by hand a text is written for itself.
    by_hand = "format_version" not in document
    return form | {name: _side(side, by_hand=by_hand) for name, side in sides.items()}


def completed(form: Mapping[str, Any]) -> dict[str, Any]:
    """Return a recording of our form in which all stands that an exchange needs, empty where it cannot be used."""
    recorded = form.get("recorded") or form.get("captured")
    sides = {name: _completed_side(form[name]) for name in SIDES}
    return {"recorded": _text(recorded), "truncated": form.get("truncated") is True, **sides}


def _side(side: Mapping[str, Any], *, by_hand: bool) -> dict[str, Any]:
    form = dict(side)
    if not side.get("url") and isinstance(side.get("host"), str) and isinstance(side.get("path"), str):
        form["url"] = f"https://{side['host']}{side['path']}{_query(side.get('query'))}"
    headers = side.get("headers") or {}
    if "contentType" in side and isinstance(headers, dict):
        headers = {"content-type": side["contentType"], **headers}
    if by_hand and isinstance(side.get("body"), str):
        form["text"] = form.pop("body")
    return {**form, "headers": headers}


def _query(query: Any) -> str:
    asked = query.removeprefix("?") if isinstance(query, str) else ""
    asked = urlencode(query, doseq=True) if isinstance(query, dict) else asked
    return f"?{asked}" if asked else ""


def _completed_side(side: Mapping[str, Any]) -> dict[str, Any]:
    headers = side["headers"] if isinstance(side["headers"], dict) else {}
    texts = {name: side[name] for name in ("text", "base64") if isinstance(side.get(name), str)}
    if "base64" in texts:
        texts["base64"] = "".join(texts["base64"].split())
    return {
        "method": _text(side.get("method")),
        "url": _text(side.get("url")),
        "status": _status(side.get("status")),
        "headers": {str(name): str(value) for name, value in headers.items() if value is not None},
        "body": side.get("body"),
        **texts,
    }


def _status(found: Any) -> int:
    if isinstance(found, str) and re.fullmatch(r"[1-9]\d\d", found):
        return int(found)
    return found if type(found) is int else 0


def _text(value: Any) -> str:
    return value if isinstance(value, str) else ""
