"""`fakie check-receiver`: a test suite for a webhook receiver."""

import importlib
import json
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import click

from fakie.adapters.app_receiver import place_of
from fakie.commands.each_trace_once import each_trace_once
from fakie.commands.options import table_options
from fakie.core.ports import Outgoing
from fakie.harness.fake import Fake
from fakie.harness.receiver import Receiver, ReceiverAnswer
from fakie.harness.receiver_stages import named_endpoints
from fakie.harness.receiver_suite import check_receiver as check
from fakie.harness.receiver_verdicts import GIVEN_UP_AFTER, found, in_lines
from fakie.harness.receivers import receiver_at
from fakie.harness.start import new_fake
from fakie_schemas.errors import ConfigurationError
from fakie_schemas.rules.difference import Difference
from fakie_schemas.validator import is_absolute_http_url

FORMAT_VERSION = 1
_FIRST_SECONDS = 5.0
# With what it takes to start, and to give up an app that blocks, a whole run stays under a minute.
_LONGEST = 45.0
# What frameworks answer for a path, or a method, that nobody takes, and for one that lacks its last slash.
_NOTHING_THERE = {301, 302, 303, 307, 308, 404, 405}


@click.command("check-receiver")
@click.argument("target", metavar="URL|MODULE:APP")
@table_options("check-receiver")
def check_receiver(target: str, probe: str | None, endpoint: str | None, as_json: bool, **how: Any) -> None:
    """Send a webhook receiver every callback that may come: success, failure, twice, forged, old, broken, slow.

    A run takes less than a minute; what a slow receiver was not sent is named.

    The callbacks are those of models, or with --endpoint those of a family, in their stages: lost, twice, out of
    order, and a failure after the first.

    TARGET is its URL, or the WSGI or ASGI app itself as module:name. Exit code 0: nothing found; 1: a breaking or
    minor finding; 2: it could not be reached or loaded, or something was not judged (info).
    """
    named = named_endpoints(endpoint or "")
    sys.path.insert(0, str(Path.cwd()))
    with each_trace_once():
        reached = target if is_absolute_http_url(target) else _load(target)
        receiver = receiver_at(reached, probe=_load_probe(probe) if probe else None, in_thread=True, **how)
        first, findings = _tried(target, receiver, named)
    _show(findings, as_json)
    if first.status in _NOTHING_THERE:
        path = urlsplit(receiver.url).path or "/"
        told = "where callbacks are taken is said by --path of an app, or by the URL"
        click.echo(f"fakie: a right callback to {path} was answered HTTP {first.status}: {told}", err=True)
    sys.exit(_exit_code(findings))


def _exit_code(findings: Sequence[Difference]) -> int:
    """Return 1 for what the receiver broke; what is told for information alone was not judged, and is no pass."""
    if all(one.fails_nobody for one in findings):
        return 2 if findings else 0
    return 1


def _tried(target: str, receiver: Receiver, endpoints: Sequence[str]) -> tuple[ReceiverAnswer, list[Difference]]:
    fake = new_fake()
    began = time.monotonic()
    first = receiver.post(_hello(receiver, fake, endpoints[0] if endpoints else None))
    if first.unreachable:
        raise ConfigurationError(f"{target} could not be reached: {first.error}")
    left = _LONGEST - (time.monotonic() - began)
    return first, [*check(receiver, fake, left, endpoints), *_of_first(first)]


def _hello(receiver: Receiver, fake: Fake, endpoint: str | None) -> Outgoing:
    written = fake.signed_callback(webhook_key=receiver.webhook_key, model=endpoint)
    return Outgoing(receiver.url, tuple(written.headers.items()), written.content, _FIRST_SECONDS)


def _of_first(answer: ReceiverAnswer) -> Iterator[Difference]:
    """Judge the time alone: a receiver that only its first callback finds asleep is slow, whatever comes after."""
    if answer.seconds >= _FIRST_SECONDS:
        got = f"nothing within {_FIRST_SECONDS:g} s" if answer.status is None else f"{answer.seconds:.1f} s"
        yield found("receiver.slow", "first callback", got, seconds=f"{GIVEN_UP_AFTER:g}")


def _load(name: str) -> Callable[..., Any]:
    module, separator, attribute = name.partition(":")
    if not separator or attribute.startswith("//"):
        raise ConfigurationError(f"expected an http or https URL, or module:name; got {name!r}")
    try:
        loaded: Callable[..., Any] = getattr(importlib.import_module(module), attribute)
    except (ImportError, AttributeError) as error:
        raise ConfigurationError(f"{name}: {error}") from None
    except (Exception, SystemExit) as error:  # noqa: BLE001 - whatever their module raises, it could not be loaded
        raise ConfigurationError(f"{name} could not be loaded: {_words_of(error)}") from None
    return loaded


def _load_probe(name: str) -> Callable[[], Any]:
    probe = _load(name)
    if not callable(probe):
        raise ConfigurationError(f"--probe {name}: expected a function without arguments; got {probe!r:.80}")

    def ask() -> Any:
        try:
            return probe()
        except Exception as error:  # noqa: BLE001 - without what it gives nothing can be judged
            raise ConfigurationError(f"--probe {name} failed: {_words_of(error)}") from None

    return ask


def _words_of(error: BaseException) -> str:
    """Return an error's type, words, and the place in the user's own code, on one line."""
    return " ".join(f"{type(error).__name__}: {error}{place_of(error)}".split())


def _as_data(one: Difference) -> dict[str, str]:
    return {name: str(getattr(one, name)) for name in ("severity", "rule", "case", "expected", "got", "source")}


def _show(findings: list[Difference], as_json: bool) -> None:
    if as_json:
        data = {"format_version": FORMAT_VERSION, "findings": [_as_data(finding) for finding in findings]}
        click.echo(json.dumps(data, ensure_ascii=False, indent=2))
        return
    if not findings:
        click.echo("the receiver takes what it should, and refuses what it should")
        return
    for line in in_lines(findings):
        click.echo(line)
