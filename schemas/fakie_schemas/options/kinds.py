"""Kinds of options: which texts are allowed, and which value each stands for. Imports nothing heavy."""

import errno
import os
import re
from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal
from math import inf, isfinite
from os import PathLike
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

from fakie_schemas.account_words import read_account
from fakie_schemas.disk import read_secret
from fakie_schemas.errors import ConfigurationError
from fakie_schemas.limits import WindowLimit
from fakie_schemas.nearest import did_you_mean
from fakie_schemas.options.kind import OptionKind

_PIPE = "a pipe or a device: write what it gives into a file first"

_AMOUNT = r"\d{1,12}(\.\d{1,6})?"
_RATE = r"(\d{1,9})/(\d{1,9}(?:\.\d{1,3})?)s"

_NUMBERS = (int, float, Decimal, str)
_PATHS = (str, PathLike)
_ON_OFF = {"on", "off"}


def choice(*names: str) -> OptionKind:
    """Return the kind that takes one of some words."""

    def read(text: str) -> str:
        if text not in names:
            raise ValueError(f"expected {' or '.join(names)}")
        return text

    switches = (bool, str) if set(names) >= _ON_OFF else (str,)
    return OptionKind(f"[{'|'.join(names)}]", read, words=names, takes=switches)


def named(metavar: str) -> OptionKind:
    """Return the kind of any text but an empty one, with what stands for it in help."""
    return OptionKind(metavar, _filled, takes=_PATHS)


def whole(low: int = 0, high: int | None = None) -> OptionKind:
    """Return the kind of whole numbers within bounds, both included."""
    bounds = f"from {low} on" if high is None else f"from {low} to {high}"

    def read(text: str) -> int:
        if not re.fullmatch(r"-?\d{1,18}", text) or not low <= int(text) <= (inf if high is None else high):
            raise ValueError(f"expected a whole number {bounds}, such as {max(low, 1)}")
        return int(text)

    return OptionKind("N", read, takes=_NUMBERS)


def number(low: float = 0.0, high: float = inf, *, above: bool = False) -> OptionKind:
    """Return the kind of finite numbers from `low` on, or above it."""
    bounds = f"{'above' if above else 'from'} {low:g}"
    bounds += f" up to {high:g}" if high != inf else "" if above else " on"

    def read(text: str) -> float:
        try:
            value = float(text)
        except ValueError:
            value = inf
        if not isfinite(value) or value > high or value < low or (above and value == low):
            raise ValueError(f"expected a finite number {bounds}, such as 2.5")
        return value

    return OptionKind("N", read, takes=_NUMBERS)


def _amount(text: str) -> Decimal:
    # Money is not put into a float.
    if not re.fullmatch(_AMOUNT, text):
        raise ValueError("expected a number from 0 on, such as 5 or 0.5")
    return Decimal(text)


def _docs(text: str) -> str:
    from fakie_schemas.catalog.docs import check_docs

    try:
        return check_docs(text)
    except ConfigurationError:
        raise ValueError("expected pinned, latest, or a date such as 2026-04 or 2026-08-19") from None


def _date(text: str) -> str:
    from fakie_schemas.catalog.docs import names_date

    if not names_date(_filled(text)):
        raise ValueError("expected a month or a day, YYYY-MM or YYYY-MM-DD, such as 2026-08-19")
    return text


EMPTY = "it is empty, as an unset variable of a shell makes it; leave the option out, or fill it"


def _filled(text: str) -> str:
    if not text:
        raise ValueError(EMPTY)
    return text


def _secret(text: str) -> str:
    if not _filled(text).startswith("@"):
        return text
    try:
        return read_secret(Path(text[1:]))
    except (OSError, ValueError):
        raise ValueError("expected @FILE, a file that can be read and holds the secret on its only line") from None


def _way(text: str) -> tuple[str, int]:
    import fakie_schemas

    name, _, number = text.partition("=")
    known = sorted({row["situation"] for row in fakie_schemas.profile("documented")["answers"]})
    if name not in known:
        hint = did_you_mean(name, known)
        raise ValueError(f"expected SITUATION=N, such as credits_insufficient=2; no situation has this name{hint}")
    if not re.fullmatch(r"[1-9]\d?", number):
        raise ValueError("expected SITUATION=N, N from 1 on, such as credits_insufficient=2")
    return name, int(number)


def _severity(text: str) -> Any:
    from fakie_schemas.severities import read_severity

    return read_severity(text)


def _scenario(text: str) -> Any:
    from fakie_schemas.scenario_files import read_scenario

    try:
        return read_scenario(text)
    except ConfigurationError as error:
        raise ValueError(str(error)) from None


def _rate(text: str) -> WindowLimit:
    if text == "off":
        return WindowLimit.off()
    found = re.fullmatch(_RATE, text)
    if not found or float(found[2]) <= 0 or int(found[1]) == 0:
        raise ValueError("expected a rate, for example 20/10s (20 in 10 seconds), or off")
    return WindowLimit(int(found[1]), float(found[2]))


def _is(kind: Callable[[Path], bool], text: str) -> bool:
    try:
        return kind(Path(text))
    except (OSError, ValueError):
        # Too long for a name, not ours to look at, or with a NUL.
        return False


def _existing_file(text: str) -> Path:
    if not _is(Path.is_file, _filled(text)):
        raise ValueError(f"expected a file that exists; {_other(text)}")
    return Path(text)


def _other(text: str) -> str:
    """Say what is there in place of a file; a pipe could be read once, and by one process alone."""
    if _is(Path.is_dir, text):
        return "this is a directory"
    return f"this is {_PIPE}" if _is(Path.exists, text) else "there is none of this name"


def _prices(text: str) -> str | Path:
    if text in _LISTS:
        return text
    if not _is(Path.is_file, _filled(text)):
        raise ValueError(f"expected flat, listed, or a file with a price table; {_other(text)}")
    return Path(text)


# Without a name a folder is the one that happens to be the current.
def _path(text: str) -> Path:
    """Return the path of a text, whether it is there or not, if there can be one."""
    try:
        os.lstat(_filled(text))
    except OSError as error:
        if error.errno == errno.ENAMETOOLONG:
            raise ValueError("expected a path; no name in one can be so long here") from None
    return Path(text)


def _catalogue(text: str) -> str:
    return text if "://" in text else str(_path(text))


def _existing_folder(text: str) -> Path:
    if not _is(Path.is_dir, _filled(text)):
        raise ValueError("expected a folder that exists; there is none of this name")
    return Path(text)


def _file_to_write(text: str) -> Path:
    path = _path(text)
    if _is(Path.is_dir, text):
        raise ValueError("expected a file to write; this is a directory")
    return path


_YES, _NO = ("yes", "on", "1", "true"), ("no", "off", "0", "false", "")


def _flag(text: str) -> bool:
    said = text.strip().lower()
    if said not in (*_YES, *_NO):
        raise ValueError("expected yes or no")
    return said in _YES


_STORES = ("redis", "rediss", "unix")


def _store(text: str) -> str:
    wanted = "expected redis://HOST:PORT/DATABASE, rediss:// for TLS, unix:///SOCKET, or @FILE with one of these"
    url = _secret(text)
    try:
        parts = urlsplit(url)
        _ = parts.port
        options = parse_qs(parts.query, keep_blank_values=True, strict_parsing=True) if parts.query else {}
    except ValueError:
        raise ValueError(wanted) from None
    if parts.scheme not in _STORES or not (parts.path if parts.scheme == "unix" else parts.hostname):
        raise ValueError(wanted)
    # What redis-py cannot read as a number is database 0 to it, which others may use.
    if parts.fragment or not (parts.scheme == "unix" or re.fullmatch(r"/?|/[0-9]{1,9}/?", parts.path)):
        raise ValueError(f"{wanted}; a DATABASE is a number, such as 0")
    names = options.pop("fake", ["fakie"])
    if options or len(names) != 1 or not re.fullmatch(r"[\w.-]{1,64}", names[0], re.ASCII):
        raise ValueError("expected ?fake=NAME and nothing else after a ?; a NAME has letters, digits, - _ and .")
    return url


_LISTS = ("flat", "listed")
TEXT = named("TEXT")
# What is passed on as it is, and means something when it is empty.
WORDS = OptionKind("TEXT", str)
# A secret as it stands, or @FILE, which keeps it out of lists of processes and histories of shells.
SECRET = OptionKind("TEXT", _secret, may_be_secret=True)
# A ready scenario by its name, or a file; its value is the scenario itself.
SCENARIO = OptionKind("NAME|FILE", _scenario, takes=(str, PathLike, Mapping))
SEVERITY = OptionKind("RULE=WEIGHT", _severity)
# The name is a key, and a word may be another.
ACCOUNT = OptionKind("NAME=WORDS", read_account, may_be_secret=True)
WAY = OptionKind("SITUATION=N", _way)
# A user of the URL may hold a password.
STORE = OptionKind("URL", _store, may_be_secret=True)
# An address, or a place of files; what it names is looked into when it is read.
CATALOGUE = OptionKind("live|URL|DIR|FILE", _catalogue, is_path=True, words=("live",))
DATE = OptionKind("DATE", _date, takes=(str, date))
AMOUNT = OptionKind("N", _amount, takes=_NUMBERS)
DOCS = OptionKind("WHICH", _docs, words=("pinned", "latest"), takes=(str, date))
RATE = OptionKind("RATE", _rate, words=("off",))
# A folder that need not exist yet, or that is looked into later.
ANY_FOLDER = OptionKind("DIR", _path, is_path=True, takes=_PATHS)
FILE = OptionKind("FILE", _existing_file, is_path=True, takes=_PATHS)
FOLDER = OptionKind("DIR", _existing_folder, is_path=True, takes=_PATHS)
NEW_FILE = OptionKind("FILE", _file_to_write, is_path=True, takes=_PATHS)
PRICES = OptionKind("[flat|listed|FILE]", _prices, is_path=True, words=_LISTS, takes=_PATHS)
FLAG = OptionKind("", _flag, is_flag=True, words=("yes", "no"), takes=(bool, str))
