"""`fakie profile`: what a profile answers, on what evidence, and in what two of them differ."""

import json
from collections.abc import Iterable, Mapping
from typing import Any

import click
from msgspec.structs import asdict

from fakie.commands.completing import completed, profiles
from fakie.commands.groups import PlainGroup
from fakie.commands.options import table_options
from fakie.commands.terminal import show_table
from fakie_schemas.catalog.profile import Profile
from fakie_schemas.catalog.profile_differences import differences, place_of
from fakie_schemas.schema.values import as_json
from fakie_schemas.schema.words import counted

FORMAT_VERSION = 1
_PARTS = ("name", "about", "extends", "expects", "docs", "wire", "marks", "answers", "failures", "facts", "habits")


@click.group(cls=PlainGroup)
def profile() -> None:
    """Look at profiles: the data that words every answer."""


@profile.command()
@click.argument("name", default="documented", shell_complete=completed(profiles))
@table_options("profile")
def show(name: str, diff: str | None, as_json: bool) -> None:
    """Show the profile NAME, a shipped one or a file: each answer with its evidence, then facts and habits."""
    one = Profile.load(name)
    other = Profile.load(diff) if diff else None
    found = list(differences(one, other)) if other else None
    if as_json:
        data = {"name": one.name, "other": other.name, "differences": found} if other else _as_data(one)
        click.echo(json.dumps({"format_version": FORMAT_VERSION, **data}, ensure_ascii=False, indent=2))
    elif other is None:
        _show(one)
    else:
        _show_differences(one, other, found or [])


def _as_data(one: Profile) -> dict[str, Any]:
    return {part: one.data.get(part) for part in _PARTS}


def _show(one: Profile) -> None:
    chain = f", extends {one.data['extends']}" if "extends" in one.data else ""
    click.secho(one.name + chain, bold=True)
    click.echo(f"implies --docs {one.docs} and --wire {one.wire}; judges by the {one.expects}\n")
    marks: Mapping[str, str] = one.data["marks"]
    show_table(
        ("situation", "HTTP", "code", "msg", "data", "evidence", "source"),
        (
            (
                place_of(asdict(row)),
                str(row.status),
                str(row.code),
                " ".join(row.msg.split()),
                row.data,
                *_evidence(asdict(row), marks),
            )
            for row in one.rows
        ),
    )
    click.echo()
    show_table(("fact or habit", "value", "evidence", "source"), _others(one, marks))
    click.echo(f"\n{counted(len(one.rows), 'answer')}; --json has everything, --diff OTHER what is otherwise")


def _others(one: Profile, marks: Mapping[str, str]) -> Iterable[tuple[str, ...]]:
    for name, fact in one.data["facts"].items():
        yield (name, as_json(fact["value"]), *_evidence(fact, marks))
    for name, habit in {**one.data.get("habits", {}), "failures": one.data["failures"].get("known", [])}.items():
        for row in habit if isinstance(habit, list) else [habit]:
            value = {key: value for key, value in row.items() if key not in {"mark", "source", "since"}}
            yield (name, as_json(value), *_evidence(row, marks))


def _evidence(row: Mapping[str, Any], marks: Mapping[str, str]) -> tuple[str, str]:
    """Return the mark as a word, since when, and the source."""
    word = marks[row["mark"]].partition(":")[0]
    return f"{word} since {row['since']}" if row.get("since") else word, str(row.get("source", ""))


def _show_differences(one: Profile, other: Profile, found: list[dict[str, Any]]) -> None:
    rows = ((item["what"], _side(item["one"]), _side(item["other"])) for item in found)
    show_table(("what", one.name, other.name), rows)
    click.echo(f"\n{counted(len(found), 'difference')} between {one.name} and {other.name}")


def _side(value: Any) -> str:
    if not isinstance(value, dict) or "code" not in value or "msg" not in value:
        return "-" if value is None else as_json(value)
    status = "" if value["status"] == 200 else f"HTTP {value['status']}, "
    data = "" if value["data"] == "null" else f", data {value['data']}"
    return f"{status}{value['code']} {value['msg'].strip()}{data} [{value['mark']}]"
