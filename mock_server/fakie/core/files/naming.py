"""The names that uploads ask for: checked, and made where none was given."""

from fakie.core.situations import Refused

_ODD = frozenset({"", ".", ".."})
_SHOWN = 40
# How many of the longest parts a path may have: its URL must be one that can be asked for.
_MOST_LONG = 4


def folder_of(upload_path: str, longest: int) -> str:
    """Return a wished `uploadPath` without the slashes around it; raises Refused for one that is no plain path."""
    folder = upload_path.strip("/")
    _check("uploadPath", folder, longest, '"images/user-uploads"')
    return folder


def name_of(file_name: str, longest: int) -> str:
    """Return a wished `fileName`; raises Refused for one that is no plain name."""
    if "/" in file_name:
        raise _wrong("fileName", "it has slashes in it", '"photo.png"; folders belong into uploadPath')
    _check("fileName", file_name, longest, '"photo.png"')
    return file_name


def made_name(chance: str, original: str, media_type: str) -> str:
    """Make a name of random digits, with the ending of the original name or else that of the kind."""
    from mimetypes import MimeTypes

    ending = original.rpartition(".")[2].lower() if "." in original else ""
    if not (ending.isalnum() and ending.isascii() and len(ending) <= 8):
        ending = (MimeTypes().guess_extension(media_type, strict=False) or ".bin").removeprefix(".")
    return f"{chance}.{ending}"


def _check(field: str, path: str, longest: int, works: str) -> None:
    if not path.isprintable() or "\\" in path:
        raise _wrong(field, "it has control characters or backslashes in it", works)
    for part in path.split("/"):
        if part.strip() in _ODD:
            raise _wrong(field, f"a part of it is {part[:_SHOWN]!r}", works)
        if len(part.encode("utf-8", "replace")) > longest:
            raise _wrong(field, f"a part of it has more than {longest} bytes", works)
    if len(path.encode("utf-8", "replace")) > _MOST_LONG * longest:
        raise _wrong(field, f"it has more than {_MOST_LONG * longest} bytes", works)


def _wrong(field: str, why: str, works: str) -> Refused:
    return Refused("upload_invalid", field=field, reason=f"{why}; for example {works}")
