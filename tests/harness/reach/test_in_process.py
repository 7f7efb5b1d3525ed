"""Calls of this process are answered by a fake: requests and httpx, with what others put under them."""

import asyncio
import http.client
import json
import socket
import ssl
import subprocess
import sys
import textwrap
from typing import Any

import aiohttp
import httpcore
import httpx
import pytest
import requests
import responses
import responses.registries
import urllib3.connection
from requests.adapters import HTTPAdapter
from urllib3.util.retry import Retry

from fakie.harness.fake import Fake, WrongOrderError
from fakie.harness.start import in_process, new_fake
from support.clients.client import BASE, BODY, KEY, create, look
from support.clients.doors import CREATE, CREDIT, MODEL

REPLACED: list[tuple[Any, str]] = [
    (http.client.HTTPConnection, "connect"),
    (http.client.HTTPConnection, "putrequest"),
    (urllib3.connection.HTTPSConnection, "connect"),
    (httpcore.ConnectionPool, "handle_request"),
    (httpcore.AsyncConnectionPool, "handle_async_request"),
    (aiohttp.BaseConnector, "connect"),
    (responses.registries.FirstMatchRegistry, "find"),
    (socket, "getaddrinfo"),
    (socket.socket, "connect"),
    (ssl.SSLContext, "wrap_socket"),
    (asyncio.BaseEventLoop, "getaddrinfo"),
]


def test_a_block_within_a_block_goes_first(fake: Fake) -> None:
    """The inner fake answers until its block ends, then the outer one again, also over one session."""
    inner = new_fake()
    with requests.Session() as session:
        for _ in range(2):
            session.get(BASE + CREDIT, headers=KEY, timeout=5)
            with in_process(inner):
                for _ in range(2):
                    session.get(BASE + CREDIT, headers=KEY, timeout=5)
    assert (fake.journal.count(), inner.journal.count()) == (2, 4)


def test_requests_to_the_real_host_are_answered(fake: Fake) -> None:
    """Any key is the test's own account; the journal has what was sent."""
    task_id = create()
    assert look(task_id)["state"] == "waiting"
    assert fake.journal.situations == ["accepted", "task_shown"]
    assert fake.journal.bodies == [BODY]
    assert fake.journal.count("recordInfo", task=task_id) == 1
    assert fake.journal[0].headers["authorization"] == "Bearer [REDACTED]"


def test_clients_in_turn_keep_their_own_headers(fake: Fake) -> None:
    """Whatever key each brings, which is replaced: the journal has the rest as that client sent it."""
    named = fake.account("named").key
    for _ in range(2):
        for agent, key in (("one", "k-1"), ("two", "k-2"), ("three", named)):
            headers = {"Authorization": f"Bearer {key}", "User-Agent": agent}
            requests.get(BASE + CREDIT, headers=headers, timeout=5).raise_for_status()
    assert [entry.headers["user-agent"] for entry in fake.journal] == ["one", "two", "three"] * 2
    accounts = [entry.account for entry in fake.journal]
    assert accounts[:3] == accounts[3:]
    assert accounts[0] == accounts[1] != accounts[2]


def test_the_catalogue_of_the_real_host_is_answered(fake: Fake) -> None:
    """List and schema come from the fake, as often as asked: in tests the catalogue has no limit."""
    for _ in range(2):
        assert requests.get("https://api.kie.ai/api/v1/models?q=z-image", headers=KEY, timeout=5).json()["code"] == 200
    url = "https://api.kie.ai/api/v1/models/elevenlabs/audio-isolation/schema"
    assert requests.get(url, headers=KEY, timeout=5).json()["data"]["openapi"]["openapi"] == "3.1.0"
    assert fake.journal.count("modelSchema") == 1
    assert requests.get("https://api.kie.ai" + CREDIT, headers=KEY, timeout=5).json()["data"] == 1000.0


def test_the_upload_host_is_answered_too(fake: Fake) -> None:
    """The second host leads to the same fake."""
    assert requests.get("https://kieai.redpandaai.co" + CREDIT, headers=KEY, timeout=5).json()["data"] == 1000.0


def test_httpx_is_answered_sync_and_async(fake: Fake) -> None:
    """The same fake, the same account, through both kinds of client."""
    with httpx.Client(base_url=BASE, headers=KEY) as client:
        assert client.post(CREATE, json=BODY).json()["code"] == 200

    async def ask() -> int:
        async with httpx.AsyncClient(base_url=BASE, headers=KEY) as client:
            code: int = (await client.post(CREATE, json=BODY)).json()["code"]
            return code

    assert asyncio.run(ask()) == 200
    assert len(fake.tasks) == 2


@pytest.mark.parametrize("size", [20_000, 300_000])
def test_a_long_body_is_read_to_its_end(fake: Fake, size: int) -> None:
    """Sent in one piece or in chunks, a kept connection goes on behind it."""
    body = b" " * size + json.dumps(BODY).encode()
    headers = {**KEY, "Content-Type": "application/json"}
    with requests.Session() as session:
        for sent in (body, iter([body[:size], body[size:]]), body):
            assert session.post(BASE + CREATE, data=sent, headers=headers, timeout=5).json()["code"] == 200
    with httpx.Client(base_url=BASE, headers=headers) as client:
        assert client.post(CREATE, content=body).json()["code"] == 200
    assert len(fake.tasks) == 4


def test_results_download_in_process(fake: Fake) -> None:
    """The result URL of a finished task works with requests and httpx."""
    task_id = create()
    fake.task(task_id).finish()
    url = json.loads(look(task_id)["resultJson"])["resultUrls"][0]
    got = requests.get(url, timeout=5)
    assert got.headers["Content-Type"] == "audio/mpeg"
    assert got.content == httpx.get(url).content != b""


def test_everything_is_put_back_afterwards() -> None:
    """After the block nothing is replaced any more, also when the block raises."""
    before = [vars(owner).get(name) for owner, name in REPLACED]
    with in_process(new_fake()):
        assert all(vars(owner)[name] is not real for (owner, name), real in zip(REPLACED, before, strict=True))
    assert [vars(owner).get(name) for owner, name in REPLACED] == before
    with pytest.raises(ZeroDivisionError), in_process(new_fake()):
        raise ZeroDivisionError
    assert [vars(owner).get(name) for owner, name in REPLACED] == before


def test_a_users_own_responses_mocks_stay_theirs(fake: Fake) -> None:
    """Other hosts are the user's, mocked inside or around; kie.ai is the fake's all the same."""
    with responses.RequestsMock() as mock:
        mock.get("https://shop.test/price", json={"price": 3})
        assert requests.get("https://shop.test/price", timeout=5).json() == {"price": 3}
        assert create()


def test_retries_of_a_mounted_adapter_still_count(fake: Fake) -> None:
    """A session's own retry rules apply to the fake's answers as to real ones."""
    with requests.Session() as session:
        session.mount("https://", HTTPAdapter(max_retries=Retry(3, status_forcelist=[404], backoff_factor=0)))
        with pytest.raises(requests.exceptions.RetryError):
            session.get(BASE + "/unknown", headers=KEY, timeout=5)
    assert fake.journal.count() == 4


def test_other_hosts_can_be_refused() -> None:
    """With others refused, a call elsewhere raises the library's own error and names the hosts; loopback passes."""
    with in_process(new_fake(), refuse_others=True):
        with pytest.raises(requests.ConnectionError, match=r"other hosts: 'elsewhere\.test'"):
            requests.get("https://elsewhere.test/", timeout=1)
        with pytest.raises(httpx.ConnectError, match="other hosts"):
            httpx.get("https://elsewhere.test/")
        assert create()


def test_a_host_that_only_looks_alike_is_not_answered() -> None:
    """The host has to be the very one, in whatever case."""
    with in_process(new_fake(), refuse_others=True):
        for url in ("https://api.kie.ai.evil.test/", "https://evil.test/https://api.kie.ai/", "https://api-kie.ai/"):
            with pytest.raises(requests.ConnectionError, match="other hosts"):
                requests.get(url, timeout=1)
        assert requests.get("https://API.KIE.AI" + CREDIT, headers=KEY, timeout=1).json()["code"] == 200


def test_faults_are_one_line(fake: Fake) -> None:
    """By name or code, so many times, for a model or an endpoint, after some have passed."""
    fake.fail_next("rate_limited", times=2)
    fake.fail_next(500, after=1)
    situations = []
    for _ in range(4):
        requests.post(BASE + CREATE, json=BODY, headers=KEY, timeout=5)
        situations.append(fake.journal[-1].situation)
    assert situations == ["rate_limited", "rate_limited", "accepted", "server_error"]
    fake.fail_next(429, endpoint="credit")
    assert requests.get(BASE + CREDIT, headers=KEY, timeout=5).json()["code"] == 429


def test_an_unused_fault_is_known(fake: Fake) -> None:
    """What was ordered and never met is listed; what was ordered for good is not."""
    fake.fail_next("maintenance", model=MODEL)
    fake.fail_next(500, times=None, endpoint="credit")
    assert fake.unused_faults == [f"maintenance for endpoint 'createTask', model {MODEL!r}"]


def test_a_half_used_order_is_known(fake: Fake) -> None:
    """With how often it was met; a plan that no task followed, too, and none that goes by chance."""
    fake.fail_next("maintenance", times=3)
    fake.plan_next("fail", when="a dog")
    fake.spoil_next("lost", probability=0.001)
    requests.post(BASE + CREATE, json=BODY, headers=KEY, timeout=5)
    half_used = "maintenance for endpoint 'createTask' (met 1 of 3 times; times=None: however often it is met)"
    assert fake.unmet_orders == [half_used, "plan for when 'a dog'"]
    assert fake.unused_faults == [half_used]


def test_orders_for_an_account_meet_its_key_alone(fake: Fake) -> None:
    """Also for a key that the test named nowhere else; other keys stay the test's own account."""
    number = fake.fail_next(500, account="of-its-own", times=None)
    codes = [
        requests.post(BASE + CREATE, json=BODY, headers={"Authorization": f"Bearer {key}"}, timeout=5).json()["code"]
        for key in ("of-its-own", "any", "of-its-own")
    ]
    assert codes == [500, 200, 500]
    assert fake.take_back("faults", number) == 1
    with pytest.raises(WrongOrderError, match="nothing waits"):
        fake.take_back("faults", number)


def test_the_former_name_of_a_quirk_warns(fake: Fake) -> None:
    """It works, and the warning says what to write."""
    with pytest.warns(DeprecationWarning, match="quirk='late'"):
        fake.plan_next(race="late")
    assert [order.what.quirk for order in fake.orders["plans"]] == ["late"]


@pytest.mark.parametrize(
    ("order", "words"),
    [
        (lambda fake: fake.fail_next("nonsense"), "rate_limited"),
        (lambda fake: fake.fail_next(418), "401, 402"),
        (lambda fake: fake.plan_next("sideways"), '"success", "fail"'),
        (lambda fake: fake.task("nope"), "none yet"),
    ],
)
def test_a_wrong_order_says_what_there_is(fake: Fake, order: object, words: str) -> None:
    """A misspelt situation, code, plan or task raises at once."""
    with pytest.raises(WrongOrderError, match=words):
        order(fake)  # type: ignore[operator]


def test_tasks_are_moved_by_hand(fake: Fake) -> None:
    """Hold, finish and fail move one task among others, and say so in recordInfo and by callback."""
    first, second = create(), create()
    fake.task(first).hold()
    fake.advance(60)
    assert (fake.task(first).state, fake.task(second).state) == ("waiting", "success")
    fake.task(first).fail("422", "flagged")
    assert look(first)["failMsg"] == "flagged"
    assert [callback.json["code"] for callback in fake.callbacks] == [200, 501]
    assert [callback.task_id for callback in fake.callbacks] == [second, first]


def test_named_accounts_are_apart(fake: Fake) -> None:
    """A key that the test named has its own credits and tasks; any other is the test's own."""
    poor = fake.account(credits=0)
    task_id = create()
    headers = {"Authorization": f"Bearer {poor.key}"}
    assert requests.post(BASE + CREATE, json=BODY, headers=headers, timeout=5).json()["code"] == 402
    assert look(task_id, headers={"Authorization": "Bearer yet-another"})["taskId"] == task_id
    assert requests.get(
        BASE + "/api/v1/jobs/recordInfo", params={"taskId": task_id}, headers=headers, timeout=5
    ).json() == {"code": 422, "msg": "recordInfo is null", "data": None}
    assert fake.account(poor.key, credits=7).credits == 7


def test_a_missing_key_stays_missing(fake: Fake) -> None:
    """The test's account is lent to wrong keys, not to none."""
    assert requests.post(BASE + CREATE, json=BODY, timeout=5).json()["code"] == 401


def test_callbacks_are_signed_when_the_account_has_a_key(fake: Fake) -> None:
    """With a webhook key the collected headers carry the signature."""
    fake.account(fake.key, webhook_key="hook")
    fake.task(create()).finish()
    [callback] = fake.callbacks
    assert set(callback.headers) == {"Content-Type", "X-Webhook-Timestamp", "X-Webhook-Signature"}
    assert callback.url == BODY["callBackUrl"]
    assert callback.json["data"]["model"] == MODEL


def test_a_program_ends_though_nobody_left_its_fake() -> None:
    """As at a prompt, where a block is entered by hand: at once, with its own exit code and without a word."""
    program = """
        import fakie
        entered = fakie.running()
        fake = entered.__enter__()
        raise SystemExit(3)
    """
    ended = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(program)], capture_output=True, text=True, timeout=60, check=False
    )
    assert (ended.returncode, ended.stdout, ended.stderr) == (3, "", "")
