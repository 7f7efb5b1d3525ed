"""One fake's connection to Redis or Valkey: looked over before its first use, with every failure as one line."""

import re
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from functools import partial
from typing import Any
from urllib.parse import parse_qs, urlsplit

import redis
from redis.backoff import ExponentialBackoff, NoBackoff
from redis.retry import Retry

from fakie.core.ports import StoreUnwritableError
from fakie_schemas.errors import ConfigurationError
from fakie_schemas.shortening import one_line

FORMAT = "2"
_OLDEST = 6
# An answer that takes longer (seconds) does not come any more; what was sent is sent again so many times.
ANSWER_SECONDS, _CONNECT_SECONDS, _TRIES = 3.0, 2.0, 2
# Whoever balances waits about two seconds for an answer, in which a connection that has become old is made once more.
_PROBE_SECONDS, _PROBE_TRIES = 0.7, 1
# For so many seconds a Redis that did not answer is not asked again: a request asks several times.
_REST_SECONDS = 1.0
_FIRST_PAUSE, _LONGEST_PAUSE = 0.02, 0.3

_CLOSED = "this process ends"
_SILENT = "it does not answer; see whether it runs and is reached"
_REPLICA = "it is a replica, or read-only; name its master"
# Patterns of Redis' refusals, in its words or in what the client calls them, and what they come to. Redis 6 wraps what
# a script met into an error of its own, so that its words alone tell.
_REFUSALS: Mapping[str, str] = {
    "OutOfMemory|OOM command": "it is full; give it more maxmemory, or clear what it need not keep",
    "ReadOnly|READONLY": _REPLICA,
    "BusyLoading|LOADING": "it is still reading its data; wait until it has",
    "MISCONF": "it takes no writes, for it could not save its data to disk; look into its log",
    "NOREPLICAS": "it takes no writes, for too few of its replicas are there",
    "MASTERDOWN": "it is a replica whose master is away; name the master",
    "NoPermission|NOPERM": "its user may not do what a store needs: INFO, EVALSHA, all on the fake's keys and channels",
    "Authentication required": "it wants a password; write redis://:PASSWORD@HOST, or rediss:// where it speaks TLS",
    "invalid username-password|invalid password": "user or password is wrong",
    "without any password configured": "it has no password, and the URL has one; leave it out",
    "MOVED": "it is a cluster, and the fake's keys belong to another of its nodes; name that one",
    "CLUSTERDOWN": "its cluster is down",
    "WRONGTYPE": "another program uses its keys; choose another fake=NAME or database",
    "invalid DB index|DB index is out of range": "it has no database of this number",
}


class StoreAwayError(StoreUnwritableError):
    """Redis did not answer, so that nobody knows whether it has done what was sent."""


class RedisConnection:
    """The keys of one fake, which all begin with `prefix`; raises ConfigurationError for what cannot be used.

    `url` is redis://, rediss:// or unix://; its `fake=NAME` tells fakes in one database apart. `told` is the URL
    without its password. An answer is waited for so many `seconds`.
    """

    def __init__(self, url: str, seconds: float = ANSWER_SECONDS) -> None:
        bare, name = _split(url)
        # All keys of a fake have one hash tag, so that scripts may use them all.
        self.prefix = f"{{fakie:{name}}}:"
        self.told = _told(bare, name)
        self._rests_until = 0.0
        self._closed = False
        # What the fake is, by the names of its keys.
        self._marks = {"format": FORMAT}
        # How often it could not be asked, or refused.
        self.errors = 0
        retry = Retry(ExponentialBackoff(_LONGEST_PAUSE, _FIRST_PAUSE), _TRIES)
        wait = {"socket_timeout": seconds, "socket_connect_timeout": _CONNECT_SECONDS}
        try:
            self.client = redis.Redis.from_url(bare, retry=retry, protocol=2, **wait)
            self._prober = _prober(bare)
            self._look()
        except (redis.RedisError, ValueError, TypeError) as error:
            raise self._unusable(described(error)) from None

    def script(self, text: str) -> "Call":
        """Return a call that carries out a script of the store with these arguments; raises StoreUnwritableError."""
        registered = self.client.register_script(text)
        return partial(self._run, registered)

    def command(self, name: str, *arguments: Any) -> Any:
        """Carry out one command on a key of the fake, named without the prefix; raises StoreUnwritableError."""
        key, *others = arguments
        with self._asking():
            return self.client.execute_command(name, self.prefix + key, *others)  # type: ignore[no-untyped-call]

    def together(self, *commands: tuple[Any, ...]) -> list[Any]:
        """Carry out commands in one go, each its name, its key without the prefix, and more."""
        with self._asking(), self.client.pipeline(transaction=False) as pipeline:
            for name, key, *others in commands:
                pipeline.execute_command(name, self.prefix + key, *others)  # type: ignore[no-untyped-call]
            found: list[Any] = pipeline.execute()
            return found

    def seconds(self) -> float:
        """Return Redis' time, seconds since the epoch; raises StoreUnwritableError."""
        with self._asking():
            seconds, microseconds = self.client.time()
            return float(seconds) + microseconds / 1e6

    def probe(self) -> None:
        """Write what nobody reads, to see whether anything can be written, soon; raises StoreUnwritableError."""
        # Whoever asks for more may wait for longer, so that what is too slow here is not left alone for it.
        with self._asking(rest=0.0):
            self._write_by(self._prober)

    def messages(self, name: str) -> "Messages":
        """Return what is published on a channel of the fake from now on; raises StoreUnwritableError."""
        with self._asking():
            heard = self.client.pubsub(ignore_subscribe_messages=True)  # type: ignore[no-untyped-call]
            heard.subscribe(self.prefix + name)
        return Messages(heard, self._asking)

    @property
    def survival(self) -> str:
        """A sentence on how much of the fake is there again after Redis was killed, as far as its settings tell."""
        try:
            kept = {name: self.client.config_get(name).get(name) for name in ("appendonly", "appendfsync", "save")}
        except redis.RedisError:
            return "what survives Redis is not known, for it does not allow CONFIG GET"
        if kept["appendonly"] == "yes":
            return {
                "always": "all that was answered survives Redis (appendfsync always)",
                "everysec": "all but about the last two seconds survive Redis (appendfsync everysec)",
            }.get(str(kept["appendfsync"]), "what the system had written survives Redis (appendfsync no)")
        if kept["save"]:
            return f"what its last snapshot had survives Redis (appendonly no, save {kept['save']})"
        return "nothing survives Redis (appendonly no)"

    def bind(self, fingerprint: str) -> None:
        """Let the fake hold to the secret of a fingerprint; raises ConfigurationError where it holds to another."""
        key = f"{self.prefix}secret"
        try:
            self.client.set(key, fingerprint, nx=True)
            found = self.client.get(key)
        except redis.RedisError as error:
            raise self._unusable(described(error)) from None
        if found != fingerprint.encode():
            raise self._unusable("its fake has another secret; give all processes the same by --secret @FILE")
        self._marks["secret"] = fingerprint

    def mark_again(self) -> None:
        """Say what the fake is to a Redis that has lost its data; raises StoreUnwritableError."""
        self.together(*(("SET", name, mark, "NX") for name, mark in self._marks.items()))

    def close(self) -> None:
        """Let the connections go; whoever still asks is told so."""
        self._closed = True
        self.client.close()
        self._prober.close()

    def _run(self, registered: Any, *arguments: Any) -> Any:
        with self._asking():
            return registered(keys=[self.prefix], args=[self.prefix, *arguments])

    @contextmanager
    def _asking(self, rest: float = _REST_SECONDS) -> Iterator[None]:
        """Turn what goes wrong into StoreUnwritableError, and ask no more for so many seconds where nothing comes."""
        if time.monotonic() < self._rests_until:
            raise StoreAwayError(f"the store: {_SILENT}")
        if self._closed:
            raise StoreAwayError(f"the store: {_CLOSED}")
        try:
            yield
        except redis.TimeoutError:
            self.errors += 1
            self._rests_until = max(self._rests_until, time.monotonic() + rest)
            raise StoreAwayError(f"the store: {_SILENT}") from None
        except redis.RedisError as error:
            self.errors += 1
            kind = StoreAwayError if isinstance(error, redis.ConnectionError) else StoreUnwritableError
            raise kind(f"the store: {described(error)}") from None
        except (OSError, ValueError):
            # Its connection was taken from under it.
            if not self._closed:
                raise
            raise StoreAwayError(f"the store: {_CLOSED}") from None

    def _look(self) -> None:
        """Raise ConfigurationError, or RedisError, for what cannot be used."""
        facts: Mapping[str, Any] = {**self.client.info("server"), **self.client.info("replication")}
        version = str(facts["redis_version"])
        if int(version.split(".")[0]) < _OLDEST:
            raise self._unusable(f"it is of version {version}; expected Redis or Valkey {_OLDEST} or later")
        if facts["role"] != "master":
            raise self._unusable(_REPLICA)
        memory = self.client.info("memory")
        if int(memory.get("maxmemory", 0)) and str(memory.get("maxmemory_policy", "")).startswith("allkeys"):
            policy = memory["maxmemory_policy"]
            raise self._unusable(f"it forgets keys when it is full (maxmemory-policy {policy}); set it to noeviction")
        key = f"{self.prefix}format"
        self.client.set(key, FORMAT, nx=True)
        found = self.client.get(key)
        text = found[:20].decode("utf-8", "replace") if isinstance(found, bytes) else "none"
        if text != FORMAT:
            raise self._unusable(
                f"this fake in it is of format {text}, and this fakie uses format {FORMAT}; "
                "use the fakie that wrote it, or begin another one by ?fake=NAME"
            )
        # Also with a format that stands there already a full one is told from the beginning.
        self._write_by(self.client)
        self.client.publish(f"{self.prefix}try", "1")

    def _write_by(self, client: redis.Redis) -> None:
        client.set(f"{self.prefix}try", "1", px=1000)

    def _unusable(self, reason: str) -> ConfigurationError:
        return ConfigurationError(f"the store {self.told} cannot be used: {reason}")


class Messages:
    """The messages of one channel, read by a connection of its own."""

    def __init__(self, heard: Any, asking: Callable[[], AbstractContextManager[None]]) -> None:
        self._heard = heard
        self._asking = asking

    def next(self, seconds: float) -> bytes | None:
        """Wait so long for a message, and return it, or None; raises StoreUnwritableError."""
        with self._asking():
            found = self._heard.get_message(timeout=seconds)
        return found["data"] if found else None

    def close(self) -> None:
        """Listen no longer."""
        self._heard.close()


# Carries out one script with its arguments.
Call = partial[Any]


def described(error: Exception) -> str:
    """Return in a few words what went wrong, and what would help."""
    text = str(error)
    for signs, words in _REFUSALS.items():
        if re.search(signs, f"{type(error).__name__} {text}"):
            return words
    if isinstance(error, redis.TimeoutError):
        return _SILENT
    if isinstance(error, redis.ConnectionError):
        return f"nothing answers there; see whether it runs ({one_line(text).rstrip('.')})"
    return one_line(text).rstrip(".")


def _prober(url: str) -> redis.Redis:
    """Return a client that soon gives up."""
    retry, wait = Retry(NoBackoff(), _PROBE_TRIES), _PROBE_SECONDS
    return redis.Redis.from_url(url, retry=retry, protocol=2, socket_timeout=wait, socket_connect_timeout=wait)


def _split(url: str) -> tuple[str, str]:
    """Return a URL as redis-py reads it, and the name of the fake."""
    given, _, query = url.partition("?")
    return given, parse_qs(query).get("fake", ["fakie"])[0]


def _told(url: str, name: str) -> str:
    parts = urlsplit(url)
    host = parts.netloc.rpartition("@")[2]
    return f"{parts.scheme}://{host}{parts.path}" + ("" if name == "fakie" else f"?fake={name}")
