"""The one judge of the contracts: JSON Schema 2020-12, with `format: uri` asserted and `multipleOf` in decimals.

Patterns mean what they mean to ECMA-262, as JSON Schema has it, and to whatever else reads our schemas.
"""

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
# A pattern's signs: escaped ones, those that open and close a set, and any other.
_SIGN = re.compile(r"\\.|.", re.DOTALL)
# What Python takes for more signs than ECMA-262 does, as the inside of a set, and then what stands for one outside.
_SETS = {
    r"\d": "0-9",
    r"\w": "A-Za-z0-9_",
    r"\s": r"\t-\r \u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000\ufeff",
}
_NOT_IN = {name.upper(): f"[^{inside}]" for name, inside in _SETS.items()}
_OUTSIDE = {name: f"[{inside}]" for name, inside in _SETS.items()} | _NOT_IN
# Python's own $ lets a last line break pass.
_OUTSIDE |= {"$": r"\Z", ".": r"[^\n\r\u2028\u2029]"}


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


def compiled_pattern(pattern: str) -> re.Pattern[str]:
    """Return a pattern of ECMA-262, to be searched for in Python; raises `re.error` for one that is none in Python."""
    written, in_set = "", False
    for found in _SIGN.finditer(pattern):
        sign = found[0]
        written += (_SETS if in_set else _OUTSIDE).get(sign, sign)
        in_set = sign == "[" or (in_set and sign != "]")
    return re.compile(written)


def _pattern(_: "Validator", pattern: str, value: object, __: Mapping[str, Any]) -> Iterator["ValidationError"]:
    if isinstance(value, str) and not compiled_pattern(pattern).search(value):
        from jsonschema import ValidationError

        yield ValidationError(f"{value!r} does not match {pattern!r}")


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
    return extended(Draft202012Validator, {"multipleOf": _multiple_of, "pattern": _pattern}), formats


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
