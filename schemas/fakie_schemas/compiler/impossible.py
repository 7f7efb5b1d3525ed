"""Limits of one field that no value could satisfy together: one of them was misread, or is wrong on the page."""

from fakie_schemas.compiler.facts import Field, Log

_BOUNDS = (
    ("minLength", "maxLength"),
    ("minItems", "maxItems"),
    ("minProperties", "maxProperties"),
    ("minimum", "maximum"),
)
_EXCLUSIVE = (
    ("minimum", "exclusiveMaximum"),
    ("exclusiveMinimum", "maximum"),
    ("exclusiveMinimum", "exclusiveMaximum"),
)


def drop_impossible(field: Field, log: Log) -> None:
    """Drop limits of a field that nothing could satisfy, and doubt them."""
    for low, high in (*_BOUNDS, *_EXCLUSIVE):
        if not {low, high} <= field.facts.keys():
            continue
        least, most = field.value(low), field.value(high)
        if least > most or (least == most and (low, high) in _EXCLUSIVE):
            log.doubt(field.facts[high].line, f"{field.name}: {low} {least} is more than {high} {most} allows")
            del field.facts[low], field.facts[high]
    if "multipleOf" in field.facts and field.value("multipleOf") <= 0:
        log.doubt(field.facts.pop("multipleOf").line, f"{field.name}: a step of nothing")
