"""The numbers of a field that are known already: those in its words that only repeat it are not listed."""

import re
from collections.abc import Iterator
from typing import Any

from fakie_schemas.compiler.facts import Field
from fakie_schemas.compiler.prose.numerals import number
from fakie_schemas.compiler.written_values import NUMBER

# In "0,1" the comma may be a point, and none of both numbers meant; in "[0,1]" they are bounds.
_POINT = re.compile(r"(?<![\[(\w.,])\d+,\d{1,2}(?![\d,)\]])")


def repeats(why: str, target: Field) -> bool:
    """Tell whether the numbers or ratios in a doubtful limit only repeat what is known of the field."""
    values = {str(one) for field in target.walk() for fact in field.facts.values() for one in _each(fact.value)}
    if set(why.rpartition(": ")[2].split()) <= values:
        return True
    if _POINT.search(why):
        return False
    known = {text for field in target.walk() for fact in field.facts.values() for text in _as_texts(fact.value)}
    numbers = [str(number(text)) for text in re.findall(rf"(?<!\w){NUMBER}", why)]
    return bool(numbers) and all(text in known for text in numbers)


def _each(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def _as_texts(value: Any) -> Iterator[str]:
    """Return the numbers in a fact's value as texts, without a fraction of nothing: 1.0 is 1."""
    for part in _each(value):
        if re.fullmatch(NUMBER, str(part)) and not isinstance(part, bool):
            yield str(number(str(part)))
