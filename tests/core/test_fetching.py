"""URL uploads: fetched from hosts that were allowed alone, whatever names, redirects and answers try."""

import queue
import socket
import threading
import time
from collections.abc import Callable
from typing import Any

import pytest

from fakie.adapters.callback_post import CallbackPost
from fakie.adapters.callback_sender import CallbackSender
from fakie.adapters.url_fetcher import UrlFetcher
from fakie.core.files.fetching import Fetching
from fakie.core.files.published import PublishedFiles
from fakie.core.http.messages import Request
from fakie.core.ports import Delivered, Outgoing
from fakie.core.running.callbacks import may_receive
from fakie.core.service import Service
from fakie.core.situations import Refused
from fakie_schemas.allowed import address_problem, host_problem
from support.clients.doors import CREATE, Answer, open_door, running
from support.forms import URL, local
from support.servers.dribblers import ENDLESS
from support.servers.stand_in import speaking
from support.servers.upstreams import http_answer, raw_upstream

HERE = ("127.0.0.1",)


def ask(service: Service, url: str) -> Answer:
    with open_door("direct", service) as door:
        return door.post(URL, {"fileUrl": url, "uploadPath": "x"})


def reason(url: str, allowed: tuple[str, ...] = HERE, seconds: float = 5.0, most: int = 1000) -> str:
    """Return why a URL is not fetched."""
    with pytest.raises(Refused) as refused:
        Fetching(UrlFetcher(), PublishedFiles(), allowed, seconds, most).fetch(url)
    return f"{refused.value.situation}: {refused.value.facts.get('reason') or refused.value.facts}"


def test_a_file_of_an_allowed_host_is_taken_in(make: Callable[..., Service]) -> None:
    """Content, type and ending come from where it lies; the request names the host and nothing of ours."""
    service = make(callback_allow=HERE)
    with raw_upstream(http_answer(b"ID3\x03 tune", Content_Type="audio/mpeg")) as (base, raw):
        answer = ask(service, f"{base}/music/tune.mp3?token=1")
    assert answer.situation == "file_uploaded"
    assert (answer.data["mimeType"], answer.data["fileName"].rpartition(".")[2]) == ("audio/mpeg", "mp3")
    assert raw.asked[0].startswith(b"GET /music/tune.mp3?token=1 HTTP/1.1\r\n")
    assert base.removeprefix("http://").encode() in raw.asked[0]
    assert b"uthorization" not in raw.asked[0]
    with open_door("direct", service) as door:
        assert door.get(local(answer.data["downloadUrl"]), {}).body == b"ID3\x03 tune"


@pytest.mark.parametrize("url", ["https://example.com/a.png", "http://127.0.0.1:1/a.png", "http://169.254.169.254/"])
def test_without_an_allow_list_nothing_is_fetched(service: Service, monkeypatch: pytest.MonkeyPatch, url: str) -> None:
    """Not even a name is looked up, and the msg says which option allows a host."""
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: pytest.fail("a name was looked up"))
    answer = ask(service, url)
    assert (answer.status, answer.code, answer.situation) == (200, 400, "fetch_failed")
    assert "--callback-allow" in answer.msg


@pytest.mark.parametrize(
    ("target", "allowed", "why"),
    [
        ("http://localhost:1/a", HERE, "the host 'localhost' is not allowed"),
        ("http://169.254.169.254/latest", (*HERE, "*"), "a link-local or special address"),
        ("http://[fe80::1]/", (*HERE, "*"), "a link-local or special address"),
        ("http://0.0.0.0:1/", (*HERE, "*"), "a link-local or special address"),
        ("http://2130706433/", HERE, "odd form"),
        ("http://user@127.0.0.1/", HERE, "an @ before the host"),
        ("ftp://127.0.0.1/", HERE, "does not begin with http"),
        ("/again", HERE, "redirected more than"),
        ("http://[", HERE, "unclear where it was redirected"),
        ("//]/", HERE, "unclear where it was redirected"),
        ("http://[v1.x]/", HERE, "unclear where"),
        ("http://[::ffff:a9fe:a9fe]/", (*HERE, "*"), "a link-local or special address"),
        ("http://[64:ff9b::a9fe:a9fe]/", (*HERE, "*"), "a link-local or special address"),
    ],
)
def test_each_redirect_is_looked_at_anew(target: str, allowed: tuple[str, ...], why: str) -> None:
    """A host that was allowed cannot send the fake on to one that was not."""
    with raw_upstream(http_answer(b"", "302 Found", Location=target)) as (base, _):
        assert why in reason(f"{base}/a", allowed)


def test_a_redirect_within_the_allowed_hosts_is_followed() -> None:
    """To another port of the same host."""
    with (
        raw_upstream(http_answer(b"there")) as (there, _),
        raw_upstream(http_answer(b"", "307 Temporary Redirect", Location=f"{there}/b")) as (here, _),
    ):
        assert Fetching(UrlFetcher(), PublishedFiles(), HERE, 5, 100).fetch(here).content == b"there"


@pytest.mark.parametrize("address", ["127.0.0.1", "10.0.0.1", "169.254.1.1", "::1", "::ffff:127.0.0.1", "fd00::1"])
def test_a_name_that_leads_inside_is_not_dialled(monkeypatch: pytest.MonkeyPatch, address: str) -> None:
    """An allowed name gives no way to addresses that were not allowed themselves."""
    found = [(socket.AF_INET, socket.SOCK_STREAM, 0, "", (address, 80))]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: found)
    monkeypatch.setattr(socket.socket, "connect", lambda *_: pytest.fail("it was dialled"))
    assert "'files.acme.test' leads to" in reason("http://files.acme.test/a", ("files.acme.test",))


def test_the_address_that_was_looked_at_is_the_one_that_is_dialled(monkeypatch: pytest.MonkeyPatch) -> None:
    """The name is looked up once, and the request still names it."""
    with raw_upstream(http_answer(b"x")) as (base, raw):
        port = int(base.rpartition(":")[2])
        real, asked = socket.getaddrinfo, []

        def look_up(host: str, *rest: Any, **more: Any) -> Any:
            asked.append(host)
            return real("127.0.0.1", *rest, **more)

        monkeypatch.setattr(socket, "getaddrinfo", look_up)
        Fetching(UrlFetcher(), PublishedFiles(), ("files.acme.test", *HERE), 5, 100).fetch(
            f"http://files.acme.test:{port}/a"
        )
    assert asked.count("files.acme.test") == 1
    assert f"host: files.acme.test:{port}".encode() in raw.asked[0].lower()


@pytest.mark.parametrize("name", ["HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"])
def test_no_proxy_of_the_environment_is_asked(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """It would learn each URL, and look names up itself: fetches and callbacks go to the address that was looked at."""
    answers = http_answer(b"there")
    with raw_upstream(http_answer(b"by proxy")) as (proxy, asked), raw_upstream(answers) as (there, _):
        monkeypatch.setenv(name, proxy)
        assert Fetching(UrlFetcher(), PublishedFiles(), HERE, 5, 100).fetch(f"{there}/a").content == b"there"
        post = CallbackPost(())
        assert post.post(Outgoing(f"{there}/hook", (), b"{}", 5)).ok
        post.close()
    assert not asked.asked


@pytest.mark.parametrize(
    ("address", "host", "patterns", "allowed"),
    [
        ("93.184.215.14", "acme.test", ["acme.test"], True),
        ("10.1.2.3", "acme.test", ["acme.test"], False),
        ("10.1.2.3", "acme.test", ["acme.test", "10.1.*"], True),
        ("127.0.0.1", "localhost", ["localhost"], True),
        ("127.0.0.1", "acme.test", ["acme.test", "127.0.0.1"], True),
        ("127.0.0.1", "acme.test", ["acme.test"], False),
        ("169.254.169.254", "169.254.169.254", ["169.254.*"], False),
        ("224.0.0.1", "acme.test", ["*"], False),
        ("fe80::1%eth0", "acme.test", ["*"], False),
        ("::ffff:169.254.169.254", "acme.test", ["*"], False),
        ("64:ff9b::a9fe:a9fe", "acme.test", ["*"], False),
    ],
)
def test_which_addresses_may_be_dialled(address: str, host: str, patterns: list[str], allowed: bool) -> None:
    """Public ones by their name, inner ones by themselves, special ones never."""
    assert (address_problem(address, host, patterns) is None) is allowed


@pytest.mark.parametrize(
    ("host", "pattern"),
    [("10.1.2.acme.test", "10.1.2.*"), ("127.acme.test", "127.*"), ("10.acme.test", "1?.*"), ("1.acme.test", "[1-9]*")],
)
def test_a_pattern_of_addresses_allows_no_name(host: str, pattern: str) -> None:
    """A stranger's name that begins like an address of the own network is neither fetched from nor called back."""
    assert host_problem(host, [pattern]) is not None
    assert not may_receive(f"http://{host}/hook", [pattern])
    assert host_problem(host, [pattern, "*.acme.test"]) is None
    assert host_problem(host, ["*"]) is None


@pytest.mark.parametrize("place", sorted(ENDLESS))
def test_an_answer_that_never_ends_is_given_up(place: str) -> None:
    """Wherever it dribbles: the time of the page is one for all."""
    with speaking(ENDLESS[place]) as endless:
        assert "no whole answer within" in reason(f"{endless.url}/a", seconds=0.3)


def test_bad_answers_are_told_apart() -> None:
    """A refusal of the host, too large a file, nobody there, and no such name."""
    with raw_upstream(http_answer(b"no", "404 Not Found")) as (base, _):
        assert reason(base) == "fetch_failed: the host answered HTTP 404"
    with raw_upstream(http_answer(b"x" * 1001)) as (base, _):
        assert reason(base).startswith("upload_too_large")
    assert "nothing listens there" in reason(base)
    assert "cannot be found" in reason("http://nowhere.invalid/", ("*.invalid",))


def create(make: Callable[..., Service], url: str, **settings: Any) -> Answer:
    """Create a task whose picture lies under a URL."""
    body = {"model": "wan/2-6-image-to-video", "input": {"prompt": "xx", "image_urls": [url], "duration": "5"}}
    with open_door("direct", make(**settings)) as door:
        return door.create(body)


def test_media_are_probed_where_that_is_wanted_and_allowed(make: Callable[..., Service]) -> None:
    """One that is there passes unread, one that is not is refused with its field; others are not asked."""
    probing = {"probe_media": True, "callback_allow": HERE}
    with raw_upstream(http_answer(b"x" * 5_000_000)) as (base, raw):
        assert create(make, f"{base}/a.png", **probing).situation == "accepted"
        assert len(raw.asked) == 1
        assert create(make, f"{base}/a.png", probe_media=True).situation == "accepted"
        assert create(make, f"{base}/a.png", callback_allow=HERE).situation == "accepted"
        assert len(raw.asked) == 1
    gone = create(make, f"{base}/a.png", **probing)
    assert (gone.code, gone.situation) == (422, "media_unreachable")
    assert "input.image_urls[0] cannot be read: nothing listens there" in gone.msg
    with raw_upstream(http_answer(b"", "404 Not Found")) as (base, _):
        assert "HTTP 404" in create(make, f"{base}/a.png", **probing).msg
    assert create(make, "https://elsewhere.test/a.png", **probing).situation == "accepted"


def test_probing_is_no_quick_work(make: Callable[..., Service]) -> None:
    """It must not hold up the server's loop; without it createTask is answered at once."""
    asked = Request.of("POST", CREATE)
    assert make().is_quick(asked)
    assert not make(probe_media=True).is_quick(asked)
    assert not make().is_quick(Request.of("POST", URL))


def test_what_was_published_is_found_without_any_network(service: Service, monkeypatch: pytest.MonkeyPatch) -> None:
    """By any spelling of its URL, allowed or not, until everything is reset; a status is the host's answer."""
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: pytest.fail("a name was looked up"))
    with open_door("direct", service) as door:
        for lever in (
            {"url": "https://acme.test/a.mp3", "content": "SUQzAwA=", "media_type": "audio/mpeg"},
            {"url": "https://acme.test/no", "status": 404},
        ):
            assert door.post("/_fakie/files", lever).situation == "lever_pulled"
        found = ask(service, "HTTPS://ACME.test:443/a.mp3#part")
        assert (found.data["fileSize"], found.data["mimeType"]) == (5, "audio/mpeg")
        assert "HTTP 404" in ask(service, "https://acme.test/no").msg
        for odd in ("!!", "a", "é"):
            wrong = door.post("/_fakie/files", {"url": "https://acme.test/b", "content": odd})
            assert (wrong.situation, "content: expected Base64" in wrong.msg) == ("lever_misused", True)
        door.post("/_fakie/reset", {})
        assert ask(service, "https://acme.test/a.mp3").situation == "fetch_failed"


@pytest.mark.parametrize("way", ["itself", "a redirect"])
def test_nobody_reads_levers_through_a_fetch(make: Callable[..., Service], way: str) -> None:
    """A fake that may fetch from this machine fetches nothing of its own control, straight on or sent there."""
    service = make(callback_allow=HERE)
    with running(service) as base:
        target = f"{base}/_fakie/accounts"
        with raw_upstream(http_answer(b"", "302 Found", Location=target)) as (elsewhere, _):
            answer = ask(service, target if way == "itself" else elsewhere)
            assert (answer.situation, answer.code) == ("fetch_failed", 400)
            assert "the host answered HTTP 403" in answer.msg
            assert Fetching(UrlFetcher(), PublishedFiles(), HERE, 5.0, 0).unreachable(target) is not None


def test_nobody_pulls_levers_by_a_callback(service: Service) -> None:
    """A task that calls back to the fake's own control is refused there, and nothing is forgotten."""
    sender, told = CallbackSender(), queue.SimpleQueue[Delivered]()
    try:
        with running(service) as base:
            body = b"{}"
            sender.send(Outgoing(f"{base}/_fakie/reset", (("Content-Type", "application/json"),), body, 5.0), told.put)
            assert told.get(timeout=10).status == 403
    finally:
        sender.close()


def test_receivers_that_say_nothing_do_not_add_up_at_the_end() -> None:
    """Sixty of them hold the end up no longer than one: a tenth of a second, not one for each."""
    with socket.create_server(("127.0.0.1", 0)) as silent:
        sender, told = CallbackSender(threads=60), queue.SimpleQueue[Delivered]()
        url = f"http://127.0.0.1:{silent.getsockname()[1]}/"
        for _ in range(60):
            sender.send(Outgoing(url, (), b"{}", 5.0), told.put)
        taken = [silent.accept()[0] for _ in range(60)]
        started = time.monotonic()
        sender.close()
        seconds = time.monotonic() - started
    for receiver in taken:
        receiver.close()
    for _ in range(60):
        told.get(timeout=10)
    assert seconds < 3


def test_a_sender_has_threads_from_its_first_callback_on() -> None:
    """Most fakes send none; whoever must see no thread begin starts them before, and a closed one starts none."""

    def begun(act: Callable[[CallbackSender], object]) -> int:
        sender, before = CallbackSender(threads=2), set(threading.enumerate())
        act(sender)
        added = len(set(threading.enumerate()) - before)
        sender.close()
        closed = set(threading.enumerate())
        sender.start()
        assert set(threading.enumerate()) <= closed
        return added

    def send(sender: CallbackSender) -> None:
        told = queue.SimpleQueue[Delivered]()
        for _ in range(2):
            sender.send(Outgoing("no URL", (), b"{}", 5.0), told.put)
            assert told.get(timeout=10).status is None

    assert [begun(lambda _: None), begun(CallbackSender.start), begun(send)] == [0, 2, 2]
