"""The one judge of the contracts: JSON Schema 2020-12, with `format: uri` asserted and `multipleOf` in decimals.

Patterns mean what they mean to ECMA-262, as JSON Schema has it, and to whatever else reads our schemas.
"""

import re
from collections.abc import Iterator, Mapping
from decimal import Context, Decimal
from functools import cache, lru_cache
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
# A pattern's parts: what is escaped, a whole set, and any other sign.
_PART = re.compile(r"\\.|\[\^?(?:\\.|[^\\\]])*\]|.", re.DOTALL)
_ESCAPED = re.compile(r"\\.", re.DOTALL)
# What ECMA-262 takes for spaces, and all the rest. Of \d, \w and \b it knows ASCII alone, as re.ASCII has them.
_SPACES = r"\t-\r \u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000\ufeff"
_OTHERS = (
    r"\x00-\x08\x0e-\x1f!-\x9f\u00a1-\u167f\u1681-\u1fff\u200b-\u2027\u202a-\u202e\u2030-\u205e\u2060-\u2fff"
    r"\u3001-\ufefe\uff00-\U0010ffff"
)
_IN_SET = {r"\s": _SPACES, r"\S": _OTHERS}
# To Python $ lets a last line break pass, \B is nowhere in an empty text, and a set that begins with its end goes on.
_OUTSIDE = {
    r"\s": f"[{_SPACES}]",
    r"\S": f"[{_OTHERS}]",
    r"\B": r"(?!\b)",
    "$": r"\Z",
    ".": r"[^\n\r\u2028\u2029]",
    "[]": "(?!)",
    "[^]": r"[\s\S]",
}


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


@lru_cache(512)
def compiled_pattern(pattern: str) -> re.Pattern[str]:
    """Return a pattern of ECMA-262, to be searched for in Python; raises `re.error` for one that is none in both."""
    try:
        # jsonschema reads patterns of names, those of patternProperties, as Python does.
        re.compile(pattern)
        return re.compile(_PART.sub(_in_python, pattern), re.ASCII)
    except (OverflowError, RecursionError, ValueError) as error:
        raise re.error(str(error)) from None


def _in_python(part: re.Match[str]) -> str:
    sign = part[0]
    if sign in _OUTSIDE:
        return _OUTSIDE[sign]
    return _ESCAPED.sub(_in_set, sign) if sign[0] == "[" else sign


def _in_set(escaped: re.Match[str]) -> str:
    return _IN_SET.get(escaped[0], escaped[0])


def _is_pattern(value: object) -> bool:
    return not isinstance(value, str) or bool(compiled_pattern(value))


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
    """Return the class of the judges, the formats that they assert, and those that are asserted of a schema itself."""
    from jsonschema import Draft202012Validator, FormatChecker
    from jsonschema.validators import extend

    formats = FormatChecker(formats=())
    formats.checks("uri")(is_absolute_http_url)
    of_schemas = FormatChecker()
    of_schemas.checks("regex", raises=re.error)(_is_pattern)
    extended: Any = extend  # not annotated where it comes from
    return extended(Draft202012Validator, {"multipleOf": _multiple_of, "pattern": _pattern}), formats, of_schemas


def contract_validator(schema: Mapping[str, Any]) -> "Validator":
    """Build the validator that the fake, the suite and the compiler all judge with.

    `schema` is a JSON Schema 2020-12; raises `jsonschema.SchemaError` when it is not one.
    """
    judge, _, of_schemas = _contract_validator()
    judge.check_schema(schema, format_checker=of_schemas)
    return vouched_validator(schema)


def holds(schema: Mapping[str, Any], value: Any) -> bool:
    """Tell whether a value satisfies a schema, or a part of one, that is known to be a schema."""
    return vouched_validator(schema).is_valid(value)


def vouched_validator(schema: Mapping[str, Any]) -> "Validator":
    """Build the same validator of what is known to be a schema; to find that out takes longer than most judging."""
    from referencing import Registry

    judge, formats, _ = _contract_validator()
    # The empty registry: a reference to elsewhere is an error, and never a download.
    return cast("Validator", judge(schema, format_checker=formats, registry=Registry()))
