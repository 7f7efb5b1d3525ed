"""What Redis and its files tell to who has them without the secret: no key, no guess of one, no opened URL."""

import os
from contextlib import closing
from pathlib import Path

import pytest
import redis
from redis_process import RedisServer

from fakie.adapters.redis.connection import FORMAT, RedisConnection
from fakie.adapters.store_secret import StoreSecret
from fakie.commands.keeping import InRedis
from fakie.core.accounts import handle_of, number_of
from fakie_schemas.errors import ConfigurationError
from support.clients.doors import MODEL
from support.redis_fakes import Sharing
from support.servers.fakes import Collector, HandClock

SECRET = StoreSecret("0123456789abcdef-of-the-test")
KEY = "sk-a-key-that-could-be-guessed"
HOOK = "http://127.0.0.1:9/hook?a=1&token=token-in-query"
MEDIA = "https://me:pass-in-user@a.test/a.mp3?sig=sig-in-input"


def found(server: RedisServer, folder: Path) -> list[str]:
    """Return what stands in Redis' files and should not."""
    client: redis.Redis = redis.Redis(unix_socket_path=str(server.socket))
    client.save()
    client.close()
    written = b"".join(path.read_bytes() for path in folder.rglob("*") if path.is_file())
    assert b"account-" in written
    guess = handle_of(KEY)
    hunted = (KEY, guess, guess[-10:], number_of(guess), "token-in-query", "pass-in-user", "sig-in-input", "whsec-own")
    return [text for text in hunted if text.encode() in written]


def test_who_has_redis_files_can_neither_try_a_key_nor_open_a_url(
    share: Sharing, server: RedisServer, redis_folder: Path, sent: Collector, clock: HandClock
) -> None:
    """Before, while a callback is tried again, and afterwards; delivered by another than the one that was asked."""
    sent.statuses = [500, 200]
    one, other = share(secret=SECRET), share(secret=SECRET)
    headers = {"Authorization": f"Bearer {KEY}"}
    one.door.post("/_fakie/accounts", {"key": KEY, "credits": 5})
    one.door.create({"model": MODEL, "input": {"audio_url": MEDIA}, "callBackUrl": HOOK}, headers)
    upload = {"base64Data": "aGVsbG8=", "uploadPath": "a", "fileName": "b.txt"}
    assert other.door.post("/api/file-base64-upload", upload, headers).code == 200
    for _ in range(3):
        assert found(server, redis_folder) == []
        clock.seconds += 20
        other.door.service.run_due()
    assert [outgoing.url for outgoing in sent.outgoing] == [HOOK, HOOK]
    [task] = other.store.tasks()
    assert task.callback_url == "http://127.0.0.1:9/hook?a=1&token=[REDACTED]"


def test_a_fake_keeps_to_its_secret(server: RedisServer, tmp_path: Path) -> None:
    """One of this user where none is given; a process with another one is refused."""
    first, second = InRedis(server.url, None, None), InRedis(server.url, None, None)
    assert first.secret == second.secret
    [path] = (tmp_path / "home").rglob("*.secret")
    assert path.stat().st_mode & 0o777 == 0o600
    assert path.read_text().strip().encode() == first.secret
    with pytest.raises(ConfigurationError, match="its fake has another secret; give all processes the same"):
        InRedis(server.url, None, SECRET)
    other = InRedis(f"{server.url}?fake=other", None, SECRET)
    assert other.secret == SECRET.value
    for kept in (first, second, other):
        kept.close()


def test_a_user_without_a_home_is_told_to_give_a_secret(server: RedisServer, monkeypatch: pytest.MonkeyPatch) -> None:
    """As in a container, by a number that no account of the system has."""
    for name in ("HOME", "XDG_STATE_HOME", "USERPROFILE", "HOMEPATH"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(os, "getuid", lambda: 2**31 - 7)
    with pytest.raises(ConfigurationError, match=r"no home, .* give one by --secret @FILE or FAKIE_SECRET"):
        InRedis(server.url, None, None)


def test_a_redis_that_lost_its_data_is_held_to_the_secret_of_the_fake_that_lives(
    share: Sharing, server: RedisServer
) -> None:
    """And to its format: a process with another secret would open a second account for every key."""
    one = share(secret=SECRET)
    one.connection.bind(SECRET.fingerprint)
    one.door.create()
    one.connection.client.flushall()
    one.store.pulse()
    assert one.connection.command("GET", "format") == FORMAT.encode()
    with closing(RedisConnection(server.url)) as other, pytest.raises(ConfigurationError, match="has another secret"):
        other.bind(StoreSecret("fedcba9876543210").fingerprint)


def test_keys_from_before_there_were_secrets_are_refused(server: RedisServer) -> None:
    """With what can be done."""
    client: redis.Redis = redis.Redis(unix_socket_path=str(server.socket))
    client.set("{fakie:fakie}:format", "1")
    with pytest.raises(ConfigurationError, match=r"of format 1, .* begin another one by \?fake=NAME"):
        RedisConnection(server.url)
    client.close()
