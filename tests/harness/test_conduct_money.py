"""Findings on money and patience: one wish and two paid tasks, jobs given up, and clients that are not to be blamed."""

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
import requests

from fakie.harness.fake import Fake
from support.clients.client import BASE, KEY, create, look, run
from support.clients.doors import CREATE, CREDIT, MODEL
from support.clients.wishes import send, serious, wait

HOOK = "https://app.test/hook"


def lost(fake: Fake) -> None:
    fake.spoil_next("lost")
    with pytest.raises(requests.Timeout):
        send(timeout=30)
    send(timeout=30)


def late(fake: Fake) -> None:
    fake.spoil_next("latency", seconds=60)
    with pytest.raises(requests.Timeout):
        send(timeout=10)
    send()


def late_after_a_pause(fake: Fake) -> None:
    fake.spoil_next("latency", seconds=20)
    with pytest.raises(requests.Timeout):
        send(timeout=10)
    time.sleep(60)
    wait(send(), 600)


def server_error(fake: Fake) -> None:
    fake.fail_next(500)
    send()
    send()


def proxy_page(fake: Fake) -> None:
    fake.fail_next(status=504)
    requests.post(BASE + CREATE, json={"model": MODEL, "input": {"audio_url": "https://x.test/a.mp3"}}, headers=KEY)
    send()


def server_error_then_a_refusal(fake: Fake) -> None:
    fake.fail_next(500)
    fake.fail_next(429)
    for _ in range(3):
        send()


def poll_time_out(fake: Fake) -> None:
    fake.plan_next(seconds=900)
    wait(send(), 300)
    wait(send(), 300)


def poll_time_out_with_a_callback(fake: Fake) -> None:
    fake.plan_next(seconds=900)
    wait(send(callBackUrl=HOOK), 300)
    send(callBackUrl=HOOK + "?again")


def failed_poll(fake: Fake) -> None:
    fake.fail_next(500, endpoint="recordInfo")
    requests.get(BASE + "/api/v1/jobs/recordInfo", params={"taskId": send()}, headers=KEY, timeout=5)
    wait(send(), 600)


def lost_poll(fake: Fake) -> None:
    task_id = send()
    fake.spoil_next("reset", endpoint="recordInfo")
    with pytest.raises(requests.RequestException):
        look(task_id)
    wait(send(), 600)


def lost_end(fake: Fake) -> None:
    """The poll that would have shown the end was lost."""
    task_id = send()
    fake.task(task_id).finish()
    fake.spoil_next("truncated", endpoint="recordInfo")
    with pytest.raises(requests.RequestException):
        look(task_id)
    send()


def late_callback(fake: Fake) -> None:
    fake.plan_next(seconds=300)
    send(callBackUrl=HOOK)
    time.sleep(60)
    send(callBackUrl=HOOK)


def lost_callback(fake: Fake) -> None:
    fake.plan_next(quirk="lost")
    send(callBackUrl=HOOK)
    time.sleep(120)
    send(callBackUrl=HOOK)


@pytest.mark.parametrize(
    ("client", "words"),
    [
        (lost, "its answer was lost"),
        (late, "60 s late"),
        (late_after_a_pause, "20 s late"),
        (server_error, "server_error"),
        (proxy_page, "a proxy's HTTP 504"),
        (server_error_then_a_refusal, "number 3 repeats number 1"),
        (poll_time_out, "still running, had been polled 60 times"),
        (poll_time_out_with_a_callback, "still running, had been polled 60 times"),
        (failed_poll, "in vain: server_error"),
        (lost_poll, "in vain: reset"),
        (lost_end, "had succeeded, had been polled once"),
        (late_callback, "its callback had not come after 60 s"),
        (lost_callback, "had succeeded, and its callback had not come"),
    ],
)
def test_one_wish_and_two_tasks_is_found(fast: Fake, client: Callable[[Fake], None], words: str) -> None:
    """Whatever made the client send its wish again, the first task may be paid; the price list says how much."""
    client(fast)
    [finding] = [one for one in fast.conduct if one.rule == "paid_twice"]
    assert words in finding.seen
    assert finding.cost
    assert finding.cost.credits
    assert finding.times == 1


def batch(fake: Fake) -> None:
    tasks = [send() for _ in range(4)]
    assert [wait(task, 600) for task in tasks] == ["success"] * 4


def batch_in_threads(fake: Fake) -> None:
    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(lambda _: wait(send(), 600), range(4))) == ["success"] * 4


def batch_with_callbacks_alone(fake: Fake) -> None:
    for _ in range(4):
        send(callBackUrl=HOOK)
        time.sleep(0.5)
    time.sleep(600)
    assert len(fake.callbacks) == 4


def batch_paced_over_the_window(fake: Fake) -> None:
    fake.plan_next(seconds=300, times=3)
    for _ in range(3):
        send(callBackUrl=HOOK)
        time.sleep(11)


def batch_that_runs_out_of_time(fake: Fake) -> None:
    fake.plan_next(by="hold", times=2)
    tasks = [send(callBackUrl=HOOK), send(callBackUrl=HOOK)]
    for _ in range(5):
        for task in tasks:
            look(task)
        time.sleep(5)


def batch_with_late_answers(fake: Fake) -> None:
    fake.spoil_next("latency", 2, seconds=2)
    for task in [send(), send()]:
        wait(task, 600)


def one_after_the_other(fake: Fake) -> None:
    fake.plan_next(seconds=100, times=3)
    for _ in range(3):
        assert wait(send(), 600) == "success"


def batch_that_fails(fake: Fake) -> None:
    fake.plan_next("fail", code="422", seconds=10, times=2)
    assert [wait(task, 600) for task in [send(), send()]] == ["fail", "fail"]


def one_after_the_other_by_callback(fake: Fake) -> None:
    for _ in range(3):
        send(callBackUrl=HOOK)
        time.sleep(600)


def different_jobs_at_once(fake: Fake) -> None:
    tasks = [send(url=f"https://x.test/{number}.mp3") for number in range(3)]
    assert [wait(task, 600) for task in tasks] == ["success"] * 3


def different_after_a_lost_answer(fake: Fake) -> None:
    fake.spoil_next("lost")
    with pytest.raises(requests.Timeout):
        send(timeout=5)
    wait(send(url="https://x.test/b.mp3"), 600)


def again_after_a_refusal(fake: Fake) -> None:
    for code in (429, 455, "credits_insufficient"):
        fake.fail_next(code)
        assert send() == ""
        assert wait(send(), 600) == "success"


def again_after_a_failure_that_was_read(fake: Fake) -> None:
    fake.plan_next("fail")
    assert wait(send(), 600) == "fail"
    assert wait(send(), 600) == "success"


def again_after_a_failure_in_the_request_once(fake: Fake) -> None:
    fake.plan_next("fail", code="422", msg="flagged")
    assert wait(send(), 600) == "fail"
    assert wait(send(), 600) == "success"


def again_after_a_failure_that_was_called_back(fake: Fake) -> None:
    fake.plan_next("fail")
    send(callBackUrl=HOOK)
    time.sleep(600)
    send(callBackUrl=HOOK)


def again_after_a_lost_answer_whose_task_failed(fake: Fake) -> None:
    fake.plan_next("fail", seconds=10)
    fake.spoil_next("lost")
    with pytest.raises(requests.Timeout):
        send(timeout=30, callBackUrl=HOOK)
    assert fake.callbacks[0].json["data"]["state"] == "fail"
    wait(send(callBackUrl=HOOK), 600)


def the_balance_read_before_it_is_sent_again(fake: Fake) -> None:
    fake.fail_next(500)
    send()
    requests.get(BASE + CREDIT, headers=KEY, timeout=5)
    assert wait(send(), 600) == "success"


def createtask_alone(fake: Fake) -> None:
    send()
    send()
    send(callBackUrl=HOOK)


def createtask_alone_with_late_answers(fake: Fake) -> None:
    fake.spoil_next("latency", 2, seconds=2)
    send()
    send()


def one_look_alone(fake: Fake) -> None:
    fake.plan_next(seconds=300)
    look(send())


def unknown_and_taken_for_an_error(fake: Fake) -> None:
    for _ in range(3):
        requests.get(BASE + "/api/v1/jobs/recordInfo", params={"taskId": "none"}, headers=KEY, timeout=5)
        time.sleep(2)


def fresh_and_unknown(fake: Fake) -> None:
    task_id = send()
    fake.fail_next("task_unknown", 5, endpoint="recordInfo")
    for _ in range(5):
        requests.get(BASE + "/api/v1/jobs/recordInfo", params={"taskId": task_id}, headers=KEY, timeout=5)
        time.sleep(2)
    assert wait(task_id, 600) == "success"


def polled_until_its_callback(fake: Fake) -> None:
    fake.plan_next(seconds=300)
    wait(send(callBackUrl=HOOK), 60)
    time.sleep(600)


@pytest.mark.parametrize(
    "client",
    [
        batch,
        batch_in_threads,
        batch_with_callbacks_alone,
        batch_paced_over_the_window,
        batch_that_runs_out_of_time,
        batch_with_late_answers,
        batch_that_fails,
        one_after_the_other,
        one_after_the_other_by_callback,
        different_jobs_at_once,
        different_after_a_lost_answer,
        again_after_a_refusal,
        again_after_a_failure_that_was_read,
        again_after_a_failure_in_the_request_once,
        again_after_a_failure_that_was_called_back,
        again_after_a_lost_answer_whose_task_failed,
        the_balance_read_before_it_is_sent_again,
        createtask_alone,
        createtask_alone_with_late_answers,
        one_look_alone,
        unknown_and_taken_for_an_error,
        fresh_and_unknown,
        polled_until_its_callback,
    ],
)
def test_a_client_that_behaves_is_not_blamed(fast: Fake, client: Callable[[Fake], None]) -> None:
    """Equal jobs wanted at once, retries that cost nothing, tests that look at one thing: nothing that fails a test."""
    client(fast)
    assert [str(finding) for finding in fast.conduct if finding.serious] == []


def test_reading_the_balance_excuses_no_repeat_of_a_charged_task(fast: Fake) -> None:
    """After a lost answer the balance shows the charge."""
    fast.spoil_next("lost")
    with pytest.raises(requests.Timeout):
        send(timeout=30)
    requests.get(BASE + CREDIT, headers=KEY, timeout=5)
    send()
    assert serious(fast) == ["paid_twice"]
    assert "(at +30 s)" in str(fast.conduct[0])


def test_a_failure_in_the_request_that_is_paid_again_is_found(fast: Fake) -> None:
    """Moderation that is taken for bad luck: the same request fails alike, and is charged each time."""
    fast.plan_next("fail", code="422", msg="flagged", times=3)
    for _ in range(3):
        wait(send(), 600)
    assert serious(fast) == ["charged_twice_for_a_failure"]
    assert fast.conduct[0].times == 2
    assert "422" in fast.conduct[0].seen


def test_a_refusal_in_between_hides_no_failure_that_is_paid_again(fast: Fake) -> None:
    """What was refused made nothing: the next task of the wish fails alike all the same."""
    fast.plan_next("fail", code="422", times=2)
    wait(send(), 600)
    fast.fail_next(429)
    assert not send()
    wait(send(), 600)
    assert serious(fast) == ["charged_twice_for_a_failure"]


def test_failures_of_the_service_may_come_twice(fast: Fake) -> None:
    """What lies in the service may be tried again."""
    for code in ("500", "429", "408"):
        fast.plan_next("fail", code=code, times=2)
        for _ in range(2):
            wait(send(url=f"https://x.test/{code}.mp3"), 600)
    assert serious(fast) == []


def test_results_never_fetched_are_told_once_a_test(fast: Fake) -> None:
    """However many there were, one note."""
    for _ in range(3):
        run()
    [note] = fast.conduct
    assert (note.rule, note.times, note.serious) == ("result_never_fetched", 3, False)
    assert "; the first of 3)" in str(note)


def test_each_finding_says_when_and_what_to_do_instead(fast: Fake) -> None:
    """By the fake's clock, with the requests that show it, and an advice."""
    began = fast.clock.now()
    server_error(fast)
    create()
    [finding] = fast.conduct
    assert began <= finding.at <= fast.clock.now()
    assert finding.requests == (1, 2)
    assert "balance" in finding.instead
    assert "at stake: 2 credits, 0.01 USD (Kie.ai Pricing, 2026-06-30" in str(finding)
