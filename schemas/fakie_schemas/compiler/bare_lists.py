"""Lines that are nothing but alternatives, such as "5 / 10": lists of values without a word for it."""

import re

from fakie_schemas.compiler.statements import State
from fakie_schemas.compiler.written_values import ListedValue, unquote

# A line that holds alternatives and nothing else, but for a label before them and their number behind them.
_WORD = r"(?:`[^`\s]+`|[A-Za-z0-9][\w.:\-]*)"
_LISTED = re.compile(
    rf"(?:(?P<label>取值范围|取值|可选范围|可取)\s*(?:[:：]|为|是)?|支持|可选|可为)?\s*"
    rf"(?P<list>{_WORD}(?:\s*(?:[/／、]|或|\bor\b)\s*{_WORD})+)\s*(?:(?P<count>[两二三四五六\d])\s*(?:档|种|选一|个值|选项))?[。.]?",
    re.IGNORECASE,
)
_COUNT = {"两": "2", "二": "2", "三": "3", "四": "4", "五": "5", "六": "6"}
_RATIO = re.compile(r"\d+:\d+")
_VALUE_OF = {"integer": re.compile(r"\d+"), "number": re.compile(r"\d+(?:\.\d+)?"), "string": _RATIO}
_CHOICE = re.compile(r"[二两三四五六七八九十\d]\s*选一|[两二三四五六七八九]\s*档")
_ALTERNATIVES = re.compile(r"(?<![\w.:])\d+(?:\.\d+)?\s*(?:[/／、]|或|\bor\b)\s*\d+(?:\.\d+)?(?![\d:])")
_COLUMN = re.compile(rf"(?:取值范围|可选范围)\s*[:：]\s*{_WORD}\s*(?:[/／、]|或)")
# Alternatives alone take less than this; a longer text is words.
MAX_LISTED = 300


def take_bare_lists(state: State, kind: str | None) -> None:
    """Take a line that is nothing but alternatives, such as "5 / 10"; what only looks like a choice is doubted."""
    if kind not in {"integer", "number", "string"} or state.field.name == "model":
        return
    for text, line in list(state.texts):
        if state.options or len(text) > MAX_LISTED:
            break
        if listed := _bare_list(text, kind):
            state.options.extend((option, line) for option in listed)
            state.texts.remove((text, line))
        elif _CHOICE.search(text) or (kind != "string" and _ALTERNATIVES.search(text)) or _COLUMN.match(text):
            state.log.doubt(line, f"{state.field.name}: what looks like a list of values was not read", text)


def _bare_list(text: str, kind: str) -> list[ListedValue]:
    """Return the values of a line that is a list for certain: all numbers or ratios, as many as it says."""
    match = _LISTED.fullmatch(text.strip())
    if not match:
        return []
    words = [unquote(word) for word in re.split(r"\s*(?:[/／、]|或|\bor\b)\s*", match["list"].strip())]
    labelled = match["label"] or "`" in match["list"]
    fits = all(_VALUE_OF[kind].fullmatch(word) for word in words) if kind != "string" or not labelled else True
    counted = not match["count"] or _COUNT.get(match["count"], match["count"]) == str(len(words))
    return [ListedValue(word, "", True) for word in words] if fits and counted else []
