"""The format of a file's bytes, whatever its name and type say: by the signatures of common media formats."""

import mimetypes
from collections.abc import Iterator, Mapping
from urllib.parse import urlsplit

from msgspec import Struct

from fakie_contract.cases.task.noise import is_noise
from fakie_contract.cases.task.whole import is_cut
from fakie_contract.checks.kinds import KINDS
from fakie_contract.http.exchange import Answer
from fakie_schemas.rules.difference import Difference
from fakie_schemas.rules.table import breach

_START = 512
# Format: its first bytes, with those from the eighth on where they count too.
_SIGNATURES: tuple[tuple[str, bytes, bytes], ...] = (
    ("png", b"\x89PNG\r\n\x1a\n", b""),
    ("jpeg", b"\xff\xd8\xff", b""),
    ("gif", b"GIF8", b""),
    ("webp", b"RIFF", b"WEBP"),
    ("wav", b"RIFF", b"WAVE"),
    ("avi", b"RIFF", b"AVI "),
    ("bmp", b"BM", b""),
    ("tiff", b"II*\0", b""),
    ("tiff", b"MM\0*", b""),
    ("ogg", b"OggS", b""),
    ("flac", b"fLaC", b""),
    ("webm", b"\x1a\x45\xdf\xa3", b""),
    ("mp3", b"ID3", b""),
    ("aiff", b"FORM", b"AIFF"),
    ("au", b".snd", b""),
)
_KINDS_OF: Mapping[str, frozenset[str]] = {
    **dict.fromkeys(("png", "jpeg", "gif", "webp", "bmp", "tiff", "svg"), frozenset({"image"})),
    **dict.fromkeys(("wav", "flac", "mp3", "aiff", "au", "aac"), frozenset({"audio"})),
    "avi": frozenset({"video"}),
    **dict.fromkeys(("ogg", "webm"), frozenset({"audio", "video"})),
    # Pictures in this container are HEIC and AVIF.
    "mp4": frozenset(KINDS),
    "text": frozenset(),
}
# The formats that a media type stands for; of others nothing is expected.
_FORMATS: Mapping[str, frozenset[str]] = {
    **{f"image/{name}": frozenset({name}) for name in ("png", "jpeg", "gif", "webp")},
    "image/jpg": frozenset({"jpeg"}),
    **dict.fromkeys(("video/mp4", "video/quicktime", "audio/mp4"), frozenset({"mp4"})),
    **dict.fromkeys(("video/webm", "audio/webm"), frozenset({"webm"})),
    **dict.fromkeys(("audio/mpeg", "audio/mp3"), frozenset({"mp3", "aac"})),
    **dict.fromkeys(("audio/wav", "audio/x-wav", "audio/wave"), frozenset({"wav"})),
    "audio/ogg": frozenset({"ogg"}),
    "audio/flac": frozenset({"flac"}),
}
# Other names of a media type, beside those with an `x-`.
_OTHER_NAMES: Mapping[str, str] = {
    "image/jpg": "image/jpeg",
    "image/pjpeg": "image/jpeg",
    "audio/mp3": "audio/mpeg",
    "audio/wave": "audio/wav",
    "audio/vnd.wave": "audio/wav",
    "audio/m4a": "audio/mp4",
    "audio/mp4a-latm": "audio/mp4",
}
# What is sent as the type of a file where nobody has said of which it is; such a one names no format.
UNSAID = frozenset({"", "application/octet-stream", "binary/octet-stream"})


def media_type(answer: Answer) -> str:
    """Return the media type that an answer says of its file, without parameters; empty where it says none."""
    return answer.headers.get("content-type", "").partition(";")[0].strip().lower()


def one_name(media_type: str) -> str:
    """Return a media type by one of its names: servers and this machine's own table use one or the other."""
    plain = media_type.replace("/x-", "/")
    return _OTHER_NAMES.get(plain, plain)


class FileFormat(Struct, frozen=True):
    """The format of a file by its bytes: its name, `text`, or empty when nothing known begins so."""

    name: str

    @classmethod
    def of(cls, content: bytes) -> "FileFormat":
        """Look at the first bytes of a file."""
        for name, start, inner in _SIGNATURES:
            if content.startswith(start) and content[8:].startswith(inner):
                return cls(name)
        if content[4:8] in (b"ftyp", b"moov", b"mdat", b"wide", b"free"):
            return cls("mp4")
        if content[:1] == b"\xff" and len(content) > 1 and content[1] & 0xE0 == 0xE0:
            return cls("aac" if content[1] & 0xF6 == 0xF0 else "mp3")
        if b"<svg" in content[:_START]:
            return cls("svg")
        return cls("text" if _is_text(content[:_START]) else "")

    @property
    def kinds(self) -> frozenset[str]:
        """The kinds of media that such a file may be."""
        return _KINDS_OF.get(self.name, frozenset())


def judge_file(url: str, answer: Answer, maker: str, made: tuple[str, str]) -> Iterator[Difference]:
    """Judge a downloaded result by its bytes: that it is media, of the format that it says, of its maker's kind.

    `made` is the kind that its maker makes, and the mark of that; empty where nobody knows.
    """
    told, named = media_type(answer), mimetypes.guess_type(urlsplit(url).path)[0] or ""
    kind = next((one.partition("/")[0] for one in (told, named) if one.partition("/")[0] in KINDS), "")
    media = FileFormat.of(answer.body)
    got = f"{media.name or 'unknown'} bytes ({answer.body[:12].hex(' ')} …), {told or 'no content type'}"
    if media.name == "text" or (kind and media.name and kind not in media.kinds):
        yield breach("result.content", got, wanted=f"{_a(kind or 'media')} file")
        return
    formats = _FORMATS.get(named if told in UNSAID else told)
    if formats and media.name not in formats:
        rule = "result.format" if media.name else "result.content"
        yield breach(rule, got, wanted=f"{_a(' or '.join(sorted(formats)))} file")
    if is_noise(media.name, answer.body):
        yield breach("result.content", f"{got}, after which nothing is of it", wanted=f"{_a(media.name)} file")
    elif not answer.cut and is_cut(media.name, answer.body):
        yield breach("result.cut", f"{len(answer.body)} bytes of it", wanted=f"{_a(media.name)} file")
    yield from _of_maker(maker, made, kind, media, got)


def _of_maker(maker: str, wanted: tuple[str, str], kind: str, media: FileFormat, got: str) -> Iterator[Difference]:
    made, mark = wanted
    if made and kind and kind != made and not (media.kinds >= {kind, made}):
        yield breach("result.kind", got, evidence=mark, kind=f"{_a(made)} file, which {maker} makes")


def _is_text(start: bytes) -> bool:
    text = start.decode("utf-8", "ignore")
    return bool(start) and len(text) >= len(start) // 2 and all(one.isprintable() or one in "\r\n\t\f" for one in text)


def _a(name: str) -> str:
    return f"{'an' if name[:1] in 'aeiou' else 'a'} {name}"
