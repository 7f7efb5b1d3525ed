"""Causes that many findings of a run have in common, and what to do about each."""

import re
from collections.abc import Callable, Iterator, Sequence
from functools import partial

from fakie_contract.report.result import Result
from fakie_contract.report.verdict import RunVerdict
from fakie_schemas.catalog.catalog import Catalog
from fakie_schemas.catalog.observed import Observed
from fakie_schemas.catalog.profile import Profile
from fakie_schemas.rules.difference import FAILING, Difference

# Fewer may be anything.
_MANY = 3
# A body's code as an answer is shown.
_CODE = re.compile(r'"code"\s*:\s*(\d{1,9})\b')
_Explains = Callable[[Result, Difference], bool]


def causes(
    results: Sequence[Result], catalog: Catalog | None, verdict: RunVerdict, *, mirrors: bool = False
) -> Iterator[str]:
    """Yield a line for each cause that may explain many of the findings: how many, of what, and what to try.

    `mirrors`: whether the code was expected as the HTTP status, too.
    """
    found = [(result, one) for result in results for one in result.findings if _counts(one, verdict)]
    for explains, words in _known(catalog, mirrors=mirrors):
        count = sum(explains(result, one) for result, one in found)
        if count >= _MANY:
            yield f"{count} of {len(found)} findings have one cause, it seems: {words}"


def _counts(finding: Difference, verdict: RunVerdict) -> bool:
    return finding.severity in FAILING["any"] and verdict.known(finding) is None


def _known(catalog: Catalog | None, *, mirrors: bool) -> Iterator[tuple[_Explains, str]]:
    if mirrors:
        yield _hides, "HTTP is 200 whatever the code; try --http-status envelope"
    else:
        yield _mirrors, "the code is the HTTP status too; try --http-status mirror"
    code = Profile.load("documented").row("credits_insufficient", "createTask").code
    yield partial(_lacks_credits, code), f"the account has no credits left (code {code}); give it more, and run again"
    if catalog is not None:
        words = "the target refuses what the judged page allows, and there is a newer page; try --docs latest"
        yield partial(_is_newer, catalog), words


def _is_newer(catalog: Catalog, result: Result, finding: Difference) -> bool:
    if finding.rule != "answer.refused" or result.model is None or not _is_about_the_body(finding):
        return False
    judged, latest = catalog.served(result.model), catalog.latest(result.model)
    return bool(judged and latest and judged.date < latest.date)


def _lacks_credits(code: int, _: Result, finding: Difference) -> bool:
    found = _CODE.search(str(finding.got)) if finding.rule in {"answer.refused", "answer.code"} else None
    return found is not None and int(found[1]) == code


def _is_about_the_body(finding: Difference) -> bool:
    """Tell whether an answer has a code under which bodies are refused: for others no page is the reason."""
    code = _CODE.search(str(finding.got))
    return code is None or int(code[1]) in Observed.load().codes_of_the_body


def _mirrors(_: Result, finding: Difference) -> bool:
    return finding.rule == "answer.mirrored_status"


def _hides(_: Result, finding: Difference) -> bool:
    return finding.rule == "answer.http_status" and str(finding.got).startswith("HTTP 200 ")
