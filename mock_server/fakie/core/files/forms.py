"""Reading the form of a stream upload: bounded, complete, one file."""

from fakie.core.file_ports import BadForm, FilePart, Form, FormReader
from fakie.core.http.body import too_large
from fakie.core.http.messages import Request
from fakie.core.situations import Refused

_FILE = "file"
_SHOWN = 5


class BoundedBody:
    """A request's body, of which no more than `limit` bytes are read; raises Refused for a larger or shorter one."""

    def __init__(self, request: Request, limit: int) -> None:
        if request.length is not None and request.length > limit:
            raise too_large(f"more than {limit} bytes", limit)
        self._body = request.body
        self._length = request.length
        self._limit = limit
        self._read = 0

    def read(self, size: int = -1) -> bytes:
        """Return up to `size` bytes, none at the end."""
        left = (self._limit + 1 if self._length is None else self._length) - self._read
        wanted = left if size < 0 else min(size, left)
        try:
            data = self._body.read(wanted) if wanted else b""
        except (OSError, ValueError) as error:
            raise Refused("body_malformed", reason=f"the body broke off ({error})") from error
        self._read += len(data)
        if self._read > self._limit:
            raise too_large(f"more than {self._limit} bytes", self._limit)
        if wanted and not data and self._length is not None:
            reason = f"the body broke off: {self._length} bytes were announced, {self._read} came"
            raise Refused("body_malformed", reason=reason)
        return data


def read_form(reader: FormReader, request: Request, limit: int) -> Form:
    """Take the form of a request apart; raises Refused for what is none."""
    header = request.headers.get("content-type", "")
    if header.partition(";")[0].strip().lower() != "multipart/form-data" or "boundary=" not in header.lower():
        raise Refused("content_type_wrong", got=repr(header[:80]) if header else "no such header")
    body = BoundedBody(request, limit)
    try:
        return reader.read(body, header)
    except BadForm as error:
        raise Refused("body_malformed", reason=str(error)) from None


def the_file(form: Form) -> FilePart:
    """Return the one part `file` of a form; raises Refused where there is none, or more than one."""
    files = [file for file in form.files if file.field == _FILE]
    if len(files) > 1:
        raise Refused(
            "upload_invalid", field=_FILE, reason=f"expected one file, got {len(files)}; upload one at a time"
        )
    if not files:
        raise Refused("upload_field_missing", field=_FILE, hint=_what_came(form))
    return files[0]


def _what_came(form: Form) -> str:
    if form.field(_FILE) is not None:
        return ' (a part "file" without a file name came; expected one with a file name)'
    names = [*(file.field for file in form.files), *(name for name, _ in form.fields)]
    came = ", ".join(name[:20] for name in names[:_SHOWN])
    return (
        f" (a part with a file name; the parts are: {came})"
        if came
        else " (a part with a file name; the form is empty)"
    )
