"""Finding secrets however they are spelt: in any letter case, escaped for any format, in base64, in hexadecimal."""

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator
from functools import lru_cache
from html.entities import html5

from fakie_schemas.recordings.secrets import BASE64_LEAST, MARK, SHORTEST, base64_part

# Formats lie within each other: JSON in a field of JSON in a page.
_MOST_LEVELS = 5
# The most bytes of a character.
_UTF_8 = 4
# Escapes of URLs, of XML and HTML, of JSON, YAML and programs; what continues a line; what UTF-16 has between letters.
_ESCAPE = re.compile(
    rb"%([0-9a-fA-F]{2})|&#0*([1-9]\d{0,6});?|&#[xX]0*([1-9a-fA-F][0-9a-fA-F]{0,5});?|&([A-Za-z]{2,8};)"
    rb"|\\(?:[xX]([0-9a-fA-F]{2})|U([0-9a-fA-F]{8})|[uU]([0-9a-fA-F]{4})|u\{0*([0-9a-fA-F]{1,6})\})|\\([0-7]{3})"
    rb"|\\([nr])|\\(?:\r?\n[ \t]*|(.))|=?\r?\n[ \t]*|\x00+",
)
# How many forms are searched for one by one; by how many bytes more are told apart, which the shortest has.
_MANY, _HEAD = 1_000, min(SHORTEST, BASE64_LEAST)
_SIGNS = re.compile(rb"[%&\\\n\x00]")
# Signs that undoing can take away, the n and r of line ends among them; what may then stand for a letter, of which all
# else that is undone leaves as it is; and what else may once backslashes are gone too.
_TAKEN_AWAY = b" \t\r\n=\0nr"
_LETTER = re.compile(rb"\\[xu0-7]")
_OTHER_LETTER = re.compile(rb"%[0-9a-f]{2}|&(?:#|[a-z]{0,8};)")
_DECIMAL, _OCTAL, _NAME, _LINE, _ITSELF = 2, 9, 4, 10, 11


class HiddenSecrets:
    """Secrets to be taken out of texts, whoever repeats them and in whatever spelling."""

    def __init__(self, secrets: Iterable[str], mark: str = MARK) -> None:
        self._mark = mark.encode()
        self._forms: set[bytes] = set()
        # The same without the signs that undoing takes away.
        self._bare: set[bytes] = set()
        # The lengths of the forms that begin with some bytes.
        self._lengths: dict[bytes, tuple[int, ...]] = {}
        self._shortest = 0
        self.add(secrets)

    def add(self, secrets: Iterable[str]) -> None:
        """Take further secrets out from now on."""
        # What has been redacted before holds marks, which are to stay.
        known = {secret for secret in secrets if len(secret) >= SHORTEST and not _is_of_mark(secret.lower())}
        for form in {form for secret in known for form in _forms_of(secret)} - self._forms:
            self._forms.add(form)
            self._bare.add(_bare(form))
            lengths = self._lengths.get(form[:_HEAD], ())
            if len(form) not in lengths:
                self._lengths[form[:_HEAD]] = (*lengths, len(form))
            self._shortest = min(self._shortest or len(form), len(form))

    def without(self, text: str) -> str:
        """Return a text with a mark in place of each secret."""
        if not self._may_stand_in(text):
            return text
        raw = text.encode("utf-8", "surrogatepass")
        kept, at = [], 0
        for begin, end in sorted(self._spans(raw)):
            if begin >= at:
                kept += [raw[at:begin], self._mark]
            at = max(at, end)
        return (b"".join(kept) + raw[at:]).decode("utf-8", "surrogatepass") if at else text

    def stand_in(self, text: str) -> bool:
        """Tell whether a text holds one of the secrets."""
        return self._may_stand_in(text) and any(True for _ in self._spans(text.encode("utf-8", "surrogatepass")))

    def _may_stand_in(self, text: str) -> bool:
        return bool(self._forms) and len(text) * _UTF_8 >= self._shortest

    def _spans(self, raw: bytes) -> Iterator[tuple[int, int]]:
        """Yield where secrets stand, in the text as it is and with its escapes undone, time and again."""
        levels: list[_Undone] = []
        view = raw
        while True:
            for begin, end in self._found(view.lower()):
                for level in reversed(levels):
                    begin, end = level.span(begin, end)
                yield begin, end
            if len(levels) == _MOST_LEVELS or len(view) < self._shortest or not self._may_show(view):
                return
            levels.append(_Undone(view))
            if levels[-1].text == view:
                return
            view = levels[-1].text

    def _may_show(self, view: bytes) -> bool:
        """Tell whether more can stand in a text once its escapes are undone: a fast look, for hardly ever it does."""
        if not _SIGNS.search(view):
            return False
        left = view.lower().translate(None, _TAKEN_AWAY)
        bare = _bare(left)
        if len(self._bare) > _MANY or _LETTER.search(left) or _OTHER_LETTER.search(bare):
            return True
        return any(form in bare for form in self._bare)

    def _found(self, view: bytes) -> Iterator[tuple[int, int]]:
        # Many forms are not searched for one by one.
        for form in self._forms if len(self._forms) <= _MANY else self._met(view):
            at = view.find(form)
            while at >= 0:
                yield at, at + len(form)
                at = view.find(form, at + len(form))

    def _met(self, view: bytes) -> set[bytes]:
        """Return the forms that stand in a text: looked up by what each place begins with."""
        beginnings = ((at, self._lengths.get(view[at : at + _HEAD], ())) for at in range(len(view) - _HEAD + 1))
        parts = (view[at : at + length] for at, lengths in beginnings for length in lengths)
        return {part for part in parts if part in self._forms}


class _Undone:
    """A text whose escapes are undone once, and where in it each byte has come from."""

    def __init__(self, text: bytes) -> None:
        kept, at, length = [], 0, 0
        self._places: list[int] = []
        self._escapes: list[tuple[int, int, int]] = []
        for found in _ESCAPE.finditer(text):
            meant = _meant(found)
            length += found.start() - at
            self._places.append(length)
            self._escapes.append((found.start(), found.end(), len(meant)))
            kept += [text[at : found.start()], meant]
            at, length = found.end(), length + len(meant)
        self.text = b"".join(kept) + text[at:]

    def span(self, begin: int, end: int) -> tuple[int, int]:
        """Return where a part of the text stands in what it was made of."""
        return self._byte(begin)[0], self._byte(end - 1)[1]

    def _byte(self, at: int) -> tuple[int, int]:
        number = bisect_right(self._places, at) - 1
        if number < 0:
            return at, at + 1
        begin, end, length = self._escapes[number]
        beyond = at - self._places[number] - length
        return (begin, end) if beyond < 0 else (end + beyond, end + beyond + 1)


def _meant(found: re.Match[bytes]) -> bytes:
    """Return what an escape stands for: nothing, where it only goes on with a line."""
    group, written = found.lastindex, found[found.lastindex or 0]
    if group is None:
        return b""
    if group == _NAME:
        return html5.get(written.decode(), found[0].decode()).encode()
    if group in {_LINE, _ITSELF}:
        return written if group == _ITSELF else b"\n"
    number = int(written, 10 if group == _DECIMAL else 8 if group == _OCTAL else 16)
    if group == 1:
        return bytes([number])
    return chr(number).encode("utf-8", "surrogatepass") if number < 0x110000 else found[0]


def _bare(text: bytes) -> bytes:
    """Return a text of small letters without all that undoing can take away."""
    return text.translate(None, _TAKEN_AWAY + b"\\")


def _is_of_mark(secret: str) -> bool:
    return "redacted" in secret or secret in MARK.lower()


@lru_cache(maxsize=1024)
def _forms_of(secret: str) -> tuple[bytes, ...]:
    """Return how a secret is written where nothing is escaped, in small letters."""
    raw = secret.encode("utf-8", "surrogatepass")
    parts = [part for before in range(3) if len(part := base64_part(raw, before)) >= BASE64_LEAST]
    other_alphabet = [part.replace("+", "-").replace("/", "_") for part in parts]
    mailed, pointed = secret.replace("=", "=3D"), secret.replace("~", "~0").replace("/", "~1")
    # Those of bytes beyond ASCII have no case.
    texts = [secret, secret.lower(), secret.upper(), secret[::-1], mailed, pointed, raw.hex(), *parts, *other_alphabet]
    forms = [text.encode("utf-8", "surrogatepass") for text in texts]
    # What looks like an escape within it is undone with the others.
    undone = [one for form in forms if len(one := _Undone(form).text) >= SHORTEST]
    return tuple({form.lower(): None for form in [*forms, *undone]})
