"""A state file and its secret: which one it is, and files from before there were secrets."""

import re
import sqlite3
import time
from collections import Counter
from collections.abc import Iterator
from typing import TypeVar

from fakie.adapters.state import rows
from fakie.adapters.state.rows import Rows
from fakie.adapters.state.state_file import StateFile, Statement, described, unusable
from fakie.adapters.state.tables import FINGERPRINT, VERSION
from fakie.adapters.store_secret import StoreSecret
from fakie.core.accounts import handle_of_number, keyed, number_of
from fakie.core.files.places import LINKS, UPLOADS
from fakie.core.kept.seals import NO_SEALS

# Where the names of accounts stand; in bodies it is by the number that URLs of their files have.
_PLACES = {
    "accounts": ("handle", "data"),
    "uploads": ("account",),
    "tasks": ("account", "data", "sent"),
    "events": ("account",),
    "orders": ("data",),
    "journal": ("account", "data", "sent", "answered"),
}
_BELOW = "|".join(rf"(?<=\b{place.strip('/')}/)" for place in (UPLOADS, LINKS))
_NAMES = re.compile(rf"\baccount-[0-9a-f]{{10}}\b|(?:{_BELOW})[0-9]{{1,13}}(?=/)")
_SEALED = '%"callback_url":{"sealed":%'
_Text = TypeVar("_Text", str, bytes, None)


def fingerprint_of(file: StateFile) -> str | None:
    """Return the fingerprint of a state file's secret; None for a file that has not met one."""
    found = iter(()) if file.version == 1 else file.rows("SELECT fingerprint FROM secret")
    return next((fingerprint for (fingerprint,) in found), None)


def bind(file: StateFile, secret: StoreSecret) -> None:
    """Let a state file hold to a secret; raises ConfigurationError for one that holds to another.

    One from before there were secrets is written anew, whole or not at all: its accounts get other names, and URLs are
    sealed or masked.
    """
    found = fingerprint_of(file)
    if found is None:
        statements = list(_converted(file, secret))
        try:
            file.function("renamed", _Renaming(secret.value))
            file.commit(statements)
            file.rewrite()
        except sqlite3.Error as error:
            raise unusable(file.path, described(error)) from None
    elif found != secret.fingerprint:
        raise unusable(file.path, "it was written with another secret; give that one by --secret @FILE or FAKIE_SECRET")
    elif secret.seals is NO_SEALS and any(file.rows("SELECT 1 FROM tasks WHERE data LIKE ? LIMIT 1", (_SEALED,))):
        raise unusable(file.path, "URLs in it are sealed, which needs cryptography: pip install 'fakie[state]'")


def _converted(file: StateFile, secret: StoreSecret) -> Iterator[Statement]:
    known = Rows(file, time.time)
    pending = _pending(file, known)
    for task in known.tasks():
        task.expect(pending[task.id])
        put = rows.put_task(task, secret.seals)
        yield put
        yield "UPDATE tasks SET sent = ? WHERE id = ?", (put[1][-1], task.id)
    for entry in known.entries():
        yield rows.put_entry(entry)
    for table, columns in _PLACES.items():
        renamed = ", ".join(f"{column} = renamed({column})" for column in columns)
        yield f"UPDATE {table} SET {renamed}", ()  # noqa: S608
    if file.version == 1:
        yield FINGERPRINT, ()
        yield f"PRAGMA user_version = {VERSION}", ()
    yield "INSERT INTO secret (fingerprint) VALUES (?)", (secret.fingerprint,)


def _pending(file: StateFile, known: Rows) -> Counter[str]:
    """Return how many callbacks of each task are to come."""
    due = Counter(task_id for (task_id,) in file.rows("SELECT task_id FROM events WHERE kind = 'deliver'"))
    for account in known.accounts():
        due.update([*account.held_back, *(task_id for task_id, _ in account.unsigned)])
    return due


class _Renaming:
    """Puts the names that go by a secret in the place of those that go by the key alone."""

    def __init__(self, secret: bytes) -> None:
        self._secret = secret

    def __call__(self, text: _Text) -> _Text:
        if text is None:
            return None
        if isinstance(text, bytes):
            return _NAMES.sub(self._name, text.decode("latin-1")).encode("latin-1")
        return _NAMES.sub(self._name, text)

    def _name(self, match: re.Match[str]) -> str:
        number = handle_of_number(match[0])
        return number_of(keyed(number, self._secret)) if number else keyed(match[0], self._secret)
