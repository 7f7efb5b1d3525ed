"""The one judge of the contracts: JSON Schema 2020-12, with `format: uri` asserted and `multipleOf` in decimals."""

import re
from collections.abc import Iterator, Mapping
from decimal import Context, Decimal
from functools import cache
from typing import TYPE_CHECKING, Any, cast
from urllib.parse import urlsplit

# jsonschema is imported by what needs it: who is only told that bodies hold, by the fast half, never does.
if TYPE_CHECKING:
    from jsonschema import ValidationError
    from jsonschema.protocols import Validator

# What most URLs look like, and what none of the rules below refuses: no port, no user, no signs beyond ASCII.
_PLAIN_URL = re.compile(r"https?://[A-Za-z0-9.-]+(?:[/?#][!-\[\]-~]*)?")
# Enough digits for the quotient of the largest and the smallest float; with fewer there is no remainder, but an error.
_EXACT = Context(prec=700)


def is_absolute_http_url(value: object) -> bool:
    """Tell whether a string is an absolute http or https URL: printable ASCII or IRI text, a host, a legal port.

    A backslash is none of a URL's signs, and some take it for a slash.
    """
    if not isinstance(value, str) or _PLAIN_URL.fullmatch(value):
        return True
    if not value.isprintable() or "\\" in value or any(character.isspace() for character in value):
        return False
    try:
        parts = urlsplit(value)
        return parts.scheme in {"http", "https"} and bool(parts.hostname) and (parts.port is None or parts.port > 0)
    except ValueError:
        return False


def is_multiple(value: object, step: float) -> bool:
    """Tell whether a number is a whole multiple of a step, both as they are written; true for what is no number."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return True
    return not _EXACT.remainder(Decimal(str(value)), Decimal(str(step)))


def _multiple_of(_: "Validator", step: float, value: object, __: Mapping[str, Any]) -> Iterator["ValidationError"]:
    if not is_multiple(value, step):
        from jsonschema import ValidationError

        yield ValidationError(f"{value!r} is not a multiple of {step}")


@cache
def _contract_validator() -> Any:
    """Return the class of the judges, and the formats that they assert."""
    from jsonschema import Draft202012Validator, FormatChecker
    from jsonschema.validators import extend

    formats = FormatChecker(formats=())
    formats.checks("uri")(is_absolute_http_url)
    extended: Any = extend  # not annotated where it comes from
    return extended(Draft202012Validator, {"multipleOf": _multiple_of}), formats


def contract_validator(schema: Mapping[str, Any]) -> "Validator":
    """Build the validator that the fake, the suite and the compiler all judge with.

    `schema` is a JSON Schema 2020-12; raises `jsonschema.SchemaError` when it is not one.
    """
    _contract_validator()[0].check_schema(schema)
    return _judge(schema)


def holds(schema: Mapping[str, Any], value: Any) -> bool:
    """Tell whether a value satisfies a schema, or a part of one, that is known to be a schema."""
    return _judge(schema).is_valid(value)


def _judge(schema: Mapping[str, Any]) -> "Validator":
    from referencing import Registry

    judge, formats = _contract_validator()
    # The empty registry: a reference to elsewhere is an error, and never a download.
    return cast("Validator", judge(schema, format_checker=formats, registry=Registry()))
