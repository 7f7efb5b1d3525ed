"""Reading profiles: shipped ones by name, one's own by file; each may extend another, and every row is checked."""

from collections.abc import Mapping
from fnmatch import fnmatchcase
from json import dumps
from pathlib import Path
from typing import TYPE_CHECKING, Any

import fakie_schemas
from fakie_schemas import disk
from fakie_schemas.catalog.habits import HABITS
from fakie_schemas.catalog.validation import violation_of
from fakie_schemas.errors import ConfigurationError
from fakie_schemas.families.family import endpoints
from fakie_schemas.nearest import did_you_mean
from fakie_schemas.rules.difference import GUESSES
from fakie_schemas.validator import contract_validator

if TYPE_CHECKING:
    from jsonschema import ValidationError

_BASE = "documented"
_SUFFIX = ".json"
# The facts that there are beside those of an example.
_EVERYWHERE = {"name": "", "timestamp": 0, "method": "", "path": ""}
# What makes a row another one than that which it stands in place of.
_PLACE = ("situation", "endpoint", "model", "field")
# The endpoints that belong to no family: those of the live catalogue.
CATALOGUE_ENDPOINTS = ("models", "modelSchema", "modelPrice", "modelSuccessRate")


def profile_names() -> tuple[str, ...]:
    """Return the names of the shipped profiles, sorted."""
    return tuple(path.stem for path in disk.files_in(fakie_schemas.data_folder("profiles"), _SUFFIX))


def read_profile(name: str, folder: Path) -> dict[str, Any]:
    """Return a profile's data, whole, with what it extends.

    `name` is a shipped profile or a file's name, which is looked for in `folder`. Raises ConfigurationError, with one
    line, for one that is not there, cannot be read, has a row without a mark or of an unknown situation, or extends
    what is none.
    """
    return _read(name, folder, ())


def _read(name: str, folder: Path, extending: tuple[str, ...]) -> dict[str, Any]:
    file = None if name in profile_names() else _own_file(name, folder, extending)
    # The same name may be another file in another folder.
    known = str(file or name)
    if known in extending:
        raise ConfigurationError(f"the profile {known} extends itself: {' extends '.join((*extending, known))}")
    data = fakie_schemas.profile(name) if file is None else _own(file)
    base = data.get("extends", None if file is None else _BASE)
    if base is None:
        return data
    joined = _joined(_read(base, file.parent if file else folder, (*extending, known)), data)
    if file is not None:
        _check_words(file, joined["answers"])
    return joined


def _own_file(name: str, folder: Path, extending: tuple[str, ...]) -> Path:
    known = ", ".join(profile_names())
    if name.endswith(_SUFFIX):
        file = folder / name
        if file.is_file():
            return file.resolve()
        why = f"no file is called {name!r}"
    else:
        why = f"no profile is called {name!r}"
    said = f"the profile {extending[-1]}: extends: " if extending else ""
    raise ConfigurationError(f"{said}{why}; there are: {known}, or the name of a file that ends in {_SUFFIX}")


def _own(file: Path) -> dict[str, Any]:
    try:
        data = fakie_schemas.read_json(file)
    except OSError as error:
        raise ConfigurationError(f"the profile {file} cannot be read: {error.strerror}") from None
    except ValueError as error:
        raise ConfigurationError(f"the profile {error}") from None
    _check_rows(file, data)
    broken = next(iter(contract_validator(fakie_schemas.format_schema("profile")).iter_errors(data)), None)
    if broken is not None:
        raise ConfigurationError(f"the profile {file}: {_said(broken)}")
    return data


def _said(error: "ValidationError") -> str:
    """Say what of the format a profile breaks."""
    violation = violation_of(error)
    if error.validator == "additionalProperties" and isinstance(error.instance, dict):
        known: Mapping[str, Any] = error.schema["properties"] if isinstance(error.schema, dict) else {}
        unknown = next(name for name in error.instance if name not in known)
        return f"{violation.field}: no key is called {unknown!r}; there are: {', '.join(known)}"
    return violation.told


def _check_rows(file: Path, data: Mapping[str, Any]) -> None:
    """Raise ConfigurationError for a row of an unknown situation or endpoint, without a mark, or said twice.

    The format knows none of these.
    """
    answers, base = data.get("answers"), fakie_schemas.profile(_BASE)
    places: dict[tuple[object, ...], int] = {}
    known = dict.fromkeys(one["situation"] for one in base["answers"])
    for number, row in enumerate(answers if isinstance(answers, list) else ()):
        if not isinstance(row, dict):
            continue
        where, situation = f"the profile {file}: answers[{number}]", row.get("situation")
        if situation not in known:
            raise ConfigurationError(f"{where}: no situation is called {situation!r}; there are: {', '.join(known)}")
        if row.get("mark") not in base["marks"]:
            marks = ", ".join(f"{mark} ({words})" for mark, words in base["marks"].items())
            got = dumps(row["mark"], ensure_ascii=False)[:80] if "mark" in row else "none"
            raise ConfigurationError(f"{where} ({situation}): expected an evidence mark; got {got}; there are: {marks}")
        wrong = _unknown_endpoint(row.get("endpoint")) or _said_before(places.setdefault(_placed(row), number), number)
        if wrong:
            raise ConfigurationError(f"{where} ({situation}): {wrong}")


def _unknown_endpoint(pattern: object) -> str:
    names = (*endpoints(), *CATALOGUE_ENDPOINTS)
    if not isinstance(pattern, str) or any(fnmatchcase(name, pattern) for name in names):
        return ""
    hint = did_you_mean(pattern, names, otherwise=f"; there are: {', '.join(names)}")
    return f"no endpoint is called {pattern[:80]!r}{hint}"


def _said_before(first: int, number: int) -> str:
    if first == number:
        return ""
    return f'answers[{first}] is of the same place; mark one with "also": true, or give it an endpoint, model or field'


def _placed(row: Mapping[str, Any]) -> tuple[object, ...]:
    """Return what no other row of a file may share; what was seen too may be of any place."""
    return (dumps(_place(row)), id(row) if row.get("also") else 0)


def _check_words(file: Path, rows: list[dict[str, Any]]) -> None:
    """Raise ConfigurationError for a row whose words no facts of its situation could fill."""
    for row in rows:
        facts = {**_EVERYWHERE, **row.get("example", {})}
        for words in (row["msg"], *(row.get("body") or {}).values()):
            try:
                _ = words.format(**facts) if isinstance(words, str) else words
            except (KeyError, IndexError, ValueError, AttributeError) as error:
                known, where = ", ".join(f"{{{fact}}}" for fact in facts), f"answers ({row['situation']})"
                raise ConfigurationError(
                    f"the profile {file}: {where}: the msg or body {words[:200]!r} cannot be filled ({error});"
                    f" its facts are: {known}, and {{{{ stands for a brace"
                ) from None


def _joined(base: Mapping[str, Any], own: Mapping[str, Any]) -> dict[str, Any]:
    """Return a profile with what it extends: rows, facts and habits one by one, all else as a whole."""
    joined = {**base, **own, "answers": _joined_rows(base["answers"], own.get("answers", ()))}
    for part in ("facts", "callbacks", "advice", "failures", "judging", "marks"):
        joined[part] = {**base.get(part, {}), **own.get(part, {})}
    habits, more = base.get("habits", {}), own.get("habits", {})
    lists = {name: [*habits.get(name, ()), *more.get(name, ())] for name in HABITS}
    joined["habits"] = {**habits, **more, **lists}
    return joined


def _joined_rows(base: list[dict[str, Any]], own: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return the rows of both: one's own in place of that of the same situation and place; the others stay.

    Where one's own is a guess, the other is accepted still: nobody has seen that it is not so.
    """
    replaced = {_place(row): row["mark"] in GUESSES for row in own if not row.get("also")}
    kept = [row for row in base if row.get("also") or _place(row) not in replaced]
    doubted = [{**row, "also": True, "default_for_code": False} for row in base if replaced.get(_place(row))]
    return [*kept, *(_inheriting(row, base) for row in own), *doubted]


def _inheriting(row: Mapping[str, Any], base: list[dict[str, Any]]) -> dict[str, Any]:
    """Return a row with what it has from that of its situation: its explanation, its example, and who may order it."""
    former = [one for one in base if one["situation"] == row["situation"] and not one.get("also")]
    same = next((one for one in former if _place(one) == _place(row)), former[0])
    inherited = {"explained": same.get("explained") or same["msg"], "orderable": same.get("orderable", True)}
    return {**inherited, **row, "example": {**same.get("example", {}), **row.get("example", {})}}


def _place(row: Mapping[str, Any]) -> tuple[object, ...]:
    return tuple(row.get(name) for name in _PLACE)
