"""Orders of a test: which of several jobs they are for, results of one's own, moments of attempts."""

import itertools
import json
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import Any

import pytest
import requests

from fakie.core.accounts import Account
from fakie.core.control.errors import WrongOrderError
from fakie.core.http.messages import Request
from fakie.harness.fake import Fake
from fakie.harness.in_test import afterwards
from fakie.harness.start import SharedServer, new_fake
from fakie_schemas.errors import ConfigurationError
from support.clients.client import BASE, BODY, KEY, create, look
from support.clients.doors import CREATE
from support.servers.listening import listening

PICTURE = {"model": "z-image", "input": {"prompt": "a cat", "aspect_ratio": "1:1"}}


def job(body: Any, base: str = BASE) -> Any:
    return requests.post(base + CREATE, json=body, headers=KEY, timeout=10).json()


def with_prompt(prompt: str) -> Any:
    return {**PICTURE, "input": {**PICTURE["input"], "prompt": prompt}}  # type: ignore[dict-item]


@pytest.mark.parametrize("when", [lambda: True, lambda body, more: True, lambda *, body: True])
def test_a_function_that_takes_no_body_is_refused_at_once(fake: Fake, when: Any) -> None:
    """Asked about a request it could only raise, and the client would get an error of the fake's own."""
    with pytest.raises(WrongOrderError, match="when: expected a function of the body, such as lambda body: True"):
        fake.fail_next(429, when=when)
    assert fake.orders["faults"] == []
    fake.fail_next(429, when=lambda body, more=1: True)
    assert job(PICTURE)["code"] == 429


def test_one_of_several_jobs_fails_by_a_function_of_its_body(fake: Fake) -> None:
    """Plans and faults ask it; its name stands in the levers' list and in the message of what was never met."""

    def is_long(body: Any) -> bool:
        return len(body["input"]["prompt"]) > 5

    fake.plan_next("fail", code="422", when=is_long, seconds=0)
    fake.fail_next(429, when=lambda body: body["input"]["prompt"] == "no", times=2)
    ids = [job(with_prompt(prompt))["data"]["taskId"] for prompt in ("a cat", "two cats")]
    assert [look(task_id)["state"] for task_id in ids] == ["waiting", "fail"]
    assert job(with_prompt("no"))["code"] == 429
    fake.plan_next(when=is_long)
    listed = json.loads(fake.service.handle(Request.of("GET", "/_fakie/plans")).body)["data"]
    assert [order["when"] for order in listed] == ["is_long"]
    assert fake.unmet_orders == [
        "rate_limited for endpoint 'createTask', when <lambda> (met 1 of 2 times; times=None: however often it is met)",
        "plan for when is_long",
    ]


@pytest.mark.parametrize("order", ["plan_next", "fail_next", "spoil_next"])
def test_a_function_may_wait_for_another_thread_that_asks_the_fake(fake: Fake, order: str) -> None:
    """Nothing of the fake is held while a test's own code runs: the other thread's job is done meanwhile."""
    codes: list[int] = []

    def other_is_done(body: Any) -> bool:
        if body["input"]["prompt"] == "first":
            thread = threading.Thread(target=lambda: codes.append(job(with_prompt("other"))["code"]))
            thread.start()
            thread.join(30)
            codes.append(0 if thread.is_alive() else 1)
        return False

    ordered = {"plan_next": "fail", "fail_next": 429, "spoil_next": "lost"}[order]
    getattr(fake, order)(ordered, when=other_is_done)
    codes.append(job(with_prompt("first"))["code"])
    assert codes == [200, 1, 200]


def test_what_was_never_met_says_for_whom_it_was(fake: Fake) -> None:
    """An endpoint, a model, an account's handle or a text that no request had is named, and how many were to pass."""
    fake.plan_next(model="z-image")
    fake.plan_next(endpoint="veo/generate")
    fake.spoil_next("lost", when="a dog", times=5, endpoint="*")
    handle = fake.accounts[0].handle
    fake.fail_next(500, account=fake.key, after=2)
    assert fake.unmet_orders == [
        f"server_error for endpoint 'createTask', account {handle!r}, after 2",
        "lost for when 'a dog'",
        "plan for model 'z-image'",
        "plan for endpoint 'veo/generate'",
    ]


def of_nobody_a_plan(fake: Fake) -> None:
    fake.plan_next(account="nobody", times=None)


def of_nobody_a_fault(fake: Fake) -> None:
    fake.fail_next(500, account="nobody", times=None)


def of_nobody_a_transport_fault(fake: Fake) -> None:
    fake.spoil_next("lost", account="nobody", times=None)


def of_nobody_a_scenario(fake: Fake) -> None:
    fake.play("flaky-upstream", account="nobody")


def of_nobody_the_clock(fake: Fake) -> None:
    fake.freeze(account="nobody")
    fake.advance(30, account="nobody")
    fake.resume(account="nobody")


@pytest.mark.parametrize(
    "mean",
    [
        of_nobody_a_plan,
        of_nobody_a_fault,
        of_nobody_a_transport_fault,
        of_nobody_a_scenario,
        of_nobody_the_clock,
    ],
)
def test_an_account_that_nobody_came_with_is_told_at_the_end(fake: Fake, mean: Callable[[Fake], None]) -> None:
    """With the one that may be meant; one whose key comes later is none, nor one that the test has opened itself."""
    other = fake.account("somebody")
    mean(fake)
    assert fake.missing_accounts == ["'nobody'; did you mean 'somebody'?"]
    assert "no request came with the key of account 'nobody'" in (afterwards(fake) or "")
    requests.get(f"{BASE}/chat/credit", headers={"Authorization": "Bearer nobody"}, timeout=10)
    assert fake.missing_accounts == []
    fake.advance(30, account=other.key)
    fake.advance(30, account=fake.key)
    with pytest.raises(WrongOrderError):
        fake.advance(-1, account="none")
    fake.freeze(account="later")
    fake.account("later")
    assert fake.missing_accounts == []
    fake.advance(1, account="a-key-that-may-well-be-a-real-one")
    assert [name.startswith("'account-") for name in fake.missing_accounts] == [True]
    fake.reset()
    assert fake.missing_accounts == []


def urls(task_id: str) -> list[str]:
    found: list[str] = json.loads(look(task_id)["resultJson"])["resultUrls"]
    return found


def fetched(url: str, fake: Fake) -> requests.Response:
    return requests.get(url, timeout=10)


def test_results_are_files_of_ones_own(fake: Fake, tmp_path: Path) -> None:
    """By path, with the type of its name; as bytes, with the type of the usual result; several; each job its own."""
    picture = tmp_path / "mine.webp"
    picture.write_bytes(b"RIFFmine")
    results: list[Any] = [picture, b"bytes", [picture, b"two"]]
    for result in results:
        fake.plan_next(seconds=0, result=result)
    got = []
    for _ in range(3):
        found = urls(create())
        got.append([(url.rpartition(".")[2], fetched(url, fake)) for url in found])
    contents = [[(suffix, answer.headers["Content-Type"], answer.content) for suffix, answer in one] for one in got]
    assert contents == [
        [("webp", "image/webp", b"RIFFmine")],
        [("mp3", "audio/mpeg", b"bytes")],
        [("webp", "image/webp", b"RIFFmine"), ("mp3", "audio/mpeg", b"two")],
    ]


def test_results_are_broken_slow_or_gone(fast: Fake) -> None:
    """Half of the file; thirty seconds late; a refusal. The record looks as ever."""
    whole = len(fetched(_made(fast, None), fast).content)
    assert 0 < len(fetched(_made(fast, "broken"), fast).content) < whole
    with pytest.raises(requests.ReadTimeout):
        fetched(_made(fast, "slow"), fast)
    assert fetched(_made(fast, "gone"), fast).status_code == 404


def _made(fake: Fake, result: Any) -> str:
    fake.plan_next(seconds=0, result=result)
    return urls(create())[0]


def test_a_result_that_cannot_be_served_is_refused_at_once(fake: Fake, tmp_path: Path) -> None:
    """No such file, a path as text, a type that would break a header, what is no Base64."""
    results: list[tuple[Any, str]] = [
        (tmp_path / "none.png", "cannot be read: No such file"),
        ("none.png", "a Path"),
        ("gon", "did you mean 'gone'"),
        (3, "bytes"),
    ]
    for result, said in results:
        with pytest.raises(WrongOrderError, match=said):
            fake.plan_next(result=result)
    for given, said in (
        ({"base64": "%"}, "Base64"),
        ({"base64": "ä"}, "Base64"),
        ({"base64": "", "type": "a/b\r\nX: y"}, "image/png"),
        ({"base64": "", "suffix": "/../x"}, ".png"),
    ):
        with pytest.raises(WrongOrderError, match=said):
            fake.service.control.orders.add_plan(result=given)
    assert fake.unmet_orders == []


def test_a_scenario_may_be_the_path_of_a_file(fake: Fake, tmp_path: Path) -> None:
    """A path as a text and a `Path` are the same, as for results."""
    file = tmp_path / "day.toml"
    file.write_text('format_version = 1\nname = "d"\n[[steps]]\nid = "o"\nfault = { code = 455 }\n')
    for given in (file, str(file)):
        fake.play(given)
        assert job(PICTURE)["code"] == 455
    with pytest.raises(ConfigurationError, match=r"none\.toml: it cannot be read"):
        fake.play(tmp_path / "none.toml")


def test_a_code_that_is_a_number_is_told_how_to_write_it(fake: Fake) -> None:
    """Codes of failures are texts on the wire; the example is one that works."""
    with pytest.raises(WrongOrderError, match=r'code: .*; got 422; for example "422"'):
        fake.plan_next("fail", code=422)  # type: ignore[arg-type]
    create()
    with pytest.raises(WrongOrderError, match=r'code: .*; got 500; for example "422"'):
        fake.tasks[0].fail(code=500)  # type: ignore[arg-type]


@pytest.fixture
def refusing() -> Iterator[tuple[str, list[int]]]:
    """A receiver that takes no callback, and takes its time."""
    heard: list[int] = []

    class Refusing(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            self.rfile.read(int(self.headers["Content-Length"]))
            heard.append(1)
            threading.Event().wait(0.05)
            self.send_response(503)
            self.end_headers()

        def log_message(self, *_: Any) -> None:
            """Say nothing."""

    with listening(Refusing) as url:
        yield f"{url}/hook", heard


@pytest.mark.parametrize("by", ["object", "lever"])
def test_on_a_port_each_attempt_has_its_own_moment(refusing: tuple[str, list[int]], by: str) -> None:
    """Time that `advance` skips waits for the receiver, so that each repetition comes when it is due."""
    url, heard = refusing
    server = SharedServer()
    fake = new_fake(server.url)
    try:
        with server.speaking_for(fake):
            fake.plan_next(seconds=10)
            job({**BODY, "callBackUrl": url}, server.url)
            if by == "object":
                fake.advance(3600)
            else:
                asked = requests.post(f"{server.url}/_fakie/clock", json={"advance": 3600}, timeout=60)
                assert asked.json()["code"] == 200
            deliveries = fake.journal.deliveries
    finally:
        server.stop()
    gaps = fake.service.contracts.profile.facts.callback_gaps
    assert len(heard) == len(deliveries) == 1 + len(gaps)
    passed = [later.at - earlier.at for earlier, later in itertools.pairwise(deliveries)]
    assert passed == pytest.approx(list(gaps), abs=10)


def test_a_receiver_may_move_the_time_itself(fake: Fake, monkeypatch: pytest.MonkeyPatch) -> None:
    """It does not wait for itself."""
    deliveries = fake.service.runner.deliveries
    real, waits = deliveries.wait_for_those_out, []

    def counted(account: Account) -> bool:
        waits.append(account)
        return real(account)

    monkeypatch.setattr(deliveries, "wait_for_those_out", counted)
    seen: list[int] = []

    def app(_environ: Any, start_response: Any) -> list[bytes]:
        before = len(waits)
        fake.advance(1)
        seen.append(len(waits) - before)
        start_response("200 OK", [])
        return [b""]

    fake.deliver_to(app)
    create()
    fake.advance(60)
    assert seen == [0]


def test_a_code_may_be_a_text(fake: Fake) -> None:
    """As options and markers give it; one that no page has is refused by the codes there are."""
    fake.fail_next("429")
    assert requests.post(BASE + CREATE, json=PICTURE, headers=KEY, timeout=5).json()["code"] == 429
    with pytest.raises(WrongOrderError, match="code: 428 is not documented"):
        fake.fail_next("428")
    with pytest.raises(WrongOrderError, match=r"situation: '9+… is not known"):
        fake.fail_next("9" * 5000)
