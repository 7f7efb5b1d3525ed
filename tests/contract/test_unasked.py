"""The suite looks where faults hide: before a poll, beside a callback, behind what most requests lack."""

from pathlib import Path

import pytest

from fakie.core.http.messages import Response
from fakie_contract.http.target import ACCOUNT_KEYS, MADE_UP_KEY
from support.mutants.elsewhere import ELSEWHERE, beside, lacking
from support.mutants.otherwise import OTHERWISE
from support.mutants.overlooked import OVERLOOKED
from support.mutants.places import PLACES
from support.mutants.tidied import TIDIED
from support.mutants.unasked import UNASKED
from support.servers.broken import Mutant, judged

_ALL = (*UNASKED, *OVERLOOKED, *OTHERWISE, *TIDIED, *PLACES, *ELSEWHERE)


@pytest.mark.parametrize(("mutant", "rule"), _ALL, ids=[mutant.name.replace(" ", "-") for mutant, _ in _ALL])
def test_the_case_that_is_about_it_notices(mutant: Mutant, rule: str, tmp_path: Path) -> None:
    """The likely case alone finds the fault, by the rule that it breaks."""
    results = list(judged(mutant, tmp_path, likely_alone=True))
    assert rule in {finding.rule for result in results for finding in result.findings}


def test_the_name_of_an_upload_is_no_part_of_a_key(tmp_path: Path) -> None:
    """A fake of our own repeats the name, and shows nothing of the keys that it is given."""
    ours = Mutant("none", "-upload", settings={"keys": (MADE_UP_KEY, *ACCOUNT_KEYS)})
    results = list(judged(ours, tmp_path, MADE_UP_KEY, likely_alone=True))
    assert {result.ending for result in results} == {"held"}


@pytest.mark.parametrize("path", ["/api/file-", "/api/v1/common/download-url"])
@pytest.mark.parametrize("absent", [Response(404, (), b""), Response(200, (), b'{"code":404,"msg":"x","data":null}')])
def test_a_target_may_have_no_uploads_and_no_links(path: str, absent: Response, tmp_path: Path) -> None:
    """By its HTTP status, or by its code alone, as where all answers are HTTP 200: what it lacks is not judged."""
    cases = path.rpartition("/")[2].replace("file-", "-upload")
    results = list(judged(Mutant("none", cases, handle=lacking(path, absent)), tmp_path, likely_alone=True))
    assert {result.ending for result in results} == {"not_provokable"}


def test_a_record_that_leaves_open_what_a_callback_tells_contradicts_nothing(tmp_path: Path) -> None:
    """A title that only one of the two has is none that differs."""
    results = list(judged(beside("title", None), tmp_path, likely_alone=True))
    assert results
    assert "callback.agrees" not in {finding.rule for result in results for finding in result.findings}
