"""Bodies that a schema accepts, made choice by choice: by a seed, or by whatever a test chooses by."""

import math
from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from typing import Any

from fakie_contract.cases.body.samples import NOWHERE
from fakie_schemas.schema.alternatives import GROUPS, plain_schemas
from fakie_schemas.schema.fields import KEY
from fakie_schemas.schema.values import plain_number, plain_step, working_value
from fakie_schemas.validator import holds

Schema = Mapping[str, Any]
# Chooses a number from 0, the plainest, to below its argument.
Choose = Callable[[int], int]

_LETTERS = "aZ9é音한🎧'\"\\<&%\t\n\u200d\u0301א "
_ODD = ("null", "-0", "  text  ", '{"a": "b"}', "\\u0000\\n", "👩‍👩‍👧 أهلا שלום", "%s %00 ${x} {{y}}", "a\r\n\tb")
_URLS = (
    "http://files.test:8080/a/../b.mp3",
    "https://files.test/a%20b.png?x=1&y=%2F&z#part",
    "HTTPS://FILES.TEST/A",
    "https://音频.test/文件.wav",
    "https://[2001:db8::1]/file?sig=a+b/c==",
    "https://user:pass@files.test/",
)
_SHORT = 12
# Longer texts would meet limits on the whole body, which no page gives.
_WIDE = 20_000
_MORE_ITEMS = 3
_SPAN = 100


def valid_body(schema: Schema, choose: Choose) -> Any:
    """Make a request body: required fields always, optional ones or not; a callBackUrl leads nowhere."""
    made = valid(schema, choose)
    if isinstance(made, dict) and "callBackUrl" in made:
        made["callBackUrl"] = NOWHERE
    return made


def valid(schema: Schema, choose: Choose) -> Any:
    """Make a value that a schema accepts; where rules of different kinds meet, it may not."""
    if "const" in schema:
        return schema["const"]
    if "enum" in schema:
        return _one(schema["enum"], choose)
    if any(group in schema for group in GROUPS):
        return valid(_one(plain_schemas(schema), choose), choose)
    kinds = schema.get("type", "object" if "properties" in schema else "string")
    kind = _one([kinds] if isinstance(kinds, str) else kinds, choose)
    makers: Mapping[str, Callable[[Schema, Choose], Any]] = {
        "object": _object,
        "array": _array,
        "string": _text,
        "integer": _number,
        "number": _number,
        "boolean": lambda _, choose: bool(choose(2)),
        "null": lambda _, __: None,
    }
    return makers[kind](schema, choose)


def _one(options: Sequence[Any], choose: Choose) -> Any:
    return options[choose(len(options))]


def _object(schema: Schema, choose: Choose) -> Any:
    properties, needed = schema.get("properties"), schema.get("required", ())
    if properties is None:
        values = schema.get("additionalProperties")
        if not isinstance(values, Mapping):
            return working_value(schema)
        return working_value(schema) | {
            f"{KEY}-{number}": valid(values, choose) for number in range(choose(_MORE_ITEMS))
        }
    return {name: valid(child, choose) for name, child in properties.items() if name in needed or choose(2)}


def _array(schema: Schema, choose: Choose) -> Any:
    if not isinstance(schema.get("items"), Mapping):
        return working_value(schema)
    least = schema.get("minItems", 0)
    most = schema.get("maxItems", least + _MORE_ITEMS)
    count = _one((max(least, min(1, most)), least, min(most, least + _MORE_ITEMS), most), choose)
    return [valid(schema["items"], choose) for _ in range(count)]


def _text(schema: Schema, choose: Choose) -> Any:
    if "pattern" in schema:
        return _like(schema, choose)
    if schema.get("format") == "uri":
        return _one([working_value(schema), *_URLS], choose)
    if "format" in schema:
        return working_value(schema)
    least = schema.get("minLength", 0)
    most = schema.get("maxLength", least + _SHORT)
    mixed = "x" + "".join(_one(_LETTERS, choose) for _ in range(choose(_SHORT)))
    texts = [working_value(schema), mixed.ljust(least, "é"), "音" * min(most, _WIDE), "t" * max(least, 1)]
    texts += [text for text in _ODD if least <= len(text) <= most]
    return _one(texts, choose)[:most]


def _like(schema: Schema, choose: Choose) -> str:
    """Change what can be changed of a text that fits the pattern, digit for digit and letter for letter."""
    text = str(working_value(schema))
    for place, character in enumerate(text):
        pool = "0123456789" if character.isdecimal() else "abcdefABCDEF" if character.isalpha() else character
        changed = text[:place] + _one(pool, choose) + text[place + 1 :]
        if holds(schema, changed):
            text = changed
    return text


def _number(schema: Schema, choose: Choose) -> float:
    step = plain_step(schema)
    low = Decimal(str(schema.get("minimum", schema.get("exclusiveMinimum", 0))))
    high = Decimal(str(schema.get("maximum", schema.get("exclusiveMaximum", max(low, Decimal(0)) + _SPAN))))
    first = math.ceil(low / step) + int("exclusiveMinimum" in schema)
    last = math.floor(high / step) - int("exclusiveMaximum" in schema)
    if last < first:
        return float(working_value(schema))
    return plain_number(_one((first, last, first + choose(last - first + 1)), choose) * step)
