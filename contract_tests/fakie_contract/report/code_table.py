"""The table of codes: what the pages document, what the fake and the target sent, what was verified, and why not."""

from collections import defaultdict
from collections.abc import Container, Iterable, Iterator, Sequence

from msgspec import Struct

from fakie_contract.report.result import Result
from fakie_contract.sources import endpoint_page
from fakie_contract.subjects import page_of, subjects_of
from fakie_schemas.catalog.catalog import Catalog
from fakie_schemas.schema.words import counted
from fakie_schemas.text_table import table_lines

# Where a line tells of cases that no model is needed for.
NO_MODEL = "every endpoint, without a model"
_ENDPOINTS = ("record-info", "credit")


class CodeLine(Struct, frozen=True):
    """One code of one model: does the page document it, did the target send it, did a case verify it; `why` not.

    `fake`: whether a fake of ours sent it in the same cases; None when nothing was compared.
    """

    model: str
    code: int
    documented: bool
    fake: bool | None
    emitted: bool
    verified: bool
    why: str


def code_lines(
    results: Sequence[Result], catalog: Catalog, *, own: bool = False, left_out: Container[str] = ()
) -> list[CodeLine]:
    """Return the table of codes: each model's documented ones, and what else was sent.

    `own`: the target is the fake; `left_out` are ids of cases that the cheapest set does without.
    """
    of_model: dict[str, list[Result]] = defaultdict(list)
    for result in results:
        of_model[result.model or NO_MODEL].append(result)
    lines: list[CodeLine] = []
    for model in subjects_of(catalog):
        revision = page_of(catalog, model) if model in of_model else None
        if revision is not None:
            lines += _lines(model, revision.codes, of_model[model], own=own, left_out=left_out)
    if NO_MODEL in of_model:
        first = catalog.served(catalog.first)
        codes = {code for page in (first, *map(endpoint_page, _ENDPOINTS)) if page for code in page.codes}
        lines += _lines(NO_MODEL, codes, of_model[NO_MODEL], own=own)
    return lines


def _lines(
    model: str, documented: Iterable[int], results: Sequence[Result], *, own: bool, left_out: Container[str] = ()
) -> Iterator[CodeLine]:
    emitted = {code for result in results for code in result.emitted}
    fake = _of_the_fake(results, emitted, own=own)
    documented = set(documented)
    # Of what belongs to no model only the codes that a case is about are told: the rest is each model's.
    tried = {result.code for result in results if result.code is not None}
    listed = documented & tried if model == NO_MODEL else documented
    for code in sorted({*listed, *emitted, *(fake or ())}):
        known = None if fake is None else code in fake
        why = _why(code, results, documented=code in documented)
        if why and f"{model}::code-{code}::by-nature" in left_out:
            why = f"its case is not in the cheapest set (--cases all); {why}"
        verified = any(result.code == code and result.as_expected for result in results)
        yield CodeLine(model, code, code in documented, known, code in emitted, verified, why)


def text_table(lines: Iterable[CodeLine]) -> list[str]:
    """Write the table of codes as text, one line each; the fake stands in it when it was compared."""
    lines = list(lines)
    compared = any(line.fake is not None for line in lines)
    heads = ("model", "code", "documented", *(("by the fake",) if compared else ()), "emitted", "verified", "why not")
    return table_lines(heads, (_cells(line, compared=compared) for line in lines))


def summed_up(lines: Sequence[CodeLine]) -> str:
    """Say in one line what a table of many models holds."""
    documented = [line for line in lines if line.documented and line.model != NO_MODEL]
    verified = sum(line.verified for line in documented)
    others = sum(line.emitted and not line.documented for line in lines)
    models = len({line.model for line in lines} - {NO_MODEL})
    told = f"{models} models, {len(documented)} documented codes: {verified} verified"
    return f"{told}, {others} sent that are not documented" if others else told


def _of_the_fake(results: Sequence[Result], emitted: set[int], *, own: bool) -> set[int] | None:
    compared = [result.fake for result in results if result.fake is not None]
    if compared:
        return {code for one in compared for code in one.emitted}
    return emitted if own else None


def _why(code: int, results: Sequence[Result], *, documented: bool) -> str:
    mine = [result for result in results if result.code == code]
    held, differing = (sum(result.ending == ending for result in mine) for ending in ("held", "findings"))
    if not documented:
        return "not documented"
    if differing:
        counts = f"held {counted(held, 'time')}, differs {counted(differing, 'time')}: " if held else ""
        return f"{counts}see the findings"
    if held:
        return "" if any(result.as_expected for result in mine) else _without_it(mine)
    reasons = dict.fromkeys(f"{result.ending.replace('_', ' ')}: {result.reason}" for result in mine)
    return "; ".join(reasons) or "no case was run"


def _without_it(held: Sequence[Result]) -> str:
    known = any(result.is_known_otherwise for result in held)
    return "the wire is known to answer otherwise: see the findings" if known else "held by answers without it"


def _cells(line: CodeLine, *, compared: bool) -> tuple[str, ...]:
    ticks = (line.documented, *((line.fake,) if compared else ()), line.emitted, line.verified)
    return line.model, str(line.code), *map(_tick, ticks), line.why


def _tick(known: bool | None) -> str:
    return "yes" if known else "-"
