"""The table of codes: what the pages document, what the fake and the target sent, what was verified, and why not."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from fakie.catalog.catalog import Catalog
from fakie_contract.engine import Result


@dataclass(frozen=True)
class CodeLine:
    """One code of one model: does the page document it, did the target send it, did a case verify it, if not why.

    `fake`: whether a fake of ours sent it in the same cases; None when nothing was compared.
    """

    model: str
    code: int
    documented: bool
    fake: bool | None
    emitted: bool
    verified: bool
    why: str


def code_lines(results: Sequence[Result], catalog: Catalog, *, own: bool = False) -> list[CodeLine]:
    """Give the table of codes: each model's documented ones, and what else was sent; `own`: the target is the fake."""
    of_model: dict[str | None, list[Result]] = defaultdict(list)
    for result in results:
        of_model[result.model].append(result)
    lines = []
    for model in catalog.models:
        revision = catalog.served(model) if model in of_model else None
        if revision is None:
            continue
        mine = of_model[model]
        emitted = {code for result in mine for code in result.emitted}
        fake = _of_the_fake(mine, emitted, own=own)
        for code in sorted({*revision.codes, *emitted, *(fake or ())}):
            known = None if fake is None else code in fake
            why = _why(code, mine, documented=code in revision.codes)
            verified = any(result.code == code and result.ending == "held" for result in mine)
            lines.append(CodeLine(model, code, code in revision.codes, known, code in emitted, verified, why))
    return lines


def text_table(lines: Iterable[CodeLine]) -> list[str]:
    """Write the table of codes as text, one line each; the fake stands in it when it was compared."""
    lines = list(lines)
    compared = any(line.fake is not None for line in lines)
    heads = ("model", "code", "documented", *(("by the fake",) if compared else ()), "emitted", "verified", "why not")
    rows: list[tuple[str, ...]] = [heads]
    for line in lines:
        ticks = (line.documented, *((line.fake,) if compared else ()), line.emitted, line.verified)
        rows.append((line.model, str(line.code), *map(_tick, ticks), line.why))
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]) - 1)]
    return [
        "  ".join([*(cell.ljust(width) for cell, width in zip(row, widths, strict=False)), row[-1]]).rstrip()
        for row in rows
    ]


def summed_up(lines: Sequence[CodeLine]) -> str:
    """Say in one line what a table of many models holds."""
    documented = [line for line in lines if line.documented]
    verified = sum(line.verified for line in documented)
    others = sum(line.emitted and not line.documented for line in lines)
    models = len({line.model for line in lines})
    told = f"{models} models, {len(documented)} documented codes: {verified} verified"
    return f"{told}, {others} sent that are not documented" if others else told


def _of_the_fake(results: Sequence[Result], emitted: set[int], *, own: bool) -> set[int] | None:
    compared = [result.fake for result in results if result.fake is not None]
    if compared:
        return {code for one in compared for code in one.emitted}
    return emitted if own else None


def _why(code: int, results: Sequence[Result], *, documented: bool) -> str:
    mine = [result for result in results if result.code == code]
    if not documented:
        return "not documented"
    if any(result.ending == "findings" for result in mine):
        return "see the findings"
    if any(result.ending == "held" for result in mine):
        return ""
    reasons = dict.fromkeys(f"{result.ending.replace('_', ' ')}: {result.reason}" for result in mine)
    return "; ".join(reasons) or "no case was run"


def _tick(known: bool | None) -> str:
    return "yes" if known else "-"
