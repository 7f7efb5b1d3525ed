"""Adapter for Werkzeug's form parser: a form taken apart piece by piece, large files in temporary ones."""

from typing import IO, TYPE_CHECKING, BinaryIO, cast

from fakie.core.file_ports import BadForm, FilePart, Form, Readable

# Werkzeug is imported with the first form: most fakes never get one.
if TYPE_CHECKING:
    from werkzeug.datastructures import FileStorage

_MOST_PARTS = 100
# Of all fields together, and of each part's headers.
_FIELD_BYTES = 256 * 1024


class WerkzeugForms:
    """A `FormReader`."""

    def read(self, body: Readable, content_type: str) -> Form:
        """Return the form; raises BadForm for what is none, or has too many parts or too large fields."""
        opened: list[IO[bytes]] = []
        try:
            return _form(body, content_type, opened)
        except BaseException:
            for file in opened:
                file.close()
            raise


def _form(body: Readable, content_type: str, opened: list[IO[bytes]]) -> Form:
    # Whole, before any part: of two threads that import parts of it at once, one would find another half done.
    import werkzeug  # noqa: F401
    from werkzeug.exceptions import RequestEntityTooLarge
    from werkzeug.formparser import FormDataParser
    from werkzeug.http import parse_options_header

    from fakie.adapters.wire.aside import Aside

    def open_file(*_: object, **__: object) -> IO[bytes]:
        opened.append(cast(IO[bytes], Aside()))
        return opened[-1]

    parser = FormDataParser(open_file, _FIELD_BYTES, max_form_parts=_MOST_PARTS, silent=False)
    media_type, options = parse_options_header(content_type)
    try:
        _, fields, files = parser.parse(cast(IO[bytes], body), media_type, None, options)
    except RequestEntityTooLarge:
        raise _too_large() from None
    except (ValueError, AttributeError, TypeError, AssertionError) as error:
        # The parser meets some odd forms with what comes to hand.
        raise BadForm(f"the form cannot be taken apart: {error}") from None
    pairs = tuple((str(name), value) for name, value in fields.items(multi=True))
    # The parser bounds each field alone.
    if sum(len(value.encode("utf-8", "replace")) for _, value in pairs) > _FIELD_BYTES:
        raise _too_large()
    return Form(pairs, tuple(_part(file) for _, file in files.items(multi=True)))


def _too_large() -> BadForm:
    return BadForm(f"the form has more than {_MOST_PARTS} parts, or more than {_FIELD_BYTES} bytes that are not a file")


def _part(file: "FileStorage") -> FilePart:
    return FilePart(file.name or "", file.filename or "", file.content_type or "", cast(BinaryIO, file.stream))
