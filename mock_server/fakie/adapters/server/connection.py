"""One connection: bytes in, requests to the door, answers out in order, within the limits."""

import asyncio
from functools import partial
from math import inf
from time import monotonic
from time import time as wall
from typing import cast

from fakie.adapters.server.crowd import LITTLE_HELD
from fakie.adapters.server.feeding import Feeding
from fakie.adapters.server.page_writer import MOST_UNWRITTEN, PageWriter
from fakie.adapters.server.script_player import ScriptPlayer
from fakie.adapters.server.serving import Serving
from fakie.adapters.wire.answers import GO_AHEAD, written
from fakie.adapters.wire.coming import Inbound
from fakie.adapters.wire.inbox import Inbox
from fakie.adapters.wire.stage import Stage
from fakie.adapters.wire.transport_faults import NO_LINGER, Ending, script
from fakie.core.http.messages import Request, Response
from fakie.core.situations import Refused

_NO_ROOM = "the requests that it is answering take all of its memory"
_MOST_LINGERING = 64 * 1024 * 1024


class Connection:
    """One client, as an `asyncio.Protocol`: one that inherits from it could not be compiled to fixed attributes."""

    def __init__(self, serving: Serving) -> None:
        self._serving = serving
        self._limits = serving.limits
        self.busy = self.in_thread = False
        self.deadline = inf
        self._closing = False
        self._gone = False
        self._reading = True
        self._half_closed = False
        self._swallowed = 0
        self._holding = False
        self._asking = 0
        self._timer: Feeding | PageWriter | ScriptPlayer | None = None
        self._awaited: Stage | None = None

    # What the loop calls

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Take the client in, or tell it that there are too many."""
        self._transport = cast(asyncio.Transport, transport)
        self._transport.set_write_buffer_limits(LITTLE_HELD)
        serving = self._serving
        peer = transport.get_extra_info("peername")
        remote = peer[0] if isinstance(peer, tuple) else "127.0.0.1"
        self._inbox = Inbox(self._limits, remote, plain=serving.plain, heads=serving.heads)
        if serving.crowd.add(self):
            self._wait(Stage.BETWEEN)
        else:
            busy = Refused("server_busy", reason=f"all of its {serving.crowd.most} connections are in use; close some")
            self._inbox.over = True
            self._handle(Inbound(Request("", "", remote=remote, fault=busy), keep_alive=False, old=False))

    def data_received(self, data: bytes) -> None:
        """Read on."""
        if self._closing:
            self._swallowed += len(data)
            if self._swallowed > _MOST_LINGERING:
                self.drop()
            return
        inbox = self._inbox
        was_waiting = inbox.feed(data)
        if (self._holding or inbox.held) and not self._tell_held():
            inbox.refuse(_NO_ROOM, "server_busy")
        if not was_waiting and inbox.waiting and not inbox.ready:
            self._wait_for_turn()
        elif not was_waiting:  # Otherwise its turn comes anyway.
            self._go_on()

    def eof_received(self) -> bool:
        """Answer what has come, then close; tells the transport to stay open until then."""
        self._half_closed = True
        if not self._closing:
            self._inbox.end_of_input()
            self._go_on()
        # A connection under TLS cannot stay half open.
        return not self._closing and self._transport.can_write_eof()

    def pause_writing(self) -> None:
        """Remember that the client reads slower than it is written to."""
        self._tell_held()

    def resume_writing(self) -> None:
        """Go on, now that the client has read most of it."""
        self._tell_held()
        if self.busy and isinstance(self._timer, PageWriter):
            self._timer.go_on()
        elif not self._closing:
            self._go_on()

    def connection_lost(self, _: Exception | None) -> None:
        """Forget the client."""
        self._gone = self._closing = True
        self._stop_timer()
        self._inbox.let_go()
        self._serving.crowd.leave(self)
        if self.in_thread:
            self._tell_held()

    # What the crowd calls

    @property
    def in_use(self) -> bool:
        """Tell whether a request is being answered to a client that is, for all one can see, still there."""
        return self.busy and not self._half_closed

    @property
    def in_work(self) -> bool:
        """Tell whether something that came whole is being answered, or an answer is being read."""
        waits = self._inbox.waiting and not self._closing
        return self.busy or waits or (self.unsent > 0 and not isinstance(self._timer, Feeding))

    @property
    def unsent(self) -> int:
        """How many bytes wait for the client to read."""
        return self._transport.get_write_buffer_size()

    def expire(self) -> None:
        """Its time is up: a half-sent request is answered as such, anything else ends."""
        inbox = self._inbox
        if self._closing or self.unsent or inbox.over or inbox.stage is Stage.BETWEEN:
            self.drop()
            return
        seconds = inbox.stage.seconds(self._limits)
        inbox.refuse(f"the request was not whole after {seconds:g} s; what was awaited: {inbox.stage.value}")
        self._go_on()

    def drop(self) -> None:
        """Close it at once."""
        self._closing = True
        self._stop_timer()
        self._serving.outbox.flush()
        self._transport.abort()

    # From one request to the next

    def _go_on(self) -> None:
        """Do what comes next: answer a request, wait for more, or close."""
        inbox = self._inbox
        if self._closing:
            return
        if self.busy:
            self._read(not inbox.waiting)
            return
        inbox.advance()
        unsent = self.unsent
        if unsent > MOST_UNWRITTEN:
            self._read(False)
            self._be_patient(Stage.UNREAD)
        elif inbox.ready:
            inbound = inbox.ready.popleft()
            # What has been read is answered first, so that a client cannot pile up requests.
            self._read(not inbox.waiting)
            self._handle(inbound)
        elif inbox.waiting:
            self._wait_for_turn()
        elif inbox.over:
            self._close()
        else:
            if inbox.go_ahead_awaited:
                inbox.go_ahead_awaited = False
                self._serving.outbox.put(self._transport, GO_AHEAD)
            self._wait(Stage.UNREAD if unsent else inbox.stage)

    def _wait(self, awaited: Stage) -> None:
        """Wait for the client, so long and no longer."""
        self._read(True)
        if self._holding:
            self._tell_held()
        self._serving.crowd.set_idle(self, self._inbox.stage is Stage.BETWEEN)
        self._be_patient(awaited)

    def _wait_for_turn(self) -> None:
        """Go on with what has come, a request or a piece of one, when others have had their turn."""
        self._read(False)
        self._serving.rounds.wait(self._go_on, self.drop)

    def _be_patient(self, awaited: Stage) -> None:
        """Set the deadline for what is awaited; not anew with every byte, so that a client that dribbles is late."""
        if awaited is not self._awaited:
            self._awaited = awaited
            self.deadline = monotonic() + awaited.seconds(self._limits)

    def _tell_held(self) -> bool:
        """Tell the crowd how much of this client's is in memory, once it is worth a word; tells whether it has room."""
        held = self._asking if self._gone else self._inbox.held + self._asking + self.unsent
        held += self._timer.held if isinstance(self._timer, PageWriter) else 0
        held_before, self._holding = self._holding, held > LITTLE_HELD
        return not (self._holding or held_before) or self._serving.crowd.hold(self, held)

    def _read(self, on: bool) -> None:
        if on != self._reading and not self._gone:
            self._reading = on
            (self._transport.resume_reading if on else self._transport.pause_reading)()

    def _handle(self, inbound: Inbound) -> None:
        self.busy, self.deadline, self._awaited = True, inf, None
        request, serving = inbound.request, self._serving
        is_small = request.length is not None and request.length <= self._limits.thread_bytes
        request.at_once = bool(request.fault) or (is_small and serving.quick(request))
        if request.at_once:
            self._answer(inbound, serving.ask(request))
            return
        serving.crowd.set_idle(self, idle=False)
        self.in_thread, self._asking = True, inbound.in_memory
        if self._tell_held():
            serving.ask_in_thread(request, partial(self._asked, inbound), self.drop)
        else:
            request.fault = Refused("server_busy", reason=_NO_ROOM)
            self._asked(inbound, serving.ask(request))

    def _asked(self, inbound: Inbound, response: Response | None) -> None:
        self.in_thread, self._asking = False, 0
        self._tell_held()
        self._answer(inbound, response)

    def _answer(self, inbound: Inbound, response: Response | None) -> None:
        if self._closing:
            return
        if response is None:
            self.drop()
            return
        is_last = self._half_closed or self._serving.crowd.leaving
        keep_alive = inbound.may_stay(response) and (not is_last or self._inbox.waiting)
        answer, pages = written(inbound, response, int(wall()), keep_alive=keep_alive)
        if response.feed:
            self._serving.outbox.flush()
            self._closing, self.busy = True, False
            self._timer = Feeding(self._transport, self._serving.loop, response.feed, answer)
        elif response.transport_fault:
            self._serving.crowd.set_idle(self, idle=False)
            self._timer = player = ScriptPlayer(self._serving, self._transport, partial(self._played, keep_alive))
            player.play(script(response.transport_fault, answer))
        elif pages is not None:
            ended = partial(self._played, keep_alive)
            self._timer = writer = PageWriter(self._serving, self._transport, self._wait_until, ended)
            writer.write(answer, pages, own=0 if response.kept else len(response.body))
        else:
            self._serving.outbox.put(self._transport, answer)
            self._answered(keep_alive)

    def _wait_until(self, moment: float) -> None:
        self.deadline = moment
        self._tell_held()

    def _answered(self, keep_alive: bool) -> None:
        self.busy = False
        if self._inbox.waiting:
            self._wait_for_turn()
        elif keep_alive:
            self._go_on()
        else:
            self._close()

    def _played(self, keep_alive: bool, ending: Ending) -> None:
        self._timer = None
        self._tell_held()
        if ending == "go on":
            self._answered(keep_alive)
        elif ending == "silence":
            # Until the client hangs up, or for so long.
            self._closing, self.busy = True, False
            self.deadline = monotonic() + self._limits.lost_seconds
            self._read(True)
        else:
            self._end(reset=ending == "reset")

    # How it ends

    def _close(self) -> None:
        """Close once the answer is written, in a way that lets the client read it."""
        self._closing = True
        self._serving.outbox.flush()
        if not self._inbox.unread or self._half_closed or not self._transport.can_write_eof():
            self._end(reset=False)
            return
        # Closing while bytes still come in makes the system send a reset, which can overtake the answer.
        self.deadline = monotonic() + (self._limits.write_seconds if self.unsent else self._limits.linger_seconds)
        self._transport.write_eof()
        self._read(True)

    def _end(self, reset: bool) -> None:
        self._closing = True
        self._serving.outbox.flush()
        self.deadline = monotonic() + self._limits.write_seconds
        if reset:
            self._transport.get_extra_info("socket").setsockopt(*NO_LINGER)
        (self._transport.abort if reset else self._transport.close)()

    def _stop_timer(self) -> None:
        if self._timer:
            self._timer.cancel()
