"""A state file as one JSON document, and back: whole, or not at all."""

import base64
import binascii
import json
import sqlite3
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import closing
from pathlib import Path
from typing import Any

import fakie_schemas
from fakie.adapters.state.rows import Rows
from fakie.adapters.state.state_file import StateFile, Statement, described, is_free
from fakie_schemas.catalog.validation import first_violation
from fakie_schemas.errors import ConfigurationError
from fakie_schemas.files import put_new
from fakie_schemas.validator import contract_validator, holds

# The columns of each table; those of bytes are written as Base64, `data` as what it says.
_COLUMNS: Mapping[str, tuple[str, ...]] = {
    "secret": ("fingerprint",),
    "accounts": ("number", "handle", "data"),
    "uploads": ("account", "path", "media_type", "at", "content"),
    "tasks": ("number", "id", "account", "data", "sent"),
    "events": ("account", "number", "at", "kind", "task_id", "attempt", "begun", "stage"),
    "orders": ("kind", "id", "data"),
    "order_ids": ("kind", "last"),
    "journal": ("number", "account", "data", "sent", "answered"),
}
_BYTES = {"content", "sent", "answered"}


def exported(file: StateFile) -> dict[str, Any]:
    """Return all that is in a state file as JSON data, by `formats/state.schema.json`; raises ConfigurationError."""
    # A copy of what cannot be used would be of no use.
    read_all(file)
    tables = {
        table: [_shown(columns, row) for row in file.rows(f"SELECT {', '.join(columns)} FROM {table}")]  # noqa: S608
        for table, columns in _COLUMNS.items()
        if table != "secret" or file.version > 1
    }
    return {"format_version": file.version, **tables}


def import_state(path: Path, data: Any) -> None:
    """Make a state file of such data; raises ConfigurationError, and has made none then."""
    _check(data)
    beside = path
    try:
        if not is_free(path):
            raise ConfigurationError(f"{path} exists already; name a file that does not, or move it away")
        with tempfile.TemporaryDirectory(dir=path.parent, prefix=f".{path.name[:40]}.") as folder:
            beside = Path(folder) / "new.state"
            with closing(StateFile(beside)) as file:
                file.commit(list(_statements(data)))
                read_all(file)
            put_new(beside, path)
    except OSError as error:
        raise ConfigurationError(f"the state file {path} cannot be made: {error.strerror}") from None
    except sqlite3.Error as error:
        raise ConfigurationError(f"the state file {path} cannot be made: {described(error)}") from None
    except (OverflowError, UnicodeError) as error:
        # A number of more than 64 bits, or half a character, which JSON may have.
        raise ConfigurationError(
            f"the export has a value that no state file holds: {error}; nothing was imported"
        ) from None
    except ConfigurationError as error:
        # Of the file beside it, which nobody has named.
        raise ConfigurationError(str(error).replace(str(beside), str(path))) from None


def read_all(file: StateFile) -> Mapping[str, int]:
    """Read every row of a state file; return how many there are, by table; raises ConfigurationError."""
    rows = Rows(file, time.time)
    handles = [account.handle for account in rows.accounts()]
    rows.order_ids()
    return {
        "accounts": len(handles),
        "tasks": sum(1 for _ in rows.tasks()),
        "events": sum(len(rows.events(handle)) for handle in handles),
        "orders": sum(1 for _ in rows.orders()),
        "journal": sum(1 for _ in rows.entries()),
    }


def _check(data: Any) -> None:
    schema = fakie_schemas.format_schema("state")
    if holds(schema, data):
        return
    wrong = first_violation(contract_validator(schema), data)
    if wrong:
        raise ConfigurationError(f"{wrong.told}; nothing was imported")


def _shown(columns: tuple[str, ...], row: tuple[Any, ...]) -> dict[str, Any]:
    shown = dict(zip(columns, row, strict=True))
    for name in shown:
        if name in _BYTES:
            shown[name] = base64.b64encode(shown[name]).decode()
        elif name == "data":
            shown[name] = json.loads(shown[name])
    return shown


def _statements(data: Mapping[str, Any]) -> Iterator[Statement]:
    for table, columns in _COLUMNS.items():
        marks = ", ".join("?" for _ in columns)
        sql = f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({marks})"  # noqa: S608
        for number, row in enumerate(data.get(table, ())):
            try:
                yield sql, [_read(name, row[name]) for name in columns]
            except (binascii.Error, ValueError):
                raise ConfigurationError(f"{table}[{number}]: expected Base64; nothing was imported") from None


def _read(name: str, value: Any) -> Any:
    if name in _BYTES:
        return base64.b64decode(value, validate=True)
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")) if name == "data" else value
