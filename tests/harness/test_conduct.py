"""Findings about the client: each rule met, and not met by a client that behaves."""

import json
from typing import Literal

import pytest
import requests

from fakie.harness.fake import Fake
from support.clients.client import BASE, BODY, KEY, create, look, run
from support.clients.doors import CREATE, RECORD
from support.forms import DOWNLOAD_URL


def rules(fake: Fake) -> list[str]:
    return [finding.rule for finding in fake.conduct]


def post() -> int:
    code: int = requests.post(BASE + CREATE, json=BODY, headers=KEY, timeout=5).json()["code"]
    return code


def test_a_client_that_behaves_has_no_serious_finding(fast: Fake) -> None:
    """Created once, polled every five seconds, read to the end; that it fetched nothing is a note."""
    fast.plan_next(seconds=100)
    record, _ = run()
    assert rules(fast) == ["result_never_fetched"]
    assert not fast.conduct[0].serious
    requests.get(record["response"]["resultUrls"][0], timeout=5)
    assert fast.conduct == []


def test_polling_too_fast_is_found(fake: Fake) -> None:
    """Three polls in a row within 2 s each; by the fake's clock, whatever real time is."""
    fake.freeze()
    task_id = create()
    for gap in (1.0, 2.0, 1.0, 2.0):
        look(task_id)
        fake.advance(gap / 10)
    assert rules(fake) == ["polled_too_fast"]


def test_hasty_polls_are_told_of_where_they_were(fake: Fake) -> None:
    """At the last of them, with their own requests and gaps, however patiently the client went on."""
    fake.freeze()
    fake.plan_next(seconds=100)
    task_id = create()
    for gap in (5.0, 1.0, 0.5, 5.0, 0.1, 5.0, 5.0):
        look(task_id)
        fake.advance(gap)
    [finding] = fake.conduct
    assert (finding.after, finding.requests) == (6.5, (3, 5))
    assert finding.seen.endswith("3 polls in a row, down to 0.50 s apart")


def test_two_quick_polls_are_no_finding(fake: Fake) -> None:
    """Two seconds apart is what the pages advise, and one quick look is no habit."""
    fake.freeze()
    task_id = create()
    for gap in (2.0, 0.5, 2.0, 0.0):
        look(task_id)
        fake.advance(gap)
    assert "polled_too_fast" not in rules(fake)


@pytest.mark.parametrize("kind", ["lost", "reset", "empty", "truncated", "malformed"])
def test_paying_twice_is_found(fast: Fake, kind: str) -> None:
    """An equal create after a lost answer made a second task, and a second charge."""
    fast.spoil_next(kind)  # type: ignore[arg-type]
    with pytest.raises(requests.RequestException):
        post()
    post()
    assert rules(fast) == ["paid_twice"]
    assert kind in fast.conduct[0].seen


def test_a_retry_after_500_is_found_and_after_429_or_455_is_fine(fake: Fake) -> None:
    """Only where the first request may have been made."""
    for code, found in ((429, []), (455, []), (500, ["paid_twice"])):
        fake.fail_next(code)
        assert post() == code
        assert post() == 200
        assert rules(fake) == found


def test_taking_http_200_for_success_is_found(fake: Fake) -> None:
    """A client that reads no `code` asks for a task it does not have."""
    fake.fail_next("credits_insufficient")
    answer = requests.post(BASE + CREATE, json=BODY, headers=KEY, timeout=5)
    assert answer.ok
    task_id = (answer.json()["data"] or {}).get("taskId")
    requests.get(BASE + RECORD, params={"taskId": task_id}, headers=KEY, timeout=5)
    assert rules(fake) == ["took_refusal_for_success"]


def test_a_fresh_task_that_is_unknown_after_anothers_refusal_is_no_finding(fake: Fake) -> None:
    """A batch in which a later create is refused polls the tasks that it has, and one may be unknown for a moment."""
    task_id = create()
    fake.fail_next(429)
    assert post() == 429
    fake.fail_next("task_unknown", endpoint="recordInfo")
    assert look(task_id) is None
    assert rules(fake) == []


def test_polling_after_the_end_is_found(fake: Fake) -> None:
    """One more look is fine, two are not."""
    task_id = create()
    fake.task(task_id).fail()
    look(task_id)
    look(task_id)
    assert rules(fake) == []
    look(task_id)
    assert rules(fake) == ["polled_after_the_end"]


def test_repeating_an_unread_failure_is_found(fake: Fake) -> None:
    """Creating again without having read why the first failed; read by poll or told by callback is fine."""
    body = {**BODY}
    del body["callBackUrl"]
    headers = {**KEY}

    def again() -> str:
        answer = requests.post(BASE + CREATE, json=body, headers=headers, timeout=5).json()
        task_id: str = answer["data"]["taskId"]
        fake.task(task_id).fail()
        return task_id

    look(again())
    again()
    assert rules(fake) == []
    again()
    assert rules(fake) == ["repeated_unread_failure"]


def test_fetching_too_late_is_found(fake: Fake) -> None:
    """A result is there for 24 hours."""
    task_id = create()
    fake.task(task_id).finish()
    fake.advance(25 * 3600)
    requests.get(f"http://fakie.invalid/results/{task_id}.mp3", timeout=5)
    assert rules(fake) == ["result_expired"]
    # Nobody's key comes with it: it is the account of its task that it is told of.
    assert "(at +90000 s)" in str(fake.conduct[0])


@pytest.mark.parametrize("result", [None, "gone"])
def test_a_result_that_was_asked_for_is_not_called_never_fetched(fake: Fake, result: Literal["gone"] | None) -> None:
    """By a link to it, or by its URL in vain."""
    fake.plan_next(result=result)
    task_id = create()
    fake.task(task_id).finish()
    [url] = look(task_id)["response"]["resultUrls"]
    assert rules(fake) == ["result_never_fetched"]
    if result is None:
        url = requests.post(BASE + DOWNLOAD_URL, json={"url": url}, headers=KEY, timeout=5).json()["data"]
    assert requests.get(url, timeout=5).ok == (result is None)
    assert rules(fake) == []


@pytest.mark.parametrize("slash", ["/", "\\/"])
def test_a_result_that_another_job_is_made_of_is_not_called_never_fetched(fake: Fake, slash: str) -> None:
    """The service fetches it then; PHP escapes the slashes of its URL."""
    task_id = create()
    fake.task(task_id).finish()
    [url] = look(task_id)["response"]["resultUrls"]
    assert rules(fake) == ["result_never_fetched"]
    body = json.dumps(BODY | {"input": {"audio_url": url}}).replace("/", slash)
    requests.post(BASE + CREATE, data=body, headers={**KEY, "Content-Type": "application/json"}, timeout=5)
    assert rules(fake) == []
