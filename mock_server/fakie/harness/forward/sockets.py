"""Sockets of this process with an answer outstanding, by what the system knows of each; Linux only."""

import fcntl
import os
import socket
import stat
import struct
import termios
import threading
from collections.abc import Iterator
from contextlib import suppress
from typing import Any

from msgspec import Struct

from fakie.harness.forward import real
from fakie.harness.forward.callers import Callers
from fakie.harness.forward.doubts import MOST_SEEN, Worker
from fakie.harness.forward.held import Method
from fakie.harness.forward.in_place import Function
from fakie.harness.forward.running import running_besides, stack_of

# Connections on which nothing has come for so long (seconds, real) bring nothing to anybody just now.
_SETTLED = 0.001
# An exchange within this process is at work for so long (seconds, spent looking) at least: its other end is a thread of
# ours, which a busy machine may let wait, as it does with whoever looks. Only what never comes costs that much, such as
# an answer that is lost on purpose.
_WITHIN = 0.25
# So long (seconds, spent looking) whoever waits for the end that the other side has sent may take to read it; many a
# client keeps such a connection, and reads it never.
_END_UNREAD = 0.02
_ESTABLISHED, _CONNECTING, _CLOSED_THERE, _LISTENS = 1, 2, 8, 10
# The kernel's clock of connections ticks every 1 to 10 ms. The answer to what was sent in the tick in which something
# came is waited for so long (seconds, spent looking): it may also be something that nobody answers, such as a pong.
_SAME_TICK = 5.0
# In the kernel's struct tcp_info: unacknowledged packets, milliseconds since data was sent and received, and the bytes
# acknowledged and received so far. A listener has the number of connections that nobody has accepted yet in the first.
_UNACKNOWLEDGED, _LAST_SENT, _LAST_RECEIVED, _BYTES_ACKNOWLEDGED, _BYTES_RECEIVED, _SIZE = 24, 44, 52, 120, 128, 136


class _Connection(Struct, frozen=True):
    number: int
    state: int
    here: Any
    there: Any
    sent_ago: int
    received_ago: int
    received: int
    unread: int
    # What the other end has taken, and how much of it is still on its way.
    sent: tuple[int, int]

    @property
    def worker_key(self) -> tuple[Any, ...]:
        return (self.number, self.state, self.here, self.there, self.received, self.unread)

    @property
    def moment(self) -> tuple[Any, ...]:
        """A value that stays the same from a request to its answer, and from that to the next request."""
        return (*self.worker_key, self.sent_ago < self.received_ago)

    @property
    def exchanged(self) -> tuple[Any, ...]:
        """A value that stays the same while nothing is sent and nothing comes."""
        return (*self.worker_key, self.sent)

    def worker(self, what: str, *, certain: bool) -> Worker:
        # A listener has no other end.
        host, port = (self.there or self.here)[:2]
        return Worker(self.worker_key, f"{what} {f'[{host}]' if ':' in host else host}:{port}", certain)


class Sockets:
    """Looks at the TCP connections of this process."""

    def __init__(self, callers: Callers) -> None:
        self._callers = callers
        # What each had received when Python last sent something: its own address and a number of bytes, by descriptor.
        self._when_sent: dict[int, tuple[Any, int]] = {}
        self._seen: dict[int, tuple[Any, ...]] = {}
        self._changed = 0.0
        self._since: dict[tuple[Any, ...], float] = {}
        self._looked, self._spent = real.clock(), 0.0
        # Of tools and of fixtures; those on which nothing has happened since are idle, and not perhaps at work.
        self._before = {each.exchanged for each in _connections()}

    def methods(self) -> Iterator[Method]:
        """Return what stands in for sockets' methods that send."""
        for name in ("send", "sendall", "sendmsg"):
            if hasattr(socket.SocketType, name):
                yield socket.SocketType, name, self._sending(getattr(socket.SocketType, name))

    def sends(self, number: int) -> None:
        """Hear that something is about to be sent, by whoever it may be, through a descriptor."""
        with suppress(OSError, struct.error, ValueError):
            for each in _looked_at(number):
                self._when_sent[number] = each.here, each.received

    def _sending(self, real_send: Function) -> Function:
        def send(sock: Any, *arguments: Any) -> Any:
            with suppress(OSError):
                info = sock.getsockopt(socket.IPPROTO_TCP, socket.TCP_INFO, _SIZE)
                received = struct.unpack_from("=Q", info, _BYTES_RECEIVED)[0]
                self._when_sent[sock.fileno()] = sock.getsockname(), received
            return real_send(sock, *arguments)

        return send

    def at_work(self, _: set[threading.Thread]) -> Iterator[Worker]:
        """Name those that wait for an answer from outside, hold what nobody has read yet, or just brought something."""
        connections = list(_connections())
        of_tools = self._of_tools() if connections else set()
        connections = [each for each in connections if each.number not in of_tools]
        seen = {each.number: each.worker_key for each in connections}
        if seen != self._seen:
            self._seen, self._changed = seen, real.clock()
        if seen and real.clock() - self._changed < _SETTLED:
            # Who read it may not have come to say so.
            yield Worker("sockets", "sockets in motion", certain=True)
        ours = {each.here for each in connections}
        listening = {each.here[1] for each in connections if each.state == _LISTENS}
        looked, self._looked = self._looked, real.clock()
        self._spent += min(self._looked - looked, MOST_SEEN)
        now, before = self._spent, self._since
        self._since = {each.moment: before.get(each.moment, now) for each in connections}
        for each in connections:
            within = each.there in ours
            if each.state != _ESTABLISHED or each.unread or each.here[1] not in listening:
                yield from self._at_work(each, now - self._since[each.moment], within=within)

    def _at_work(self, each: _Connection, age: float, *, within: bool) -> Iterator[Worker]:
        """Name one whose reader, other end or sender may be at work; `within`: the other end is of this process."""
        fresh = within and age < _WITHIN
        if each.state == _CLOSED_THERE:
            if age < (_WITHIN if each.unread else _END_UNREAD):
                yield each.worker("what is left of", certain=True)
        elif each.unread:
            what = "a connection not accepted at" if each.state == _LISTENS else "unread data of"
            yield each.worker(what, certain=fresh)
        elif each.state == _CONNECTING:
            yield each.worker("connecting to", certain=True)
        elif each.state == _ESTABLISHED:
            yield from self._outstanding(each, age, certain=fresh or not within)

    def _of_tools(self) -> set[int]:
        """Return the descriptors of what threads of tools hold, such as a debugger's connection to its editor."""
        # A debugger lets `threading` list none of its own.
        others, _ = running_besides(set())
        stacks = [stack_of(frame) for thread, frame in others.items() if self._callers.is_foreign(thread)]
        holders = [frame.f_locals.get("self") for stack in stacks for frame in stack]
        held = [value for holder in holders for value in list(getattr(holder, "__dict__", {}).values())]
        return {each.fileno() for each in held if isinstance(each, socket.SocketType)}

    def _outstanding(self, each: _Connection, age: float, *, certain: bool) -> Iterator[Worker]:
        """Tell whether an answer is awaited; one of this process itself may be waiting for time, and is not certain."""
        same_tick = each.sent_ago == each.received_ago
        here, received = self._when_sent.get(each.number, (None, 0))
        known = here == each.here
        if each.sent_ago < each.received_ago or (same_tick and not each.received):
            yield each.worker("an answer of", certain=certain)
        elif same_tick and known and received == each.received:
            yield each.worker("an answer of", certain=certain and age < _SAME_TICK)
        elif same_tick and not known and each.exchanged not in self._before:
            yield each.worker("perhaps an answer of", certain=False)


def _connections() -> Iterator[_Connection]:
    try:
        numbers = [int(name) for name in os.listdir("/proc/self/fd")]  # noqa: PTH208 - many times quicker
    except OSError:
        return
    for number in numbers:
        try:
            if stat.S_ISSOCK(os.fstat(number).st_mode):
                yield from _looked_at(number)
        except (OSError, struct.error):
            continue  # closed meanwhile, or of another kind


def _looked_at(number: int) -> Iterator[_Connection]:
    # Not socket.socket, which others guard or replace.
    seen = socket.SocketType(fileno=number)
    try:
        if seen.family not in {socket.AF_INET, socket.AF_INET6} or seen.type != socket.SOCK_STREAM:
            return
        info = seen.getsockopt(socket.IPPROTO_TCP, socket.TCP_INFO, _SIZE)
        state, here = info[0], seen.getsockname()
        if state not in {_ESTABLISHED, _CONNECTING, _CLOSED_THERE, _LISTENS}:
            return
        there = seen.getpeername() if state in {_ESTABLISHED, _CLOSED_THERE} else None
        if state == _CONNECTING:
            there = _dialled(number, seen.family)
    finally:
        seen.detach()
    ago = _number(info, _LAST_SENT), _number(info, _LAST_RECEIVED)
    underway = _number(info, _UNACKNOWLEDGED)
    taken, received = struct.unpack_from("=QQ", info, _BYTES_ACKNOWLEDGED)
    unread = underway if state == _LISTENS else _unread(number)
    yield _Connection(number, state, here, there, *ago, received, unread, (taken, underway))


def _dialled(number: int, family: int) -> tuple[str, int] | None:
    """Return the other end of a connection under way, which `getpeername` does not know yet."""
    table = "tcp6" if family == socket.AF_INET6 else "tcp"
    with suppress(OSError), open(f"/proc/self/net/{table}", encoding="ascii") as lines:  # noqa: PTH123 - many times quicker
        for line in lines:
            row = line.split()
            if row[9] == str(os.fstat(number).st_ino):
                host, port = row[2].split(":")
                # The table has each four bytes of an address as one number of this machine's.
                words = (int(host[at : at + 8], 16) for at in range(0, len(host), 8))
                return socket.inet_ntop(family, b"".join(struct.pack("=I", word) for word in words)), int(port, 16)
    return None


def _number(info: bytes, offset: int) -> int:
    return int(struct.unpack_from("=I", info, offset)[0])


def _unread(number: int) -> int:
    return int(struct.unpack("i", fcntl.ioctl(number, termios.FIONREAD, b"\0" * 4))[0])
