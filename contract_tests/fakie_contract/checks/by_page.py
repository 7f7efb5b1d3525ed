"""Judging the answers of families by what their own pages say of them."""

from collections.abc import Iterator
from functools import cache
from typing import Any

from fakie_contract.checks.shape import MISSING, UNDOCUMENTED, Schema, Sides, mismatches, page_schema, pointer
from fakie_schemas.catalog.revision import Revision
from fakie_schemas.rules.difference import Difference
from fakie_schemas.rules.table import breach
from fakie_schemas.validator import is_absolute_http_url


def by_page(page: Revision, body: Any) -> Iterator[Difference]:
    """Judge an answer by what its page says of it, but for null, which pages do not tell of.

    Where the page's own example breaks a rule of the page, nothing is expected.
    """
    schema = page_schema(page)
    if schema is None:
        return
    yield from _said(schema, body)
    contradicted = _contradicted(page)
    for one in Sides(schema, page, None).judge(body):
        if one.rule != UNDOCUMENTED and one.got is not None and one.place not in contradicted:
            yield one


def linked(data: Any) -> Iterator[Difference]:
    """Judge that the answer to who asked for a link is one: of a text that may be any, the page's example says so."""
    if not isinstance(data, str) or not is_absolute_http_url(data):
        yield breach("result.url", data)


def _said(schema: Schema, body: Any) -> Iterator[Difference]:
    """Judge that an answer has words where its page has: no page requires them, and clients show them."""
    if isinstance(body, dict) and body.get("msg") is None and "msg" in schema.schema.get("properties", {}):
        yield breach(MISSING, "null" if "msg" in body else "nothing", "/body/msg", evidence="inf", wanted="'msg'")


@cache
def _contradicted(page: Revision) -> frozenset[str]:
    """Return the places at which the example of a page breaks the page's own schema."""
    schema, example = page_schema(page), page.facts["examples"].get("answer")
    return frozenset("/body" + pointer(steps) for steps in mismatches(schema, example)) if schema else frozenset()
