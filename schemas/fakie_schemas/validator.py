"""The one judge of the contracts: JSON Schema 2020-12, with `format: uri` asserted and `multipleOf` in decimals."""

import re
from collections.abc import Iterator, Mapping
from decimal import Context, Decimal
from typing import Any, cast
from urllib.parse import urlsplit

from jsonschema import Draft202012Validator, FormatChecker, ValidationError
from jsonschema.protocols import Validator
from jsonschema.validators import extend
from referencing import Registry

FORMATS = FormatChecker(formats=())
# What most URLs look like, and what none of the rules below refuses: no port, no user, no signs beyond ASCII.
_PLAIN_URL = re.compile(r"https?://[A-Za-z0-9.-]+(?:[/?#][!-\[\]-~]*)?")
# Enough digits for the quotient of the largest and the smallest float; with fewer there is no remainder, but an error.
_EXACT = Context(prec=700)


@FORMATS.checks("uri")
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


def _multiple_of(_: Validator, step: float, value: object, __: Mapping[str, Any]) -> Iterator[ValidationError]:
    if not is_multiple(value, step):
        yield ValidationError(f"{value!r} is not a multiple of {step}")


_extend: Any = extend  # not annotated where it comes from
_ContractValidator = _extend(Draft202012Validator, {"multipleOf": _multiple_of})


def contract_validator(schema: Mapping[str, Any]) -> Validator:
    """Build the validator that the fake, the suite and the compiler all judge with.

    `schema` is a JSON Schema 2020-12; raises `jsonschema.SchemaError` when it is not one.
    """
    _ContractValidator.check_schema(schema)
    return _judge(schema)


def holds(schema: Mapping[str, Any], value: Any) -> bool:
    """Tell whether a value satisfies a schema, or a part of one, that is known to be a schema."""
    return _judge(schema).is_valid(value)


def _judge(schema: Mapping[str, Any]) -> Validator:
    # The empty registry: a reference to elsewhere is an error, and never a download.
    return cast(Validator, _ContractValidator(schema, format_checker=FORMATS, registry=Registry()))
