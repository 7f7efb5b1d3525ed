"""What goes wrong: workers that die, a Redis that goes away, is full, or is none that a fake can live on."""

import threading
import time
from pathlib import Path
from typing import NoReturn

import pytest
import redis
from msgspec.structs import replace
from redis_process import RedisServer

from fakie.adapters.redis.connection import RedisConnection
from fakie.adapters.redis.pulse import Pulse
from fakie.adapters.redis.redis_store import RedisStore
from fakie.core.ports import StoreUnwritableError
from fakie_schemas.errors import ConfigurationError
from support.clients.doors import MODEL
from support.redis_fakes import Sharing
from support.servers.cutting_proxy import cutting_proxy
from support.servers.fakes import Collector, HandClock

HOOK = "http://127.0.0.1:9/hook"


def test_the_events_of_a_worker_that_died_are_done_by_another(
    share: Sharing, sent: Collector, clock: HandClock
) -> None:
    """Killed between its answer and the task's end."""
    one, other = share(), share()
    task = one.door.new_task(callBackUrl=HOOK)
    one.die()
    clock.seconds += 100
    other.door.service.run_due()
    assert [outgoing.url for outgoing in sent.outgoing] == [HOOK]
    assert other.door.record(task)["state"] == "success"


def test_a_delivery_that_its_worker_did_not_live_to_finish_is_made_again_and_says_so(
    share: Sharing, clock: HandClock
) -> None:
    """Begun by one, which is alive for a while and then no longer; nobody else begins it before."""
    one, other = share(), share()
    one.door.new_task(callBackUrl=HOOK)
    clock.seconds += 100
    [handle] = [account.handle for account in one.store.accounts()]
    # The task ends; its delivery is begun, and never finished.
    with one.store.work(handle) as work:
        settle = work.next_event()
    assert settle
    one.door.service.runner._run_next(one.store.accounts()[0], clock.seconds)
    with one.store.work(handle) as work:
        due = work.next_event()
        assert due
        assert due.kind == "deliver"
        work.claim_event(due)
    other.store.pulse()
    assert other.store.next_turn() is None
    one.die()
    other.store.pulse()
    other.door.service.run_due()
    [delivery] = [entry for entry in other.door.get("/_fakie/journal").data if entry["kind"] == "delivery"]
    assert "attempt 1, again after a restart" in delivery["reason"]
    assert other.store.next_turn() is None


def test_it_is_alive_while_its_store_says_nothing(share: Sharing, monkeypatch: pytest.MonkeyPatch) -> None:
    """A supervisor that asks is answered without a word to Redis, or it would restart what a restart does not help."""
    one = share()

    def silent(*_: object) -> NoReturn:
        raise AssertionError("it was asked")

    with monkeypatch.context() as meanwhile:
        meanwhile.setattr(RedisConnection, "command", silent)
        assert one.door.get("/_fakie/health", {}).status == 200


def test_a_worker_that_leaves_gives_back_what_it_has_begun_at_once(share: Sharing, clock: HandClock) -> None:
    """So that the others need not wait until it counts as dead."""
    one, other = share(), share()
    one.door.new_task(callBackUrl=HOOK)
    [account] = one.store.accounts()
    with one.store.work(account.handle) as work:
        due = work.next_event()
        assert due
        work.claim_event(due)
    one.store.leave()
    other.store.pulse()
    with other.store.work(account.handle) as work:
        assert work.next_event() == replace(due, again=True)


def test_what_a_worker_did_after_it_lost_its_lock_does_not_count(share: Sharing) -> None:
    """It slept for longer than the lock lasts, and another went on: its commit is refused, whole."""
    slow, quick = share(lease=0.05), share()
    quick.door.get("/api/v1/chat/credit")
    [account] = slow.store.accounts()
    asleep, go_on = threading.Event(), threading.Event()
    refused: list[str] = []

    def sleep() -> None:
        try:
            with slow.store.work(account.handle) as work:
                work.account.credits -= 100
                work.save_account()
                asleep.set()
                go_on.wait(10)
        except StoreUnwritableError as error:
            refused.append(str(error))

    thread = threading.Thread(target=sleep)
    thread.start()
    asleep.wait(10)
    assert quick.door.create().situation == "accepted"
    go_on.set()
    thread.join()
    assert len(refused) == 1
    assert "others went on" in refused[0]
    assert quick.door.get("/api/v1/chat/credit").data == 999


def test_a_commit_that_is_sent_twice_counts_once(share: Sharing) -> None:
    """As when the connection is lost before Redis' answer comes: it is sent again, and is done already."""
    one = share()
    one.door.get("/api/v1/chat/credit")
    real, lost = one.store._commit, []

    def lossy(*arguments: object) -> object:
        lost.append(real(*arguments))
        return real(*arguments)

    one.store._commit = lossy  # type: ignore[assignment]
    assert one.door.create().situation == "accepted"
    assert len(lost) == 1
    assert one.door.get("/api/v1/chat/credit").data == 999
    assert one.store.count_tasks() == 1


@pytest.mark.parametrize("what", [b"\r\ntask\r\n", b"\r\nclaim\r\n", b"credit_shown"])
def test_a_connection_that_is_lost_in_the_middle_is_made_again_and_all_counts_once(
    share: Sharing, server: RedisServer, redis_folder: Path, sent: Collector, clock: HandClock, what: bytes
) -> None:
    """A new task, the start of a callback, an entry of the journal: carried out, and the answer never came."""
    with cutting_proxy(redis_folder / "cut.sock", server.socket) as proxy:
        one, other = share(url=proxy.url), share()
        # So that Redis knows the scripts.
        one.door.new_task(callBackUrl=HOOK)
        clock.seconds += 100
        one.door.service.run_due()
        one.door.get("/api/v1/chat/credit")
        proxy.cut(what)
        assert one.door.create(callBackUrl=HOOK).situation == "accepted"
        clock.seconds += 100
        one.door.service.run_due()
        assert one.door.get("/api/v1/chat/credit").data == 998
        assert proxy.cuts == 1
        assert other.store.count_tasks() == 2
        assert [outgoing.url for outgoing in sent.outgoing] == [HOOK] * 2
        shown = [entry["situation"] for entry in other.door.get("/_fakie/journal").data]
        assert sorted(shown) == sorted(["accepted", "callback_delivered", "credit_shown"] * 2)
        share.close()


def test_a_connection_that_is_lost_again_and_again_is_a_documented_answer(
    share: Sharing, server: RedisServer, redis_folder: Path
) -> None:
    """It says that the request may have been done after all; credits and tasks agree whether it was or not."""
    with cutting_proxy(redis_folder / "cut.sock", server.socket) as proxy:
        one, other = share(url=proxy.url), share()
        one.door.new_task()
        proxy.cut(b"\r\ntask\r\n", times=10)
        refused = one.door.create()
        assert (refused.code, refused.situation) == (500, "state_unwritable")
        assert "see whether it was done after all" in refused.msg
        [account] = other.store.accounts()
        assert 1000 - account.credits == other.store.count_tasks() == 2
        share.close()


def test_a_redis_that_goes_away_is_a_documented_answer_and_all_goes_on_when_it_is_back(
    share: Sharing, server: RedisServer, caplog: pytest.LogCaptureFixture
) -> None:
    """Killed and started on what it had written: nothing that was answered is lost, and the log speaks of it once."""
    one, other = share(), share()
    before = [one.door.new_task(), other.door.new_task()]
    one.door.post("/_fakie/faults", {"transport": "close", "times": 1, "endpoint": "credit"})
    server.kill()
    for worker in (one, other):
        for answer in (worker.door.create(), worker.door.get("/api/v1/chat/credit")):
            assert (answer.code, answer.situation) == (500, "state_unwritable")
            assert "nothing answers there" in answer.msg
        assert worker.door.get("/_fakie/tasks").situation == "state_unwritable"
    assert [message.partition(":")[0] for message in caplog.messages] == [
        "the store lacks entries of the journal, 1 more by now"
    ] * 2
    server.start()
    assert [task.id for task in other.store.tasks()] == before
    assert other.door.create().situation == "accepted"
    assert [account.credits for account in one.store.accounts()] == [997]


def test_a_redis_that_hangs_is_a_documented_answer_and_what_it_was_sent_counts_once(
    share: Sharing, server: RedisServer
) -> None:
    """Stopped for a while: it does not answer, and goes on afterwards with what it was sent."""
    one, other = share(seconds=0.1), share()
    one.door.new_task()
    server.pause()
    refused = one.door.create()
    assert (refused.code, refused.situation) == (500, "state_unwritable")
    assert "it does not answer" in refused.msg
    server.resume()
    assert other.door.create().situation == "accepted"
    [account] = other.store.accounts()
    assert 1000 - account.credits == other.store.count_tasks()


def test_a_full_redis_refuses_and_does_nothing_by_halves(share: Sharing, server: RedisServer) -> None:
    """Neither a task nor a charge; with room it goes on."""
    one = share()
    one.door.new_task()
    client: redis.Redis = redis.Redis(unix_socket_path=str(server.socket))
    client.config_set("maxmemory", 1)
    refused = one.door.create()
    assert (refused.code, refused.situation) == (500, "state_unwritable")
    assert "it is full" in refused.msg
    with pytest.raises(ConfigurationError, match="it is full"):
        RedisConnection(server.url)
    client.config_set("maxmemory", 0)
    assert one.store.count_tasks() == 1
    assert [account.credits for account in one.store.accounts()] == [999]
    assert one.door.create().situation == "accepted"
    client.close()


READY = "/_fakie/ready"


@pytest.mark.parametrize(
    ("setting", "bad", "good", "expected"),
    [("maxmemory", 1, 0, "it is full"), ("min-replicas-to-write", 1, 0, "too few of its replicas")],
)
def test_a_worker_whose_redis_takes_no_writes_is_not_ready(
    share: Sharing, setting: str, bad: int, good: int, expected: str
) -> None:
    """Although it can be read; nobody has to lose a request first, and afterwards it is ready again."""
    one = share()
    one.connection.client.config_set(setting, bad)
    answer = one.door.get(READY)
    assert (answer.status, answer.situation) == (503, "fake_not_ready")
    assert expected in answer.msg
    one.connection.client.config_set(setting, good)
    assert one.door.get(READY).status == 200


def test_whoever_balances_soon_hears_of_a_redis_that_hangs(share: Sharing, server: RedisServer) -> None:
    """However long requests wait for it, who are not sent away for the sake of the question; then it is ready again."""
    one = share(seconds=60)
    server.pause()
    began = time.monotonic()
    answer = one.door.get(READY)
    assert (answer.status, "it does not answer" in answer.msg) == (503, True)
    assert time.monotonic() - began < 20
    server.resume()
    assert one.door.create().situation == "accepted"
    assert one.door.get(READY).status == 200


def test_a_worker_ends_although_its_redis_hangs(share: Sharing, server: RedisServer) -> None:
    """A supervisor kills what takes long: what it had begun is given to others when it counts as dead."""
    one = share(seconds=60)
    pulse = Pulse(one.store, lambda: None)
    pulse.start()
    server.pause()
    began = time.monotonic()
    pulse.stop()
    assert time.monotonic() - began < 20
    server.resume()


@pytest.mark.parametrize(
    ("settings", "expected"),
    [
        ({"appendonly": "yes", "appendfsync": "always"}, "all that was answered survives"),
        ({"appendonly": "yes", "appendfsync": "everysec"}, "about the last two seconds"),
        ({"appendonly": "yes", "appendfsync": "no"}, "what the system had written"),
        ({"appendonly": "no", "save": "60 1"}, "what its last snapshot had"),
        ({"appendonly": "no", "save": ""}, "nothing survives"),
    ],
)
def test_what_survives_is_told_as_redis_is_set_up(
    share: Sharing, server: RedisServer, settings: dict[str, str], expected: str
) -> None:
    """By appendonly, appendfsync and save."""
    one = share()
    for name, value in settings.items():
        one.connection.client.config_set(name, value)
    assert expected in one.connection.survival


def test_what_survives_is_not_known_where_redis_does_not_tell(server: RedisServer) -> None:
    """A user without CONFIG can use it all the same."""
    client: redis.Redis = redis.Redis(unix_socket_path=str(server.socket))
    client.acl_setuser(
        "careful", enabled=True, passwords=["+x"], commands=["+@all", "-config"], keys=["*"], channels=["*"]
    )
    connection = RedisConnection(f"unix://careful:x@{server.socket}")
    assert "is not known" in connection.survival
    assert "careful" not in connection.told
    connection.close()
    client.close()


def test_what_a_fake_cannot_live_on_is_told_in_one_line(server: RedisServer) -> None:
    """Of another format, evicting, a replica, with a password that is wrong or missing, absent; nothing is changed."""
    client: redis.Redis = redis.Redis(unix_socket_path=str(server.socket))
    key = "{fakie:other}:format"
    client.set(key, "7")
    refused(f"{server.url}?fake=other", "is of format 7, and this fakie uses format 2")
    assert client.get(key) == b"7"
    client.delete(key)
    client.lpush(key, "x")
    refused(f"{server.url}?fake=other", "another program uses its keys")
    client.config_set("maxmemory", "100mb")
    client.config_set("maxmemory-policy", "allkeys-lru")
    refused(server.url, "maxmemory-policy allkeys-lru")
    client.config_set("maxmemory-policy", "noeviction")
    client.replicaof("127.0.0.1", "1")
    refused(server.url, "it is a replica")
    client.replicaof("NO", "ONE")
    client.config_set("requirepass", "right")
    refused(server.url, "it wants a password")
    refused(f"unix://:wrong@{server.socket}", "password is wrong")
    client.close()
    server.kill()
    refused(server.url, "nothing answers there")


def test_a_redis_of_an_old_version_is_refused(share: Sharing, monkeypatch: pytest.MonkeyPatch) -> None:
    """It says which version it is, and which would do."""
    url = share.server.url
    real = redis.Redis.info

    def old(client: redis.Redis, section: str) -> dict[str, object]:
        return {**real(client, section), **({"redis_version": "5.0.14"} if section == "server" else {})}

    monkeypatch.setattr(redis.Redis, "info", old)
    refused(url, "version 5.0.14; expected Redis or Valkey 6 or later")


def test_fakes_of_two_names_share_nothing(share: Sharing) -> None:
    """Each has its keys, all of them with the fake's hash tag."""
    one = share()
    one.door.new_task()
    connection = RedisConnection(f"{share.server.url}?fake=other")
    assert RedisStore(connection, lambda: 0.0).count_tasks() == 0
    connection.close()
    starts = {key.split(b"}")[0] for key in one.connection.client.scan_iter()}
    assert starts == {b"{fakie:fakie", b"{fakie:other"}


def refused(url: str, why: str) -> None:
    with pytest.raises(ConfigurationError, match=f"^the store unix://.* cannot be used: .*{why}") as error:
        RedisConnection(url)
    assert "\n" not in str(error.value)
    assert "wrong@" not in str(error.value)


def test_no_key_is_in_redis(share: Sharing, redis_folder: Path) -> None:
    """Neither in what it holds nor in its log of appends: not from headers, bodies, URLs or levers."""
    secret, webhook = "sk-very-secret-key-1234567890", "whsec-very-secret-1234567890"
    one, other = share(), share()
    key = {"Authorization": f"Bearer {secret}"}
    hook = f"{HOOK}?key={secret}"
    one.door.create({"model": MODEL, "input": {"x": secret}, "callBackUrl": hook}, key)
    one.door.create({"model": secret, "input": {}}, key)
    one.door.create({"model": MODEL, "input": {}, "callBackUrl": hook}, key)
    one.door.post("/_fakie/accounts", {"key": secret, "credits": 5, "webhook_key": webhook})
    one.door.post("/_fakie/plans", {"outcome": "fail", "account": secret})
    one.door.post("/_fakie/clock", {"advance": 100, "account": secret})
    assert other.door.get(f"/api/v1/jobs/recordInfo?taskId={secret}", key).code != 200
    one.connection.client.save()
    kept = b"".join(path.read_bytes() for path in redis_folder.rglob("*") if path.is_file())
    assert b"account-" in kept
    assert secret.encode() not in kept
    assert webhook.encode() not in kept


def test_who_asks_a_store_that_was_let_go_is_told(server: RedisServer) -> None:
    """By the error of a store that is away, and no new connection is opened."""
    connection = RedisConnection(server.url)
    connection.close()
    with pytest.raises(StoreUnwritableError, match="this process ends"):
        connection.command("GET", "format")
