"""`fakie record`: a proxy that writes down and judges what passes, and guards the purse."""

import logging
import sys
from decimal import Decimal
from pathlib import Path

import click

from fakie.adapters.live_server import LiveServer
from fakie.adapters.log_writer import LogWriter
from fakie.adapters.upstream import HttpUpstream
from fakie.adapters.wire.limits import Limits
from fakie.commands.options import table_options
from fakie.commands.record_gate import Commenter, opened_gate
from fakie.commands.stop_signals import StopSignals
from fakie.recorder.liveness import LivenessCheck
from fakie.recorder.proxy import MOST_BODY_BYTES, Counts, Proxy
from fakie_schemas.addresses import read_url
from fakie_schemas.errors import ConfigurationError
from fakie_schemas.hosts import is_loopback
from fakie_schemas.recordings.store import RecordingFolder
from fakie_schemas.version import __version__


@click.command()
@table_options("record", required=("upstream", "out"))
def record(
    upstream: str,
    out: Path,
    host: str,
    port: int,
    live: bool,
    max_credits: Decimal | None,
    ledger: Path,
    timeout: float,
) -> None:
    """Pass requests on to one upstream and write every exchange down, until Ctrl-C or SIGTERM."""
    signals = StopSignals()
    # Aside, so that no answer waits until somebody reads what is told of it.
    log, told = LogWriter(), LogWriter(sys.stdout.fileno())
    logging.basicConfig(level=logging.INFO, handlers=[log])
    server = LiveServer(host, port)
    target = HttpUpstream(upstream, timeout)
    gate = None
    try:
        _not_itself(server.url, upstream)
        gate = opened_gate(upstream, max_credits, ledger)
        liveness = LivenessCheck(target, live=live)
        proxy = Proxy(target, RecordingFolder(out), gate, liveness, judge=Commenter(), tell=told.tell)
        server.start(proxy, limits=Limits(body_bytes=MOST_BODY_BYTES))
        told.tell(f"fakie {__version__} recording {server.url} -> {upstream} into {out}")
        signals.wait()
        proxy.close(timeout)
    finally:
        server.stop()
        target.close()
        if gate is not None:
            gate.close()
        log.close()
    told.tell(_summary(proxy.counts, out))
    told.close()


def _not_itself(own: str, upstream: str) -> None:
    mine, theirs = read_url(own), read_url(upstream)
    if mine.port == theirs.port and is_loopback(theirs.host) and is_loopback(mine.host):
        raise ConfigurationError(f"--upstream {upstream} is this recorder itself; give --port another one")


def _summary(counts: Counts, out: Path) -> str:
    lost = f", {counts.unwritten} could not be written" if counts.unwritten else ""
    creates = f"paid creates passed: {counts.passed}, refused: {counts.refused}"
    return f"exchanges recorded: {counts.recorded}{lost}; {creates}; folder: {out}"
