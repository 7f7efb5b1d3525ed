"""Comments in HTML, which no reader of a page sees: within running text, a table, or around a part of a page."""

import re
from collections.abc import Iterator

_BEGIN, _END = "<!--", "-->"
# Code in a line, in which nothing is a comment.
_CODE = re.compile(r"(?<!`)(`++)[^`]+\1(?!`)")
_FENCE = re.compile(r" {0,3}(`{3,}|~{3,})")


def blank_comments(text: str) -> str:
    """Return a text of the same length with spaces for its comments; what is never closed is no comment."""
    return "\n".join(shown for _, shown in _shown(text.split("\n"), fences=False)) if _BEGIN in text else text


def without_comments(lines: list[str]) -> tuple[list[str], list[int]]:
    """Return the lines of Markdown, and their numbers, without those that are comments; code stays as it is."""
    told = [
        (number, shown)
        for number, (line, shown) in enumerate(_shown(lines, fences=True), 1)
        if shown == line or shown.strip()
    ]
    return [shown for _, shown in told], [number for number, _ in told]


def _shown(lines: list[str], *, fences: bool) -> Iterator[tuple[str, str]]:
    """Yield each line as it stands, and as it is shown."""
    last = max((number for number, line in enumerate(lines) if _END in line), default=-1)
    inside, code = False, ""
    for number, line in enumerate(lines):
        fence = _FENCE.match(line) if fences and not inside else None
        if fence and (not code or fence[1].startswith(code)):
            code = "" if code else fence[1]
        shown = line
        if not code and not fence:
            shown, inside = _blanked(line, inside=inside, may_end=number < last)
        yield line, shown


def _blanked(line: str, *, inside: bool, may_end: bool) -> tuple[str, bool]:
    """Return a line with spaces for its comments, and whether one goes on; `may_end` says that a later line closes one."""
    parts: list[str] = []
    at = 0
    while inside or (begin := _begin(line, at)) >= 0:
        begin = at if inside else begin
        end = line.find(_END, begin)
        if end < 0 and not (inside or may_end):
            break
        parts += [line[at:begin], " " * ((end + len(_END) if end >= 0 else len(line)) - begin)]
        if end < 0:
            return "".join(parts), True
        at, inside = end + len(_END), False
    return "".join([*parts, line[at:]]), False


def _begin(line: str, at: int) -> int:
    """Return where the next comment begins, or -1."""
    while (begin := line.find(_BEGIN, at)) >= 0:
        code = next((found for found in _CODE.finditer(line, at) if found.end() > begin), None)
        if code is None or code.start() > begin:
            return begin
        at = code.end()
    return -1
