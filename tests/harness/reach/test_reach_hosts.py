"""Which hosts are meant: those of the vendor, others that may be refused as well, and this machine."""

import asyncio
import socket
import time
import urllib.request
from collections.abc import Callable
from typing import Any

import pytest
import requests
import urllib3

import fakie_schemas
from fakie.adapters.reach.claims import Claims
from fakie.adapters.reach.refusals import CallRefusedError
from fakie.harness.start import in_process, new_fake
from fakie_schemas.validator import contract_validator

OTHERS: list[Callable[[], Any]] = [
    lambda: requests.get("https://elsewhere.test/", timeout=1),
    lambda: urllib3.request("GET", "https://elsewhere.test/", retries=False),
    # An opener of its own: the shared one keeps the proxies of whoever asked first.
    lambda: urllib.request.build_opener().open("http://elsewhere.test/", timeout=1),
    lambda: pytest.importorskip("httpx").get("https://elsewhere.test/"),
    lambda: asyncio.run(_async_get_elsewhere()),
    lambda: pytest.importorskip("curl_cffi").get("https://elsewhere.test/"),
    lambda: socket.create_connection(("192.0.2.1", 80), timeout=1),
    lambda: socket.socket(socket.AF_INET, socket.SOCK_DGRAM).sendto(b"x", ("192.0.2.1", 53)),
]


async def _async_get_elsewhere() -> None:
    async with pytest.importorskip("aiohttp").ClientSession() as session:
        await session.get("https://elsewhere.test/")


@pytest.mark.parametrize("call", OTHERS)
@pytest.mark.filterwarnings("ignore:unclosed:ResourceWarning")
def test_other_hosts_are_refused_for_every_library(call: Callable[[], Any]) -> None:
    """By name or by address; the message says how to let them through."""
    with (
        in_process(new_fake(), refuse_others=True) as reach,
        pytest.raises(Exception, match="refuses calls to other hosts"),
    ):
        call()
    assert "fakie_other_hosts=pass" in reach.refusals[0]


def test_this_machine_is_reached_even_when_others_are_refused() -> None:
    """Loopback, by name and address, and the machine's own name stay open."""
    with in_process(new_fake(), refuse_others=True), socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        for host in ("127.0.0.1", "localhost"):
            socket.create_connection((host, port), timeout=3).close()
        assert CallRefusedError not in {type(error) for error in [_error(socket.gethostbyname, socket.gethostname())]}
        pytest.importorskip("curl_cffi")


def _error(act: Callable[..., Any], *given: Any) -> Exception | None:
    try:
        act(*given)
    except OSError as error:
        return error
    return None


def test_the_vendors_hosts_are_data_that_holds() -> None:
    """The list keeps its published form, and every row says how it is known."""
    data = fakie_schemas.read_json(fakie_schemas.data_folder("hosts.json"))
    contract_validator(fakie_schemas.format_schema("hosts")).validate(data)
    assert {entry["mark"] for entry in data["hosts"]} == set(data["marks"])
    assert [entry["host"] for entry in fakie_schemas.vendor_hosts() if "answered_below" in entry] == [
        "api.kie.ai",
        "kieai.redpandaai.co",
        "tempfile.redpandaai.co",
    ]


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("--base=https://API.kie.ai/api/v1", "api.kie.ai"),
        ("x tempfile.aiquickdraw.com:443", "tempfile.aiquickdraw.com"),
        ("https://api.kie.ai.evil.test/", None),
        ("api-kie.ai notkie.ai", None),
        ("a." * 30_000, None),
        ("a-" * 30_000 + ".kie.ai", None),
    ],
)
def test_a_host_is_found_in_what_a_process_is_given(text: str, named: str | None) -> None:
    """As a whole name in any surroundings, in time that grows with the text and no faster."""
    started = time.process_time()
    assert Claims.of([]).named_in(text) == named
    assert time.process_time() - started < 10
