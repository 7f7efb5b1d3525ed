"""URLs that are dialled: read in one way, or refused."""

import queue
import socket
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler
from urllib.parse import urlsplit

import pytest
from urllib3.util import parse_url

from fakie.adapters.callback_sender import CallbackSender
from fakie.adapters.receiver_post import post_to_url
from fakie.adapters.upstream import HttpUpstream
from fakie.core.ports import Delivered, Outgoing
from fakie.core.running.callbacks import may_receive
from fakie.core.service import Service
from fakie_contract.http.client import Client, NoAnswer
from fakie_contract.http.fake_process import CannotRun
from fakie_contract.http.target import Target
from fakie_schemas.addresses import UnclearUrl, read_url
from fakie_schemas.http.client import NoAnswer as UpstreamSilent
from support.clients.doors import open_door
from support.servers.fakes import Collector, HandClock
from support.servers.listening import listening

TWO_WAYS = [
    "http://{other}\\\\@127.0.0.1/x",
    "http://{other}\\@127.0.0.1/x",
    "http://{other}#@127.0.0.1\\/x",
    "http://{other}@127.0.0.1/x",
    "http://127.0.0.1@{other}/x",
    "http://a@b@127.0.0.1/x",
    "http:\\\\127.0.0.1/x",
    "http:///127.0.0.1/x",
    "http://127.0.0.1\t/x",
    "http://127.0.0.1\r\n/x",
    "http://127.0.0.1\x00.evil.test/x",
    " http://127.0.0.1/x",
    "http://127.0.0.1:/x",
    "http://127.0.0.1:0/x",
    "http://127.0.0.1:65536/x",
    "http://127.0.0.1:08080/x",
    "http://127.0.0.1:80:81/x",
    "http://127.0.0.1:\u0668\u0660/x",
    "http://[::1]evil.test/x",
    "http://[::1%25lo]/x",
    "http://[127.0.0.1]/x",
    "http://::1/x",
    "http://2130706433/x",
    "http://0x7f000001/x",
    "http://0x7f.1/x",
    "http://127.1/x",
    "http://0177.0.0.1/x",
    "http://127.0.0.1./x",
    "http://localhost../x",
    "http://%31%32%37.0.0.1/x",
    "http://\uff11\uff12\uff17.0.0.1/x",
    "http://\uff4c\uff4f\uff43alhost/x",
    "http://127\u30020\u30020\u30021/x",
    "http://b\xfccher.test/x",
    "//127.0.0.1/x",
    "ftp://127.0.0.1/x",
]


@pytest.fixture
def elsewhere() -> Iterator[tuple[str, list[str]]]:
    """A receiver that nobody allowed, by its authority, and the paths it was asked."""
    heard: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            heard.append(self.path)
            self.send_response(200)
            self.end_headers()

        do_POST = do_GET  # noqa: N815 - the name that the server looks for

        def log_message(self, format: str, *args: object) -> None:
            pass

    with listening(Handler) as url:
        yield url.removeprefix("http://").replace("127.0.0.1", "localhost"), heard


@pytest.mark.parametrize("form", TWO_WAYS)
def test_what_parsers_could_read_differently_is_refused_everywhere(
    form: str, make: Callable[..., Service], clock: HandClock, sent: Collector, elsewhere: tuple[str, list[str]]
) -> None:
    """No callback, download, receiver or upstream goes by such a URL, whatever patterns allow."""
    other, heard = elsewhere
    url = form.replace("{other}", other)
    done: queue.SimpleQueue[Delivered] = queue.SimpleQueue()
    sender = CallbackSender(threads=1)
    sender.send(Outgoing(url, (), b"{}", 1.0), done.put)
    assert done.get(timeout=60).status is None
    sender.close()
    assert not may_receive(url, ("*",))
    with open_door("direct", make(callback_allow=("*",))) as door:
        door.create(callBackUrl=url)
        clock.seconds += 60
        door.service.run_due()
    assert sent.outgoing == []
    with pytest.raises(ValueError, match=r"^it"):
        post_to_url(Outgoing(url, (), b"{}", 1.0))
    with pytest.raises(UnclearUrl):
        HttpUpstream(url)
    with pytest.raises(CannotRun):
        Target.at(url.removesuffix("/x"))
    client = Client("http://127.0.0.1:9")
    with pytest.raises(NoAnswer, match="not fetched"):
        client.download(url)
    client.close()
    assert heard == []


POINTED = [
    ("http://hook.example/", "169.254.169.254", ("hook.example", "*"), "link-local"),
    ("http://hook.example/", "10.0.0.5", ("hook.example",), "not public"),
    ("http://hook.example/", "10.0.0.5", ("*",), None),
    ("http://hook.example/", "127.0.0.1", ("*.example",), "not public"),
    ("http://localhost/", "10.0.0.5", (), "not public"),
    ("http://app/", "10.0.0.5", ("app",), None),
    ("http://app/", "169.254.0.1", ("app",), "link-local"),
    ("http://hook.example/", "10.0.0.5", ("hook.example", "10.0.*"), None),
    ("http://hook.example/", "192.0.0.9", ("hook.example",), None),
    ("http://hook.example/", "::ffff:169.254.169.254", ("*",), "link-local"),
    ("http://hook.example/", "2002:a9fe:a9fe::1", ("*",), "link-local"),
    ("http://hook.example/", "2002:7f00:1::1", ("hook.example",), "not public"),
    ("http://hook.example/", "64:ff9b::a9fe:a9fe", ("*",), "special"),
    ("http://hook.example/", "2001:0:4136:e378:8000:63bf:3fff:fdd2", ("*",), "special"),
    ("http://hook.example/", "fec0::1", ("hook.example",), "special"),
    ("http://hook.example/", "0.1.2.3", ("*",), "special"),
    ("http://hook.example/", "fd00:ec2::254", ("*",), "special"),
    ("http://hook.example/", "fd00:ec2::23", ("*",), "special"),
    ("http://hook.example/", "fd00:c1::a9fe:a9fe", ("fd00:*",), "special"),
    ("http://hook.example/", "fd00:42::42", ("*",), "special"),
    ("http://hook.example/", "fd00:42::43", ("fd00:*", "hook.example"), None),
    ("http://metadata.internal/", "fd00:a9fe:a9fe::1", ("metadata.internal",), "special"),
    ("http://metadata/", "100.100.100.200", ("metadata", "*"), "special"),
    ("http://hook.example/", "168.63.129.16", ("hook.example",), "special"),
    ("http://hook.example/", "fd20:ce::254", ("*",), "special"),
    ("http://hook.example/", "fd12:3456::a9fe:a9fe", ("fd12:*", "hook.example"), "special"),
    ("http://hook.example/", "fd12:3456::a9fe:1", ("fd12:*", "hook.example"), None),
    ("http://hook.example/", "192.0.0.192", ("192.0.0.*", "hook.example"), "special"),
    ("http://app/", "192.0.0.8", ("app",), "special"),
]


@pytest.mark.parametrize(("url", "address", "allowed", "problem"), POINTED)
def test_a_callback_goes_to_the_address_that_was_looked_at(
    monkeypatch: pytest.MonkeyPatch, url: str, address: str, allowed: tuple[str, ...], problem: str | None
) -> None:
    """The name is resolved once; an address that the allowed name was pointed at is not dialled unless it is meant."""
    looked: list[str] = []

    def look_up(host: str, port: int, **_: object) -> list[object]:
        looked.append(host)
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port))]

    def dial(where: tuple[str, int], *_: object, **__: object) -> socket.socket:
        looked.append(where[0])
        raise ConnectionRefusedError

    monkeypatch.setattr("fakie_schemas.http.resolving.socket.getaddrinfo", look_up)
    monkeypatch.setattr("urllib3.util.connection.create_connection", dial)
    done: queue.SimpleQueue[Delivered] = queue.SimpleQueue()
    sender = CallbackSender(allowed, threads=1)
    sender.send(Outgoing(url, (), b"{}", 1.0), done.put)
    delivered = done.get(timeout=60)
    sender.close()
    assert delivered.status is None
    if problem:
        assert problem in (delivered.error or "")
    assert looked == [read_url(url).host, *([] if problem else [address])]


def test_a_callback_to_an_unclear_url_is_journalled_with_the_reason(service: Service, clock: HandClock) -> None:
    """The API may take such a URL, so the task is made; a backslash is refused at once."""
    with open_door("direct", service) as door:
        door.new_task(callBackUrl="http://u:p@127.0.0.1/x")
        assert door.create(callBackUrl="http://elsewhere\\@127.0.0.1/x").situation == "url_malformed"
    clock.seconds += 60
    service.run_due()
    [entry] = [entry for entry in service.state.journal if entry.kind == "delivery"]
    assert entry.situation == "callback_blocked"
    assert "user name" in entry.reason


@pytest.mark.parametrize(
    ("url", "dialled"),
    [
        ("HTTP://LocalHost:80/a?b#c", "http://localhost/a?b"),
        ("https://EXAMPLE.com", "https://example.com/"),
        ("http://[0:0::1]:81?q=@", "http://[::1]:81/?q=@"),
        ("http://a_b.test/@x//y", "http://a_b.test/@x//y"),
        ("http://x.test./p", "http://x.test./p"),
    ],
)
def test_other_urls_are_spelled_in_the_way_that_all_parsers_read(url: str, dialled: str) -> None:
    """Scheme and host in lower case, short addresses, no standard port, no fragment; two parsers agree on the host."""
    read = read_url(url)
    assert read.text == dialled
    assert (parse_url(dialled).host or "").strip("[]") == urlsplit(dialled).hostname == read.host


@pytest.mark.parametrize("target", ["@{other}/x", ".evil.test/x", ":1@{other}/", "http://{other}/x"])
def test_a_recorders_target_cannot_change_the_upstream(target: str, elsewhere: tuple[str, list[str]]) -> None:
    """What is not a path is not appended to the upstream's URL."""
    other, heard = elsewhere
    upstream = HttpUpstream("http://127.0.0.1", seconds=1)
    with pytest.raises(UpstreamSilent, match="is not a path"):
        upstream.send("GET", target.replace("{other}", other), {}, b"")
    upstream.close()
    assert heard == []
