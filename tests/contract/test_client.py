"""The suite's own HTTP client: every exchange ends in time, and the key goes nowhere but to the target."""

import _thread
import logging
import socket
import socketserver
from contextlib import closing

import pytest
import urllib3
from urllib3._collections import RecentlyUsedContainer

from fakie_contract.http import whereabouts
from fakie_contract.http.client import Client, NoAnswer
from fakie_contract.http.exchange import SentRequest
from fakie_contract.http.fake_process import CannotRun
from fakie_contract.http.levers import Levers
from fakie_contract.http.target import Target
from fakie_contract.trial.environment import balance, bearer
from fakie_contract.trial.reachable import check_reachable
from fakie_schemas.http.client import HttpAnswer, HttpClient
from support.servers.dribblers import ENDLESS, OK, WHOLE
from support.servers.listening import free_port
from support.servers.stand_in import CREATE_PATH, KEY, Speech, StandIn, speaking, standing_in
from support.servers.upstreams import forgetting, http_answer, raw_upstream

ASKED = SentRequest("GET", "/", bearer(KEY))
NO_STATUS = {"empty": b"", "key": b"Bearer " + KEY.encode(), "cut": b"x" * 185 + KEY.encode() + b" is no status"}


@pytest.fixture(autouse=True)
def _key(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FAKIE_API_KEY", KEY)


@pytest.mark.parametrize("place", ENDLESS)
def test_no_exchange_outlives_its_limit(place: str) -> None:
    """A target that dribbles anywhere in its answer gave none, and is not listened to; in a download too."""
    speech = ENDLESS[place]
    with speaking(speech):
        client = Client(speech.url, 0.3)
        with pytest.raises(NoAnswer, match=r"no whole answer within 0\.3 s"):
            client.send(ASKED)
        with pytest.raises(NoAnswer, match=r"no whole answer within 0\.3 s"):
            client.download(f"{speech.url}/file.mp3")
        client.close()
    assert speech.ended == 0


def test_the_opening_does_not_wait_for_ever_either() -> None:
    """The target that is looked at first of all has the same limit."""
    with speaking(ENDLESS["header"]) as speech, pytest.raises(CannotRun, match="no whole answer"):
        check_reachable(Target(speech.url, KEY, live=True), 0.3)


def test_a_slow_answer_within_the_limit_is_one() -> None:
    """Only what takes longer than the limit is cut off, and a connection is used again."""
    with standing_in(StandIn()) as stand_in:
        client = Client(stand_in.url, 30)
        assert [client.send(SentRequest("GET", "/x", bearer(KEY))).code for _ in range(3)] == [404] * 3
        client.close()


def test_a_kept_connection_that_was_closed_meanwhile_costs_no_answer() -> None:
    """What only reads is sent once more over a new one, an upload is lost, a create goes over a new one at once."""
    upload = SentRequest("POST", "/api/file-base64-upload", bearer(KEY))
    create = SentRequest("POST", CREATE_PATH, bearer(KEY))
    with forgetting() as (url, heard):
        client = Client(url)
        assert [client.send(one).status for one in (ASKED, ASKED)] == [200] * 2
        with pytest.raises(NoAnswer, match="no HTTP answer"):
            client.send(upload)
        assert [client.send(one).status for one in (ASKED, create)] == [200] * 2
        client.close()
    assert heard == [b"GET"] * 3 + [b"POST", b"GET", b"POST"]


@pytest.mark.skipif(hasattr(urllib3, "HttpVersion"), reason="urllib3.future does not tell which connections it keeps")
def test_a_host_that_serves_one_connection_at_a_time_hears_a_create() -> None:
    """It waits for the next request over the one that was kept, until that is closed."""
    create = SentRequest("POST", CREATE_PATH, bearer(KEY))
    with forgetting(socketserver.TCPServer) as (url, heard), closing(Client(url, 5)) as client:
        assert [client.send(one).status for one in (ASKED, create, create, ASKED)] == [200] * 4
    assert heard == [b"GET", b"POST", b"POST", b"GET"]


def test_pools_that_cannot_be_listed_serve_as_well(monkeypatch: pytest.MonkeyPatch) -> None:
    """Those of urllib3.future have no keys, which niquests puts in urllib3's place."""
    unlisted = property(lambda pools: getattr(pools, "none of that name"))
    asked = (ASKED, SentRequest("POST", CREATE_PATH, bearer("another")), ASKED)
    with (
        standing_in(StandIn()) as stand_in,
        closing(Client(stand_in.url, 30)) as client,
        monkeypatch.context() as patch,
    ):
        patch.setattr(RecentlyUsedContainer, "keys", unlisted)
        assert [client.send(one).code for one in asked] == [404, 401, 404]
        Client(stand_in.url).close()


def test_what_may_be_a_create_in_disguise_is_sent_once() -> None:
    """A GET that some servers take for a POST goes over a new connection, and is not repeated."""
    disguised = SentRequest("GET", CREATE_PATH, (*bearer(KEY), ("X-HTTP-Method-Override", "POST")))
    with forgetting() as (url, heard):
        client = Client(url)
        assert [client.send(one).status for one in (ASKED, disguised)] == [200] * 2
        client.close()
    assert heard == [b"GET"] * 2


def test_a_host_without_an_address_is_told_as_such(monkeypatch: pytest.MonkeyPatch) -> None:
    """Not that nothing listens there: its name is misspelt, or whoever knows names is away."""

    def unknown(*_: object) -> None:
        raise socket.gaierror(-2, "Name or service not known")

    client = Client("http://kie.test")
    monkeypatch.setattr(socket, "getaddrinfo", unknown)
    with pytest.raises(NoAnswer, match=r"no address is known of that host .*not known") as failed:
        client.send(ASKED)
    client.close()
    assert not failed.value.sent


@pytest.mark.parametrize(
    ("url", "variable", "told"),
    [
        ("https://kie.test", "HTTPS_PROXY", True),
        ("https://kie.test", "all_proxy", True),
        ("https://kie.test", "HTTP_PROXY", False),
        ("https://straight.test:8443", "HTTPS_PROXY", False),
        ("http://127.0.0.1:9", "HTTP_PROXY", False),
    ],
)
def test_who_reaches_nobody_hears_of_a_proxy_that_is_not_asked(
    url: str, variable: str, told: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where the environment names one for such a URL, which may be the only way out; none is for this machine."""

    def unknown(*_: object) -> None:
        raise socket.gaierror(-2, "Name or service not known")

    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.lower(), raising=False)
    monkeypatch.setenv(variable, "http://proxy.test:3128")
    monkeypatch.setenv("NO_PROXY", "localhost,straight.test")
    client = Client(url)
    if ".test" in url:
        monkeypatch.setattr(socket, "getaddrinfo", unknown)
    with pytest.raises(NoAnswer) as failed:
        client.send(ASKED)
    client.close()
    assert ("no proxy is asked, though the environment names one for https" in str(failed.value)) is told


def test_why_there_was_no_answer_is_not_what_was_handled_before() -> None:
    """Whoever asks while it handles another failure is told of this one."""
    client = Client(f"http://127.0.0.1:{free_port()}")
    try:
        raise LookupError("an earlier failure")
    except LookupError:
        with pytest.raises(NoAnswer, match=r"nothing listens there \(ConnectionRefusedError: "):
            client.send(ASKED)
    client.close()


@pytest.mark.parametrize("interim", [b"100 Continue", b"102 Processing", b"103 Early Hints"])
@pytest.mark.parametrize("times", [1, 3])
def test_an_interim_answer_is_not_the_answer(interim: bytes, times: int) -> None:
    """What comes before the answer is passed over, with its headers."""
    before = b"HTTP/1.1 %s\r\nContent-Type: text/plain\r\nContent-Length: 9\r\n\r\n" % interim
    with speaking(Speech(before * times + OK + b"Content-Length: 2\r\nX: y\r\n\r\n{}")) as speech:
        client = Client(speech.url)
        answer = client.send(ASKED)
        client.close()
    assert (answer.status, answer.body, answer.headers) == (200, b"{}", {"content-length": "2", "x": "y"})


@pytest.mark.skipif(hasattr(urllib3, "HttpVersion"), reason="urllib3.future reads no answer with such a line")
def test_what_a_target_says_is_not_logged(caplog: pytest.LogCaptureFixture) -> None:
    """A header that is none is no record of urllib3's, which pytest would show; those of others go on."""
    caplog.set_level(logging.DEBUG)
    with speaking(Speech(OK + b"Content-Length: 2\r\nBearer %s\r\nX: y\r\n\r\n{}" % KEY.encode())) as speech:
        client = Client(speech.url)
        caplog.clear()
        assert client.send(ASKED).status == 200
        client.close()
    assert caplog.records == []
    logging.getLogger("urllib3.connection").warning("of somebody else")
    assert [record.getMessage() for record in caplog.records] == ["of somebody else"]


@pytest.mark.parametrize("status", NO_STATUS)
def test_a_full_traceback_of_no_answer_does_not_show_the_key(status: str) -> None:
    """Neither the arguments and locals of any frame, nor the reason, which is cut after the key is out."""
    with speaking(Speech(NO_STATUS[status] + b"\r\n\r\n")) as speech:
        client = Client(speech.url)
        with pytest.raises(NoAnswer) as failed:
            client.send(ASKED)
        client.close()
    shown = str(failed.getrepr(style="long", funcargs=True, showlocals=True))
    assert "_fetch" in shown
    assert KEY[:6] not in shown


def test_a_full_traceback_of_ctrl_c_does_not_show_the_key() -> None:
    """An exchange that is interrupted gives Ctrl-C on, without the frames that hold its headers or the key."""
    with speaking(Speech(WHOLE, before=_thread.interrupt_main)) as speech:
        client = Client(speech.url)
        with pytest.raises(KeyboardInterrupt) as interrupted:
            balance(client, KEY)
        client.close()
    shown = str(interrupted.getrepr(style="long", funcargs=True, showlocals=True))
    assert "_fetch" in shown
    assert KEY not in shown


def test_a_download_sends_no_key() -> None:
    """Not to the target itself either; a URL with a user in it is not fetched."""
    with speaking(Speech(WHOLE)) as speech:
        client = Client(speech.url)
        client.download(f"{speech.url}/file.mp3")
        with pytest.raises(NoAnswer, match="user name"):
            client.download(speech.url.replace("//", f"//user:{KEY.replace('/', '%2F')}@") + "/file.mp3")
        client.close()
    assert len(speech.heard) == 1
    assert all(b"authorization" not in heard.lower() and KEY.encode() not in heard for heard in speech.heard)


def test_a_url_that_holds_the_key_is_fetched_from_no_other_host() -> None:
    """The target cannot have the suite bring the key to somebody else."""
    with speaking(Speech(WHOLE)) as speech, speaking(Speech(WHOLE)) as other:
        client = Client(speech.url)
        for url in (f"{other.url}/{KEY}", f"{other.url}/?x={KEY.encode().hex()}", f"http://[no-host/{KEY}"):
            with pytest.raises(NoAnswer, match="not fetched"):
                client.download(url)
        assert client.download(f"{speech.url}/{KEY}").status == 200
        client.close()
    assert other.heard == []


PUBLIC = "93.184.215.14"


@pytest.mark.parametrize(
    ("target", "refused", "taken"),
    [
        (
            "https://api.vendor.test",
            ("127.0.0.1", "localhost", "[::1]", "near.test", "metadata.test", "mapped.test", "[fd00:ec2::254]"),
            ("cdn.vendor.test", "api.vendor.test"),
        ),
        ("http://127.0.0.1:8080", ("metadata.test", "mapped.test", "169.254.169.254"), ("127.0.0.1", "near.test")),
        ("http://near.test", ("metadata.test", "100.100.100.200"), ("near.test", "10.0.0.9", "cdn.vendor.test")),
    ],
)
def test_files_are_fetched_from_where_they_may_lie(
    monkeypatch: pytest.MonkeyPatch, target: str, refused: tuple[str, ...], taken: tuple[str, ...]
) -> None:
    """A target elsewhere cannot have this machine ask its neighbours, and none can have it ask for metadata."""
    names = {"near.test": "10.0.0.5", "metadata.test": "169.254.169.254", "mapped.test": "::ffff:169.254.169.254"}
    monkeypatch.setattr(whereabouts, "addresses_of", lambda url: [names.get(url.host, _plain(url.host))])
    asked = []

    def exchange(_: HttpClient, __: str, url: str, *___: object) -> HttpAnswer:
        asked.append(url)
        return HttpAnswer(200, (), b"file", is_longer=False)

    monkeypatch.setattr(HttpClient, "exchange", exchange)
    client = Client(target)
    for host in refused:
        with pytest.raises(NoAnswer, match="the URL is not fetched"):
            client.download(f"http://{host}/latest/meta-data")
    assert asked == []
    for host in taken:
        assert client.download(f"http://{host}/a.mp3").body == b"file"
    assert asked == [f"http://{names.get(host, _plain(host))}/a.mp3" for host in taken]


def _plain(host: str) -> str:
    return PUBLIC if host.endswith(".vendor.test") else "127.0.0.1" if host == "localhost" else host.strip("[]")


@pytest.mark.parametrize("left", ["1" + "0" * 400, "1e18", "-1e13", "NaN", "Infinity", "1e999", "true", '"5"', "null"])
def test_what_no_account_can_have_is_no_balance(left: str) -> None:
    """A number beyond all sense is as good as none."""
    body = b'{"code":200,"data":%s}' % left.encode()
    with speaking(Speech(OK + b"Content-Length: %d\r\n\r\n" % len(body) + body)) as speech:
        client = Client(speech.url)
        assert balance(client, KEY) is None
        client.close()


def test_what_is_told_of_a_wrong_target_is_cut_without_the_key() -> None:
    """Half a key at the end of a shortened text would be known to nobody."""
    for answer in (
        b"Content-Type: text/html; k=" + KEY.encode() + b"\r\nContent-Length: 200\r\n\r\n" + b"x" * 45 + KEY.encode(),
        b"Location: http://host.test/" + b"x" * 160 + KEY.encode() + b"\r\nContent-Length: 0\r\n\r\n",
    ):
        status = b"HTTP/1.1 302 Found\r\n" if b"Location" in answer else OK
        with speaking(Speech(status + answer + b" " * 200)) as speech, pytest.raises(CannotRun) as failed:
            check_reachable(Target(speech.url, KEY, live=True))
        assert KEY[:8] not in str(failed.value)


def test_levers_in_a_form_that_nobody_knows_are_none() -> None:
    """A target that lists something else ends no run; what it lists rightly is there."""
    listed = [1, None, "x", {}, {"method": "POST", "path": ["/a"]}, {"method": "POST", "path": "/_fakie/faults"}]
    about = {"code": 200, "msg": "success", "data": {"format_version": 1, "levers": listed}}
    with raw_upstream(http_answer(about)) as (url, _):
        client = Client(url)
        levers = Levers.found(client)
        client.close()
    assert levers is not None
    assert levers.has("POST", "/faults")
    assert not levers.has("POST", "/a")
