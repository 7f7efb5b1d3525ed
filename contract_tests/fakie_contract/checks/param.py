"""A record's `param` compared with the request: what was sent, and what was filled in beside it."""

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import Any
from unicodedata import normalize
from urllib.parse import unquote, urlsplit

from fakie_contract.checks.agreement import other_callback, other_input
from fakie_contract.checks.fingerprint import same
from fakie_contract.checks.redaction_marks import is_redacted, is_whole
from fakie_contract.http.json_values import as_json
from fakie_schemas.catalog.observed import Observed
from fakie_schemas.catalog.revision import Revision
from fakie_schemas.rules.difference import Difference
from fakie_schemas.rules.table import breach

_PLACE = "/body/data/param"
_REQUEST = frozenset({"model", "input", "callBackUrl"})
# A text that is a URL, several of them, or JSON with some in it; words may name one among others.
_URLS = re.compile(r"\s*(?:[A-Za-z][\w+.-]*://|[\[{].*://)", re.DOTALL)
# What nobody can be called back at, and whoever takes addresses out writes in their place.
_NOBODY = re.compile(
    r"(?:.*\.)?(?:example(?:\.(?:com|net|org))?|test|invalid|localhost)|127\..*|0\.0\.0\.0|::1|", re.IGNORECASE
)


def request_in(param: object) -> tuple[Mapping[str, Any], Mapping[str, Any]] | None:
    """Return the request that `param` holds, and its input, encoded once or twice; None when it holds none."""
    outer = as_json(param) if isinstance(param, str) else None
    given = outer.get("input") if isinstance(outer, dict) else None
    inner = as_json(given) if isinstance(given, str) else given
    return (outer, inner) if isinstance(outer, dict) and isinstance(inner, dict) else None


def comes_back(value: Any) -> bool:
    """Tell whether a value must come back as it was sent: nothing need, nor a URL, nor what was taken out."""
    return is_given(value) and not _leads_elsewhere(value) and is_whole(value)


def is_given(value: Any) -> bool:
    """Tell whether a value says anything: one that is empty may be left out of what comes back."""
    return value not in (None, "", [], {})


def _leads_elsewhere(value: Any) -> bool:
    """Tell whether a URL stands in a value: a target may keep the file, and lead to its own."""
    if isinstance(value, str):
        return _URLS.match(value) is not None
    if isinstance(value, dict | list):
        return any(map(_leads_elsewhere, value.values() if isinstance(value, dict) else value))
    return False


def gives_back(sent: Mapping[str, Any], param: object, pages: Iterable[Revision]) -> Iterator[Difference]:
    """Judge `param` by the very request that was sent: nothing of it is missing or changed, its type included."""
    found = request_in(param)
    if found is None or not isinstance(sent.get("input"), dict):
        return
    outer, inner = found
    for name, value in sent["input"].items():
        if name not in inner or not _alike(value, inner[name]):
            yield other_input(name, inner.get(name))
    if "callBackUrl" in sent and outer.get("callBackUrl") != sent["callBackUrl"]:
        yield other_callback(outer.get("callBackUrl"))
    for name in sorted(outer.keys() - _REQUEST - sent.keys()):
        yield breach("record.param_added", outer[name], f"{_PLACE}/{name}", name=name)
    if "callBackUrl" not in sent:
        yield from _callback_added(outer)
    yield from filled_in(sent["input"], inner, pages, str(sent.get("model")))


def hook_comes_back(sent: str, outer: Mapping[str, Any]) -> Iterator[Difference]:
    """Judge the callBackUrl in a recorded `param` by the one that was sent, but for their queries and their spelling.

    Whoever takes addresses out may have done so in one of the two, or in each in its own way.
    """
    told = outer.get("callBackUrl")
    if not (isinstance(told, str) and _leads_to_the_same(sent, told)):
        yield other_callback(told)


def _leads_to_the_same(sent: str, told: str) -> bool:
    """Tell whether two URLs lead to one place, as far as both of them were left in."""
    if _is_masked(sent) or _is_masked(told):
        return True
    return _hook(sent) == _hook(told) or _is_nobodys(sent) is not _is_nobodys(told)


def _hook(url: str) -> tuple[str, str]:
    """Return host and path, each in one of the spellings that lead to the same place."""
    try:
        parts = urlsplit(url.strip())
        host = normalize("NFC", parts.hostname or "").rstrip(".")
        if not host.isascii():
            host = host.encode("idna").decode("ascii")
    except ValueError:
        return "", url
    return host, normalize("NFC", unquote(parts.path)).rstrip("/")


def _is_masked(url: str) -> bool:
    return not is_whole(url) or any(map(is_redacted, url.split("/")))


def _is_nobodys(url: str) -> bool:
    return _NOBODY.fullmatch(_hook(url)[0]) is not None


def _callback_added(outer: Mapping[str, Any]) -> Iterator[Difference]:
    """Judge the callBackUrl in the `param` of a task that was asked for without one: none, or an empty one."""
    if outer.get("callBackUrl"):
        yield breach("record.param_added", outer["callBackUrl"], f"{_PLACE}/callBackUrl", name="callBackUrl")


def filled_in(
    sent: Collection[str], inner: Mapping[str, Any], pages: Iterable[Revision], model: str
) -> Iterator[Difference]:
    """Judge what stands in the input though nobody sent it: the page's default, or what the wire is known to add."""
    known, told = Observed.load().added_to(model), {name: inner[name] for name in inner if name not in sent}
    defaults = _defaults(pages) if told else {}
    for name, value in told.items():
        choices = defaults.get(name, [])
        if is_redacted(value) or any(same(value, one) for one in choices):
            continue
        place, wire = f"{_PLACE}/input/{name}", known(name, value)
        if choices:
            yield breach("record.param_default", value, place, known=wire, model=model, default=choices[0], name=name)
        else:
            yield breach("record.param_added", value, place, known=wire, model=model, name=name)


def _defaults(pages: Iterable[Revision]) -> Mapping[str, list[Any]]:
    """Return what pages state a field of the input to be when it is not sent; several pages may differ."""
    found: dict[str, list[Any]] = {}
    for schema in (schema for page in pages for schema in page.plain_schemas):
        for name, field in schema.get("properties", {}).get("input", {}).get("properties", {}).items():
            found.setdefault(name, []).extend(field[keyword] for keyword in ("default", "const") if keyword in field)
    return found


def _alike(one: Any, other: Any) -> bool:
    """Tell whether two values of JSON are the same; `other` may have more keys, and 1 is 1.0 but not true."""
    if isinstance(one, bool) or isinstance(other, bool):
        return one is other
    if isinstance(one, dict) and isinstance(other, dict):
        return all(name in other and _alike(value, other[name]) for name, value in one.items())
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(map(_alike, one, other))
    return bool(one == other)
