"""`fakie exec`: run a command of any language with a fake of its own, and say how its client behaved."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

import click

from fakie.commands.options import table_options
from fakie.commands.stop_signals import wait_for
from fakie.harness.env_lines import FORMS, value_of, variable
from fakie.harness.fake import Fake
from fakie.harness.start import SharedServer, new_fake
from fakie_schemas.errors import ConfigurationError

# The names that public clients read; `url` and `key` are the fake's.
VARIABLES: Mapping[str, str] = {
    "KIE_BASE_URL": "url",
    "KIE_API_BASE": "url",
    "KIE_API_URL": "url/api/v1",
    "KIE_API_BASE_URL": "url/api/v1",
    "KIE_UPLOAD_BASE_URL": "url",
    "KIE_AI_BASE_URL": "url/api/v1",
    "KIE_AI_FILE_UPLOAD_BASE_URL": "url",
    "KIE_API_KEY": "key",
    "KIEAI_API_KEY": "key",
    "KIE_AI_API_KEY": "key",
}
_SIGNALLED = 128
# Those of them that this system has.
_HANDED_ON = [
    getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP", "SIGUSR1", "SIGUSR2") if hasattr(signal, name)
]


@click.command("exec", context_settings={"allow_interspersed_args": False})
@click.argument("command", nargs=-1, required=True, type=click.UNPROCESSED)
@table_options("exec")
def exec(  # noqa: A001
    command: tuple[str, ...], env: tuple[str, ...], conduct: str, scenario: Mapping[str, Any] | None, **how: Any
) -> None:
    """Run COMMAND with the environment of a fake that is started for it, and pass its exit code on.

    The client's conduct is told on stderr, and the journal's last lines when the command failed.
    """
    server = SharedServer()
    try:
        fake = new_fake(server.url, **how)
        if scenario is not None:
            fake.play(scenario)
        with server.speaking_for(fake):
            code = _run(command, {**os.environ, **_variables(fake, env)})
            serious = _tell(fake, failed=code != 0, conduct=conduct)
    finally:
        server.stop()
    sys.exit(code or int(serious and conduct == "error"))


def _variables(fake: Fake, own: Sequence[str]) -> dict[str, str]:
    """Return the variables that point a client at the fake; `own` are lines for more."""
    wanted = dict(VARIABLES)
    for line in own:
        read = variable(line)
        if read is None:
            raise ConfigurationError(f"--env: expected {FORMS}; got {line!r}")
        wanted |= [read]
    return {name: value_of(what, fake.url, fake.key) for name, what in wanted.items()}


def _run(command: Sequence[str], environment: Mapping[str, str]) -> int:
    """Run the command to its end; what would end this process is passed on to it."""
    children: list[subprocess.Popen[bytes]] = []
    with _passing_on(children):
        try:
            children.append(subprocess.Popen(command, env=environment))  # noqa: S603 - the user's own command
        except OSError as error:
            raise ConfigurationError(f"{command[0]!r} cannot be run: {error.strerror or error}") from None
        code = wait_for(children[0])
    return code if code >= 0 else _SIGNALLED - code


@contextmanager
def _passing_on(children: "Sequence[subprocess.Popen[bytes]]") -> Iterator[None]:
    """Hand signals on to the command, from before it begins, so that it never outlives this process."""

    def hand_on(number: int, _: object) -> None:
        # A terminal sends Ctrl-C to the command as well: here it is only waited for.
        if number == signal.SIGINT and sys.stdin is not None and sys.stdin.isatty():
            return
        for child in children:
            child.send_signal(number)

    former = {number: signal.signal(number, hand_on) for number in _HANDED_ON}
    try:
        yield
    finally:
        for number, handler in former.items():
            signal.signal(number, handler)


def _tell(fake: Fake, *, failed: bool, conduct: str) -> bool:
    """Print what is to be said; returns whether the client did anything that may fail a run."""
    findings = [] if conduct == "off" else fake.conduct
    for finding in findings:
        click.echo(f"fakie: conduct: {finding}; instead: {finding.instead}", err=True)
    if failed:
        # Only a command that failed needs it.
        from fakie.harness.red_report import history, last_refusal

        unasked = [f"the command asked the fake for nothing; it listened at {fake.url}, for uploads too"]
        for line in filter(None, [last_refusal(fake), *(history(fake) or unasked)]):
            click.echo(f"fakie: {line}", err=True)
    return any(finding.serious for finding in findings)
