"""The facts that the answer to an ordered fault speaks of: those of the request it answers, not of an example."""

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

from msgspec.structs import asdict

from fakie.core.accounts import Account, bearer_key, credits_text
from fakie.core.catalogue.paths import NAMES as CATALOGUE
from fakie.core.exchange import Exchange
from fakie.core.handling.charges import Charges
from fakie.core.limits import AccountLimits, RateGate
from fakie.core.runtime import Contracts
from fakie.core.settings import Settings
from fakie.core.situations import Refused
from fakie_schemas.catalog.revision import Revision
from fakie_schemas.catalog.validation import violation_of
from fakie_schemas.families.family import BY_MODEL, endpoints, is_kind
from fakie_schemas.limits import WindowLimit
from fakie_schemas.schema.values import as_json
from fakie_schemas.validator import is_absolute_http_url

# The keywords of a request's schema that a situation is about.
_KEYWORDS: Mapping[str, tuple[str, ...]] = {
    "value_not_allowed": ("enum",),
    "field_missing": ("required",),
    "wrong_type": ("type",),
    "too_long": ("maxLength",),
    "too_short": ("minLength",),
    "too_many_items": ("maxItems",),
    "too_few_items": ("minItems",),
    "out_of_range": ("maximum", "minimum", "exclusiveMaximum", "exclusiveMinimum"),
    "url_malformed": ("format",),
    "rule_broken": ("pattern", "multipleOf", "type"),
}
_TYPES: Mapping[str, type] = {
    "maxLength": str,
    "minLength": str,
    "format": str,
    "pattern": str,
    "maxItems": list,
    "minItems": list,
    "required": dict,
}
_Node = tuple[tuple[str, ...], Mapping[str, Any], Any]


class OrderedFacts:
    """Reads facts from a request; what a request cannot tell is left to the profile's example."""

    def __init__(self, contracts: Contracts, settings: Settings) -> None:
        self._catalog = contracts.catalog
        self._facts = contracts.profile.facts
        self._charges = Charges(contracts)
        self._limits = AccountLimits(contracts.profile.facts, settings)

    def of(self, situation: str, exchange: Exchange) -> Mapping[str, Any]:
        """Return the facts for a situation's message that this request provides."""
        if situation in _KEYWORDS:
            return self._violation(situation, exchange)
        readers = {
            "unauthorized": self._key,
            "credits_insufficient": self._money,
            "rate_limited": self._window,
            "not_found": self._place,
            "feature_disabled": self._model,
            "model_unknown": self._unknown_model,
            "content_type_wrong": self._content_type,
            "body_too_large": self._size,
            "media_unreachable": self._medium,
        }
        return readers[situation](exchange) if situation in readers else {}

    def _key(self, exchange: Exchange) -> Mapping[str, Any]:
        try:
            bearer_key(exchange.request, self._facts.key_length)
        except Refused as refused:
            return refused.facts
        return {}

    def _money(self, exchange: Exchange) -> Mapping[str, Any]:
        facts: dict[str, Any] = {} if _makes_a_task(exchange) else {"cost": credits_text(Decimal(0))}
        revision, body = self._revision(exchange), exchange.peek_body()
        if revision is not None and body is not None and revision.violation(body) is None:
            endpoint = endpoints()[exchange.endpoint or ""]
            facts["cost"] = credits_text(self._charges.cost(endpoint, revision, body))
        if exchange.account is not None:
            facts["balance"] = credits_text(exchange.account.credits)
        return facts

    def _window(self, exchange: Exchange) -> Mapping[str, Any]:
        """Return the limit on requests of this kind: as it is set, else the documented one."""
        documented, gate = self._limit(exchange, exchange.account)
        if gate is None or gate.limit.is_off:
            return {"count": documented.count, "seconds": documented.seconds, "wait": documented.seconds}
        return {
            "count": gate.limit.count,
            "seconds": gate.limit.seconds,
            "wait": gate.oldest_leaves or gate.limit.seconds,
        }

    def _limit(self, exchange: Exchange, account: Account | None) -> tuple[WindowLimit, RateGate | None]:
        if exchange.endpoint in CATALOGUE:
            return self._facts.catalogue_limit, self._limits.catalogue(account) if account else None
        if is_kind(exchange.endpoint, "record"):
            task_id = exchange.request.argument("taskId") or ""
            return self._facts.poll_limit, self._limits.polls(account, task_id) if account else None
        return self._facts.create_limit, self._limits.creates(account) if account else None

    def _place(self, exchange: Exchange) -> Mapping[str, Any]:
        return {"method": exchange.request.method, "path": exchange.request.path[:200]}

    def _model(self, exchange: Exchange) -> Mapping[str, Any]:
        return {"model": exchange.model} if exchange.model else {}

    def _unknown_model(self, exchange: Exchange) -> Mapping[str, Any]:
        if exchange.model is None:
            return {}
        return {"got": as_json(exchange.model), "works": as_json(self._catalog.near(exchange.model)[0])}

    def _content_type(self, exchange: Exchange) -> Mapping[str, Any]:
        header = exchange.request.headers.get("content-type")
        return {"got": repr(header[:80]) if header else "no such header"}

    def _size(self, exchange: Exchange) -> Mapping[str, Any]:
        length = exchange.request.length
        size = len(exchange.raw) if length is None else length
        return {"got": f"{size} bytes", "rule": f"{exchange.body_limit} bytes"}

    def _medium(self, exchange: Exchange) -> Mapping[str, Any]:
        given = (exchange.peek_body() or {}).get("input")
        named = given.items() if isinstance(given, dict) else ()
        urls = (name for name, value in named if isinstance(value, str) and is_absolute_http_url(value))
        name = next(urls, None)
        return {"field": f"input.{name}"} if name else {}

    def _violation(self, situation: str, exchange: Exchange) -> Mapping[str, Any]:
        """Return the facts of a field of this body to which such a rule applies."""
        if not _makes_a_task(exchange):
            request = f"{exchange.request.method} {exchange.request.path[:200]}"
            return {"field": "the request", "rule": "what its page describes", "got": request, "works": request}
        revision, body = self._revision(exchange), exchange.peek_body()
        if revision is None or body is None:
            return {}
        for keyword in _KEYWORDS[situation]:
            for path, schema, value in _nodes((), revision.request_schema, body):
                if schema.get(keyword) not in (None, []) and isinstance(value, _TYPES.get(keyword, object)):
                    return asdict(_broken(keyword, path, schema, value))
        return {}

    def _revision(self, exchange: Exchange) -> Revision | None:
        if not _makes_a_task(exchange):
            return None
        endpoint = endpoints()[exchange.endpoint or ""]
        if endpoint.page != BY_MODEL:
            return self._catalog.endpoint(endpoint.page)
        return self._catalog.served(exchange.model) if exchange.model else None


def _makes_a_task(exchange: Exchange) -> bool:
    return is_kind(exchange.endpoint, "create") or is_kind(exchange.endpoint, "transform")


def _broken(keyword: str, path: tuple[str, ...], schema: Mapping[str, Any], value: Any) -> Any:
    from jsonschema import ValidationError

    error = ValidationError(
        "ordered",
        validator=keyword,
        path=path,
        validator_value=schema[keyword],
        # What is required is said to be missing.
        instance={} if keyword == "required" else value,
        schema=dict(schema),
    )
    return violation_of(error)


def _nodes(path: tuple[str, ...], schema: Mapping[str, Any], value: Any) -> Iterator[_Node]:
    """Return the places of a body that its schema speaks of, innermost first, `model` late."""
    if isinstance(value, dict):
        properties = {name: inner for name, inner in schema.get("properties", {}).items() if isinstance(inner, dict)}
        known = sorted((name for name in value if name in properties), key=lambda name: name == "model")
        for name in known:
            yield from _nodes((*path, name), properties[name], value[name])
    yield path, schema, value
