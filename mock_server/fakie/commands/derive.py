"""`fakie derive`: a doc page in, a revision out."""

from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

import click

from fakie.commands.options import table_options
from fakie_schemas.errors import MissingLibraryError
from fakie_schemas.schema.fields import fields
from fakie_schemas.schema.words import counted
from fakie_schemas.validator import is_absolute_http_url

if TYPE_CHECKING:
    from fakie_schemas.compiler import DerivedRevision


def _page(_: click.Context, __: click.Parameter, given: str) -> Path:
    if is_absolute_http_url(given):
        raise click.BadParameter(f"expected the file of a page that was saved; got the URL {given}; save it first")
    return Path(given)


@click.command()
@click.argument("page", callback=_page)
@table_options("derive")
def derive(
    page: Path,
    out: Path | None,
    date: str | None,
    url: str | None,
    formats: Path | None,
    as_json: bool,
    strict: bool,
) -> None:
    """Derive the revision (JSON Schema, facts and provenance) of one doc PAGE."""
    revision = _derive(page, date, url, formats)
    unread = revision.facts["unread"]
    if strict and unread:
        for entry in unread:
            click.echo(f"fakie: {page}:{entry['line']}: {entry['why']}", err=True)
        raise SystemExit(2)
    written = _write(revision, out or Path()) if out or not as_json else []
    if as_json:
        from fakie_schemas.compiler import to_text

        click.echo(to_text(revision.as_dict()), nl=False)
    _summary(page, revision, written, err=as_json)


def _derive(page: Path, date: str | None, url: str | None, own_formats: Path | None) -> "DerivedRevision":
    try:
        from fakie_schemas.compiler import FormatError, PageError
        from fakie_schemas.compiler import derive as derive_page
    except MissingLibraryError as error:
        _fail(str(error))
    try:
        return derive_page(page, date=date, url=url, own_formats=own_formats)
    except (FormatError, PageError) as error:
        _fail(str(error))


def _write(revision: "DerivedRevision", out: Path) -> list[Path]:
    from fakie_schemas.compiler import write

    try:
        return write(revision, out)
    except OSError as error:
        _fail(f"{error.filename or out}: cannot be written: {error.strerror or error}")


def _fail(message: str) -> NoReturn:
    click.echo(f"fakie: {message}", err=True)
    raise SystemExit(2)


def _summary(page: Path, revision: "DerivedRevision", written: list[Path], *, err: bool) -> None:
    facts = revision.facts
    conflicts = [note for note in facts["notes"] if note["kind"] == "conflict"]
    count = sum(not field.is_item for field in fields(revision.request))
    counts = ", ".join(
        counted(number, word)
        for number, word in ((count, "field"), (len(facts["sources"]), "fact"), (len(facts["codes"]), "code"))
    )
    click.echo(f"{revision.name}: {counts}, {len(facts['unread'])} unread ({facts['provenance']['format']})", err=err)
    for entry in facts["unread"]:
        click.echo(f"{page}:{entry['line']}: unread: {entry['why']}", err=err)
    for note in conflicts:
        place = f"{note['field']}: " if "field" in note else ""
        click.echo(f"{page}:{note['line']}: conflict: {place}{note['text']}", err=err)
    for path in written:
        click.echo(f"wrote {path}", err=err)
