"""Fields that take files, as far as their names and facts tell."""

import re

from fakie_schemas.compiler.facts import Field


def is_url_field(target: Field) -> bool:
    """Tell whether a field holds a URL, by its format, its name or the file types it takes."""
    named = re.search(r"(?:^|_)urls?$|Url$", target.name)
    return target.value("format") == "uri" or bool(named) or "x-media-types" in target.facts


def takes_files(target: Field) -> bool:
    """Tell whether formats named beside a field are those of files that it takes, not values of its own."""
    return is_url_field(target) or target.value("type") == "array"
