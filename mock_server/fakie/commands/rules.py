"""`fakie rules`: the table of rules that answers, tasks, callbacks, receivers, clients and pages are judged by."""

import json
from collections.abc import Iterable

import click

from fakie.commands.completing import areas, completed
from fakie.commands.options import table_options
from fakie.commands.terminal import show_table
from fakie_schemas.errors import ConfigurationError
from fakie_schemas.rules.markdown import as_markdown
from fakie_schemas.rules.table import Rule
from fakie_schemas.rules.table import rules as table
from fakie_schemas.schema.words import counted

FORMAT_VERSION = 1


@click.command()
@click.argument("area", required=False, shell_complete=completed(areas))
@table_options("rules")
def rules(area: str | None, as_json: bool, markdown: bool) -> None:
    """List every rule that something is judged by, or those of one AREA, such as record."""
    chosen = [rule for rule in table().values() if area in (None, rule.area)]
    if not chosen:
        raise ConfigurationError(f"no rule is about {area!r}; there are rules about: {', '.join(areas())}")
    if as_json:
        data = {"format_version": FORMAT_VERSION, "rules": [rule.as_dict() for rule in chosen]}
        click.echo(json.dumps(data, ensure_ascii=False, indent=2))
    elif markdown:
        click.echo(as_markdown(chosen), nl=False)
    else:
        _show(chosen)


def _show(chosen: Iterable[Rule]) -> None:
    rows = [(rule.id, rule.severity.replace("_", " "), ", ".join(rule.judges), rule.expected) for rule in chosen]
    show_table(("rule", "weighs", "judged by", "expected"), rows)
    click.echo(f"{counted(len(rows), 'rule')}; --json has places, evidence and sources")
