"""`fakie ledger`: what live runs have sent, and what that cost."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from fakie.commands.options import table_options
from fakie.commands.terminal import show_table
from fakie_schemas.schema.words import counted

if TYPE_CHECKING:
    from fakie_contract.purse.history import LedgerRun

FORMAT_VERSION = 1
_TELLS = "counts towards the cap of the next run with this ledger"


@click.command()
@click.argument("file", type=click.Path(path_type=Path), default="fakie-ledger.sqlite")
@table_options("ledger")
def ledger(file: Path, as_json: bool) -> None:
    """Show the ledger of live runs: each create with its task id, what it can have cost and what it was seen to cost.

    FILE is fakie-ledger.sqlite unless another is named; it is not changed.
    """
    from fakie_contract.purse.history import runs_of

    runs = runs_of(file)
    if as_json:
        data = {"format_version": FORMAT_VERSION, "runs": [_as_data(run) for run in runs]}
        click.echo(json.dumps(data, ensure_ascii=False, indent=2))
        return
    for run in runs:
        _show(run)
    click.echo(f"{counted(len(runs), 'run')} in {file}")


def _show(run: "LedgerRun") -> None:
    state = f"{run.state}: what it sent {_TELLS}" if run.state == "without an end" else run.state
    click.echo(f"run {run.number} of {_time(run.started)} against {run.target}, {state}")
    click.echo(f"  at most {run.spent:f} credits spent of {run.balance.cap:f}; {len(run.creates)} creates")
    rows = [_cells(one) for one in _as_data(run)["creates"]]
    if rows:
        show_table(("time", "case", "state", "at worst", "seen", "task"), rows)


def _cells(create: dict[str, Any]) -> tuple[str, ...]:
    seen = "" if create["charged"] is None else f"{create['charged']:g}"
    return create["at"], create["case"], create["state"], f"{create['worst']:g}", seen, create["task_id"]


def _as_data(run: "LedgerRun") -> dict[str, Any]:
    return {
        "run": run.number,
        "target": run.target,
        "state": run.state,
        "started": _time(run.started),
        "ended": None if run.ended is None else _time(run.ended),
        "cap": float(run.balance.cap),
        "spent_at_most": float(run.spent),
        "creates": [{"at": _time(one.at), **one.as_dict()} for one in run.creates],
    }


def _time(moment: float) -> str:
    return datetime.fromtimestamp(moment, UTC).isoformat(timespec="seconds")
