"""Values that a text offers for a choice, where nothing else on the page lists them."""

import re
from collections.abc import Callable

from fakie_schemas.compiler.facts import Field, Log
from fakie_schemas.compiler.written_values import options

_OFFERED = re.compile(
    r"(?:\b(?:one of|either|choose (?:from|between)|(?:allowed|accepted|supported|valid|possible|available) "
    r"(?:values?|options|choices)(?: are| is)?)|可选值|可选项|可选|取值|仅支持|只能是|可以是|可为)"
    r"\s*[:：为是]?\s*(?=[`\"“])",
    re.IGNORECASE,
)


def doubt_choices(target: Field, text: str, where: Callable[[int], int], log: Log) -> None:
    """List two or more quoted values that are offered in words as unread; `where` gives the line of a position."""
    holder = target.items or target
    if holder.value("type") != "string" or any(
        {"enum"} & (one.facts.keys() | one.contested) for one in (target, holder)
    ):
        return
    for start in (0, *(match.end() for match in _OFFERED.finditer(text))):
        listed = options(text[start:])[0]
        # "At least one of `prompt` or `image_url`" is said of fields.
        if len(listed) > 1 and listed[0].quoted and target.name not in {one.text for one in listed}:
            log.doubt(where(start), f"{target.name}: a choice of values in words was not read for certain")
            return
