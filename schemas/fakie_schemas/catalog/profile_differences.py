"""In what two profiles differ: answers, facts and habits, each side with its evidence."""

from collections.abc import Iterator, Mapping
from typing import Any

from msgspec.structs import asdict

from fakie_schemas.catalog.profile import Profile, Row

_WORDED = ("status", "code", "msg", "data", "body")


def place_of(row: Mapping[str, Any]) -> str:
    """Return where a row counts, such as `field_missing, model elevenlabs/*`."""
    narrowed = (f"{name} {row[name]}" for name in ("endpoint", "model", "field") if row.get(name))
    return ", ".join([str(row["situation"]), *narrowed, *(["accepted too"] if row.get("also") else [])])


def differences(one: Profile, other: Profile) -> Iterator[dict[str, Any]]:
    """Return each difference as `{what, one, other}`; a side is None where that profile says nothing of its own."""
    yield from _answers(one, other)
    for part in ("facts", "habits", "failures"):
        mine, theirs = one.data.get(part, {}), other.data.get(part, {})
        for name in dict.fromkeys((*mine, *theirs)):
            if mine.get(name) != theirs.get(name):
                yield {"what": f"{part}: {name}", "one": mine.get(name), "other": theirs.get(name)}
    for name in ("expects", "docs", "wire"):
        if getattr(one, name) != getattr(other, name):
            yield {"what": name, "one": getattr(one, name), "other": getattr(other, name)}


def _answers(one: Profile, other: Profile) -> Iterator[dict[str, Any]]:
    """Compare each row with what the other profile answers in the same place."""
    told = set()
    for mine, theirs, swapped in ((one, other, False), (other, one, True)):
        for row in mine.rows:
            place = place_of(asdict(row))
            against = _same(row, theirs)
            # Of what is accepted too, one place may have several rows.
            if (place in told and not row.also) or (against and _worded(against) == _worded(row)):
                continue
            told.add(place)
            sides = (against, row) if swapped else (row, against)
            yield {"what": place, "one": _shown(sides[0]), "other": _shown(sides[1])}


def _same(row: Row, profile: Profile) -> Row | None:
    """Return what a profile answers where a row counts; of what is accepted too, the row in the same words."""
    if not row.also:
        return profile.row(row.situation, row.endpoint, row.model, row.field)
    same = (one for one in profile.rows if (one.situation, _worded(one)) == (row.situation, _worded(row)))
    return next(same, None)


def _worded(row: Row) -> tuple[Any, ...]:
    return tuple(getattr(row, name) for name in _WORDED)


def _shown(row: Row | None) -> dict[str, Any] | None:
    return {name: getattr(row, name) for name in (*_WORDED, "mark", "since", "source")} if row else None
