"""A value that keeps or breaks one rule of a field's schema."""

from typing import Any

from msgspec import Struct

# Texts longer than this would meet limits on the whole body, which no page gives.
MOST_WIDE = 200_000


class Variant(Struct, frozen=True):
    """A value for a field: `situation` is what the request then meets, None when it is to be accepted.

    `keyword` is the schema's keyword that it is about; `face` tells apart several ways to break one rule, each of which
    another target may fail to notice.
    """

    rule: str
    keyword: str
    value: Any
    situation: str | None = None
    face: str = ""
