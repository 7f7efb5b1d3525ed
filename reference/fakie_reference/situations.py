"""The page of the situations: what each is answered by either profile, and on what evidence; then the facts."""

from collections.abc import Iterator, Mapping
from typing import Any

from fakie_reference.tables import code, codes, page, table
from fakie_schemas.catalog.profile import Profile, Row
from fakie_schemas.families.family import families
from fakie_schemas.schema.values import as_json

PROFILES = ("documented", "observed")
_HEAD = ("situation", "for", "HTTP", "code", "msg", "evidence", "source")


def situations_page() -> str:
    """Return situations × profiles, each row with its mark and source; marks, facts and habits beside them."""
    about = (
        "A *situation* is what the fake found out about a request; a [profile](../profiles.md) words the answer.\n"
        'Order one by `Prefer: situation=NAME`, a fault, or `fakie.fail_next("NAME")`; in *italics* those that\n'
        "cannot be ordered."
    )
    profiles = [Profile.load(name) for name in PROFILES]
    parts = [_marks(profiles), _matrix(profiles), *map(_rows, profiles), _of_families(), *map(_facts, profiles)]
    return page("Situations and their evidence", about, *parts)


def _marks(profiles: list[Profile]) -> str:
    marks: dict[str, str] = {}
    for one in profiles:
        marks |= one.data["marks"]
    rows = ((code(mark), meaning) for mark, meaning in marks.items())
    return "## Evidence marks\n\n" + table(("mark", "what it means"), rows)


def _matrix(profiles: list[Profile]) -> str:
    names = list(dict.fromkeys(name for one in profiles for name in one.situations))
    rows = ([_name(profiles[0], name), *(_evidence(one, name) for one in profiles)] for name in names)
    about = "Code and mark of each situation, by either profile; `†` where HTTP is not 200.\n\n"
    return "## Situations × evidence\n\n" + about + table(("situation", *PROFILES), rows)


def _name(documented: Profile, name: str) -> str:
    return code(name) if name in documented.orderable else f"*{code(name)}*"


def _evidence(one: Profile, name: str) -> str:
    rows = [row for row in (*one.rows, *_family_rows()) if row.situation == name]
    seen = dict.fromkeys(f"{row.code} {row.mark}" + ("" if row.status == 200 else " †") for row in rows)
    return ", ".join(seen) or "-"


def _rows(one: Profile) -> str:
    about = f"Implies `--docs {one.docs}` and `--wire {one.wire}`.\n\n"
    return f"## Answers of {one.name}\n\n" + about + table(_HEAD, map(_row, one.rows))


def _of_families() -> str:
    return "## Answers of families, by either profile\n\n" + table(_HEAD, map(_row, _family_rows()))


def _family_rows() -> list[Row]:
    return [Row(**row) for family in families() for row in family.answers]


def _row(row: Row) -> tuple[str, ...]:
    narrowed = codes(value for value in (row.endpoint, row.model, row.field) if value)
    also = " (seen too, not answered by itself)" if row.also else ""
    since = f", since {row.since}" if row.since else ""
    return (
        code(row.situation),
        narrowed,
        str(row.status),
        str(row.code),
        _words(row.msg) + also,
        row.mark + since,
        row.source,
    )


def _words(msg: str) -> str:
    return code(" ".join(msg.split()))


def _facts(one: Profile) -> str:
    return f"## Facts and habits of {one.name}\n\n" + table(("fact", "value", "evidence", "source"), _values(one))


def _values(one: Profile) -> Iterator[tuple[str, ...]]:
    for name, found in {**one.data["facts"], **one.data.get("habits", {})}.items():
        for row in found if isinstance(found, list) else [found]:
            yield code(name), code(as_json(_value(row))), str(row["mark"]), str(row.get("source", ""))


def _value(row: Mapping[str, Any]) -> Any:
    rest = {key: value for key, value in row.items() if key not in {"mark", "source", "since"}}
    return rest["value"] if set(rest) == {"value"} else rest
