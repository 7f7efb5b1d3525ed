"""The answer codes that a page lists, with their short labels."""

import re
from collections.abc import Iterable

from fakie_schemas.compiler.facts import Code, Log

# The user page of elevenlabs/audio-isolation, 2025-12: pages without a list of their own inherit these ten.
INHERITED = {
    200: "成功", 401: "未授权", 402: "积分不足", 404: "未找到", 422: "验证错误", 429: "速率限制",
    455: "服务不可用", 500: "服务器错误", 501: "生成失败", 505: "功能已禁用",
}  # fmt: skip
# Our own labels for codes that pages explain by a sentence only, or not at all.
_OWN = {400: "Bad Request", 405: "Method Not Allowed", 408: "Upstream Timeout", 433: "Sub-key Limit"}
KNOWN = frozenset({*INHERITED, *_OWN})
# A cell that holds codes and nothing else.
CODES_ALONE = re.compile(r"(?:HTTP\s?)?[`*]*[1-5]\d\d[`*]*(?:\s*[,，、/|]\s*[`*]*[1-5]\d\d[`*]*)*", re.IGNORECASE)
# What stands in a row is taken as one, and only from its beginning: lines may be as long as the page.
_ENTRY = re.compile(
    r"^[\s\-*•·|`]*+(?P<code>[1-5]\d\d)[`*]*+\s*+(?:[:：|]|(?<=\s)[-–—]\s|[（(])?+\s*+(?P<label>\S.*+)?$"
)
_CUT = re.compile(r"(?<!\s)\s++[-–—]++\s|——|[。；;：:，,（(！!]|\.(?:\s|$)|\s\|")
_CODE = r"[`*]*+[1-5]\d\d(?!\d)[`*]*+"
# Between the entries of a list on one line; after a comma only a code that is known begins a new one.
_KNOWN_CODE = rf"[`*]*+(?:{'|'.join(map(str, KNOWN))})(?!\d)[`*]*+"
_LABEL = r"\s*+(?:[:：=（(]|[-–—]++)?+\s*+(?=[^\W\d])"
_BETWEEN = re.compile(rf"(?<!\s)\s*+(?:[；;。]\s*+(?={_CODE}{_LABEL})|[，,、/|]\s*+(?={_KNOWN_CODE}{_LABEL}))")
_TITLE = re.compile(rf"^[^\d:：；;，,。|]{{1,20}}[:：]\s*+(?={_CODE}{_LABEL})")
MAX_LABEL = 40


def code_entries(text: str) -> list[tuple[int, str]]:
    """Read a line that holds one entry or several, such as "200 OK; 401 Unauthorized"."""
    parts = _BETWEEN.split(_TITLE.sub("", text.strip()))
    entries = [entry for part in parts if (entry := code_entry(part))]
    single = code_entry(text)
    return entries if len(entries) > 1 else [single] if single else []


def code_entry(text: str) -> tuple[int, str] | None:
    """Read one line of a list such as "`401`: Unauthorized - …" as (code, short label or "")."""
    match = _ENTRY.match(text.strip())
    if not match:
        return None
    label = (match["label"] or "").rstrip("| \t")
    # A bare list "200, 401, 402" or a number in a sentence is not an entry.
    if label and (re.match(r"[,，、`\d]", label) or not re.match(r"[\s\-*•·|`]*\d{3}", text)):
        return None
    return int(match["code"]), short_label(label)


def short_label(text: str) -> str:
    """Cut a description to the label before its first dash or full stop; "" when what is left is a sentence."""
    label = _CUT.split(text.replace("*", "").replace("`", "").strip(), maxsplit=1)[0].strip()
    return label if len(label) <= MAX_LABEL else ""


def code_list(text: str) -> list[int]:
    """Read a bare list of codes, such as the options of an `enum<integer>` code field."""
    return [int(code) for code in re.findall(r"(?<!\d)[1-5]\d\d(?!\d)", text)]


def labelled(entries: Iterable[tuple[int, str, int]]) -> list[Code]:
    """Join entries (code, label, line): the first label of a code wins, a missing one is ours or inherited."""
    known: dict[int, tuple[str, int]] = {}
    for code, label, line in entries:
        if code not in known or (label and not known[code][0]):
            known[code] = (label, known[code][1] if code in known else line)
    return [Code(code, label or _default_label(code), line) for code, (label, line) in known.items()]


def settled(entries: Iterable[tuple[int, str, int]], log: Log) -> list[Code]:
    """Join entries to the page's list: one code alone is not a list, and a list of errors only lacks the success."""
    found = labelled(entries)
    if len(found) == 1:
        log.doubt(found[0].line, f"a list of one code only ({found[0].code}) is not taken for the page's list")
        return []
    if found and not any(code.code == 200 for code in found):
        log.note("assumed", found[0].line, None, "the code 200, though the page lists errors only")
        return [Code(200, INHERITED[200], 0, inherited=True), *found]
    return found


def _default_label(code: int) -> str:
    return _OWN.get(code) or INHERITED.get(code) or f"Code {code}"


def inherited() -> list[Code]:
    """Return the user page's ten codes for a page that lists none."""
    return [Code(code, label, 0, inherited=True) for code, label in INHERITED.items()]
