"""The compiler: a doc page of the vendor in, a revision out, with the line of every fact.

`derive` reads a page (any known format, recognised by itself); `write` puts a revision's two files on disk.
"""

from pathlib import Path

from fakie_schemas.compiler.errors import PageError
from fakie_schemas.errors import MissingLibraryError

try:
    from fakie_schemas.compiler.formats import FormatError, read_page
    from fakie_schemas.compiler.inherit import Earlier, earlier_in
    from fakie_schemas.compiler.page import Page, load_page
    from fakie_schemas.compiler.revision import DerivedRevision, Origin, make_revision
    from fakie_schemas.compiler.write import is_safe_name, to_text, write
except ModuleNotFoundError as error:
    if (error.name or "").split(".")[0] not in {"markdown_it", "yaml"}:
        raise
    raise MissingLibraryError(error.name or "a library") from error

__all__ = ["DerivedRevision", "FormatError", "MissingLibraryError", "PageError", "derive", "to_text", "write"]


def derive(
    page: Path | Page,
    *,
    date: str | None = None,
    url: str | None = None,
    note: str | None = None,
    earlier: Path | Earlier | None = None,
    own_formats: Path | None = None,
) -> DerivedRevision:
    """Derive the revision of one page, a file or one that was read before.

    `date` (`YYYY-MM` or `YYYY-MM-DD`), `url` and `note` go into the provenance as given. From `earlier`, a folder of
    revisions, the newest of the model before `date` gives codes and answers that the page lacks; it may also be a function
    that finds such facts by the model's name. `own_formats` is a
    folder of more formats, one Python file each; `FormatError` says what is wrong with one. Raises `PageError` (path, line,
    reason) when the page cannot be read for certain; smaller doubts are listed in the revision's `unread`.
    """
    loaded = load_page(page) if isinstance(page, Path) else page
    try:
        found = earlier_in(earlier, date or "9999") if isinstance(earlier, Path) else earlier
        revision = make_revision(loaded, read_page(loaded, own_formats), Origin(date, url, note, found))
    except RecursionError as error:
        raise loaded.fail(1, "the page is nested too deeply") from error
    except (ValueError, TypeError, LookupError, ArithmeticError, AttributeError) as error:
        # A page that no reader is ready for must not stop the pages beside it.
        raise loaded.fail(1, f"the page cannot be read ({type(error).__name__}: {str(error)[:100]})") from error
    # Below endpoints/ lies what is no model.
    is_misplaced = revision.facts["model"] is not None and revision.name.split("/")[0] == "endpoints"
    if is_misplaced or not is_safe_name(revision.name):
        line = revision.facts["sources"].get("/model", 1)
        raise loaded.fail(line, f"the model's name is not one that can be: {revision.name[:80]!r}")
    return revision
