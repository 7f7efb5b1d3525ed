"""Markdown as a flat list of blocks with 1-based lines: headings, text lines, tables and code fences."""

import re
from collections.abc import Iterable, Iterator
from typing import Literal, NamedTuple, TypeGuard

from markdown_it import MarkdownIt
from markdown_it.token import Token
from msgspec import Struct, field

from fakie_schemas.compiler.comments import without_comments
from fakie_schemas.compiler.table_lines import rows_of_too_many_cells

_OPENER = re.compile(r"^ {0,3}(`{3,}|~{3,})\s*([^`]*)$")
# Headings and table rows that a fence swallowed when its closing line was lost. One `#` alone may be a shell comment.
_ESCAPED = re.compile(r"^(#{2,6}\s+\S|\|.*\|\s*$|\*\*[^*]+\*\*\s*$)")
# What a bullet of a list of tasks begins with, which is no part of its words.
_TICK = re.compile(r"\[[ xX]\]\s+(?=\S)")
_WRITTEN_BULLET = re.compile(r"[•▪‣◦●○■□]\s+(?=\S)")
# A small component that shows a word beside a name, as an attribute or within.
_BADGE = re.compile(
    r"\s*<(?P<tag>Badge|Chip|Label|Pill|Tag)\b(?:[^<>]{0,200}?\s(?:text|label)\s*=\s*[\"'](?P<text>[^\"'<>]{1,60})[\"'])?[^<>]{0,200}?"
    r"(?:/>|>(?P<inside>[^<>]{0,60})</(?P=tag)>)"
)
# What stands between may be a type such as `array<string>`; in backticks, tags are text.
_CODE = re.compile(
    r"(?P<ticked>`[^`]*`)|<code(?:\s[^<>`]{0,200})?>(?P<inside>[^`<]{1,200}(?:<[^`]{0,200}?)??)</code>", re.IGNORECASE
)
# The address of a title, which stands behind it.
_ANCHOR = re.compile(r"\s*\{#[\w-]+\}$")
# Spaces that no page has in a line; a search that begins at each of them would take long.
_MOST_SPACES = 100
_ENDLESS = re.compile(rf"\s{{{_MOST_SPACES},}}")
MAX_DEPTH = 50
MAX_INDENTED = 6


class TableRow(NamedTuple):
    """A table's row: its line and its cells as text, with code spans still in backticks."""

    line: int
    cells: list[str]


class Problem(NamedTuple):
    """Something about the page that is wrong, and the line where it begins."""

    line: int
    why: str


class Block(Struct):
    """One heading, text line, table or fence.

    `text` keeps code spans in backticks and drops emphasis; `strong` is the leading bold text, if any, or the leading
    text in italics of a line that goes on.
    `depth` is 0 outside of lists, else the nesting of the list; `bullet` marks the first line of an item.
    """

    kind: Literal["heading", "text", "table", "fence"]
    line: int
    text: str = ""
    level: int = 0
    depth: int = 0
    bullet: bool = False
    strong: str | None = None
    info: str = ""
    header: list[str] = field(default_factory=list)
    rows: list[TableRow] = field(default_factory=list)


def is_table(block: Block | None) -> TypeGuard[Block]:
    """Tell whether there is a block, and it is a table."""
    return block is not None and block.kind == "table"


def parse_blocks(text: str) -> tuple[list[Block], list[Problem]]:
    """Parse Markdown into blocks; HTML stays text, so that `enum<string>` survives outside of backticks too."""
    lines, numbers, problems = _close_fences(*without_comments(text.split("\n")))
    for place, row in list(rows_of_too_many_cells(lines)):
        lines[place] = row
        problems.append(Problem(numbers[place], "the row has more cells than its table has columns"))
    return list(_parse("\n".join(lines), numbers, 0)), problems


def _parse(text: str, numbers: list[int], depth: int) -> Iterator[Block]:
    parser = MarkdownIt("commonmark", {"html": False, "maxNesting": MAX_DEPTH}).enable("table")
    yield from _blocks(parser.parse(text), numbers, depth)


def _close_fences(lines: list[str], places: list[int]) -> tuple[list[str], list[int], list[Problem]]:
    """Close fences whose closing line was lost, so that one broken example does not swallow the page."""
    out: list[str] = []
    numbers: list[int] = []
    problems: list[Problem] = []
    opened: tuple[str, int] | None = None
    for number, line in zip(places, lines, strict=True):
        fence = _OPENER.match(line)
        if opened and (broken := _breaks_out(line, fence, opened[0])):
            out.append(opened[0])
            numbers.append(number)
            problems.append(Problem(opened[1], "this code fence is never closed"))
            opened = None
            fence = fence if broken == "opener" else None
        if fence:
            opened = _toggle(opened, fence, number)
        out.append(line)
        numbers.append(number)
    if opened:
        problems.append(Problem(opened[1], "this code fence is never closed"))
    return out, numbers, problems


def _breaks_out(line: str, fence: re.Match[str] | None, mark: str) -> str | None:
    if fence and fence[2].strip() and fence[1][0] == mark[0] and len(fence[1]) >= len(mark):
        return "opener"
    return "text" if _ESCAPED.match(line) else None


def _toggle(opened: tuple[str, int] | None, fence: re.Match[str], number: int) -> tuple[str, int] | None:
    if opened is None:
        return fence[1], number
    closes = fence[1][0] == opened[0][0] and len(fence[1]) >= len(opened[0])
    return None if closes else opened


def _blocks(tokens: list[Token], numbers: list[int], depth: int) -> Iterator[Block]:
    fresh, index = False, 0
    while index < len(tokens):
        token = tokens[index]
        depth += {"list_item_open": 1, "list_item_close": -1}.get(token.type, 0)
        fresh = fresh or token.type == "list_item_open"
        line = numbers[token.map[0]] if token.map else 0
        if token.type == "heading_open":
            text, strong = _inline(tokens[index + 1])[0]
            yield Block("heading", line, _ANCHOR.sub("", text), level=int(token.tag[1]), depth=depth, strong=strong)
        elif token.type == "inline" and tokens[index - 1].type == "paragraph_open":
            yield from _text_lines(token, numbers, depth, fresh)
            fresh = False
        elif token.type == "code_block" and token.map and depth < MAX_INDENTED:
            # Deeply indented bullets are code to Markdown; on these pages they are bullets.
            yield from _parse(token.content, numbers[token.map[0] : token.map[1] + 1], depth + 1)
        elif token.type == "fence":
            yield Block("fence", line, token.content, depth=depth, info=token.info.strip())
        elif token.type == "table_open":
            end = _closing(tokens, index)
            yield _table(tokens[index:end], numbers, line, depth)
            index = end
        index += 1


def _text_lines(token: Token, numbers: list[int], depth: int, fresh: bool) -> Iterator[Block]:
    start = token.map[0] if token.map else 0
    for offset, (text, strong) in enumerate(_inline(token)):
        line = numbers[min(start + offset, len(numbers) - 1)]
        text, is_bullet = text.strip(), fresh and offset == 0
        if is_bullet and (tick := _TICK.match(text)):
            text = text[tick.end() :]
        if written := _WRITTEN_BULLET.match(text):
            # A bullet to whoever reads the page, though none to Markdown.
            text, is_bullet = text[written.end() :], True
        yield Block("text", line, text, depth=max(depth, int(is_bullet)), bullet=is_bullet, strong=strong)


def _closing(tokens: list[Token], index: int) -> int:
    return next(i for i in range(index, len(tokens)) if tokens[i].type == "table_close")


def _table(tokens: list[Token], numbers: list[int], line: int, depth: int) -> Block:
    rows: list[TableRow] = []
    for token in tokens:
        if token.type == "tr_open":
            rows.append(TableRow(numbers[token.map[0]] if token.map else line, []))
        elif token.type == "inline":
            rows[-1].cells.append("\n".join(text for text, _ in _inline(token)))
    header = rows[0].cells if rows else []
    return Block("table", line, depth=depth, header=header, rows=rows[1:])


def _shown(text: str) -> str:
    """Return a line of Markdown as it is shown: with the words of badges in brackets, and tags of code as backticks."""
    if "<" not in text:
        return text
    text = _BADGE.sub(lambda found: _in_brackets(found["text"] or found["inside"]), text)
    return _CODE.sub(lambda found: found["ticked"] or f"`{found['inside']}`", text)


def _in_brackets(word: str | None) -> str:
    return f" ({word.strip()})" if word else ""


def _inline(token: Token) -> list[tuple[str, str | None]]:
    """Return the lines of an inline token as (text, leading bold text)."""
    lines: list[tuple[str, str | None]] = []
    for part in _split_lines(token.children or []):
        text = "".join(_plain(child) for child in part).strip(" \t")
        # Hard spaces at the start of a cell show nesting.
        lines.append((_shown(text.replace("\xa0", " ")), _leading_strong(part)))
    return lines or [("", None)]


def _split_lines(children: Iterable[Token]) -> list[list[Token]]:
    lines: list[list[Token]] = [[]]
    for child in children:
        if child.type in {"softbreak", "hardbreak"}:
            lines.append([])
        else:
            lines[-1].append(child)
    return lines


def _plain(child: Token) -> str:
    text = _ENDLESS.sub(lambda found: found[0][:_MOST_SPACES], child.content)
    if child.type == "code_inline":
        return f"`{text}`"
    return text if child.type in {"text", "text_special"} else ""


def _leading_strong(part: list[Token]) -> str | None:
    parts = [child for child in part if child.type != "text" or child.content.strip()]
    if not parts or parts[0].type not in {"strong_open", "em_open"}:
        return None
    end = next((at for at, child in enumerate(parts) if child.type == parts[0].type.replace("open", "close")), None)
    is_bold = any(child.type == "strong_open" for child in parts[:2])
    if end is None or not (is_bold or parts[end + 1 :]):
        # A whole line in italics is a remark, and no title.
        return None
    return "".join(_plain(child) for child in parts[1:end]).strip()
