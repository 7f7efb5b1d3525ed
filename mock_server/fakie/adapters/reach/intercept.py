"""All interceptions together, for the length of a block."""

from collections.abc import Callable, Collection, Iterable, Iterator
from contextlib import contextmanager
from functools import partial
from types import ModuleType

from fakie.adapters.reach.aio_http import answer_aiohttp
from fakie.adapters.reach.arrivals import at_import
from fakie.adapters.reach.claims import Claims
from fakie.adapters.reach.floor import floor, look_ups, watched
from fakie.adapters.reach.http_client import answer_http_client
from fakie.adapters.reach.http_core import answer_httpcore
from fakie.adapters.reach.other_mocks import (
    pass_aioresponses,
    pass_pook,
    pass_requests_mock,
    pass_responses,
    pass_respx,
    pass_vcr,
)
from fakie.adapters.reach.own_network import guard_curl_cffi, guard_pycares, guard_pycurl, guard_uvloop
from fakie.adapters.reach.reach import Reach
from fakie.adapters.reach.replacing import Replacements, Substitute
from fakie.adapters.reach.urllib3_future import answer_urllib3_future
from fakie.adapters.wire.limits import Limits
from fakie.core.ports import Door

_StandIns = Callable[[ModuleType, Reach], Iterable[Substitute]]

# By the module whose import brings the library.
_LIBRARIES: dict[str, _StandIns] = {
    "aiohttp": answer_aiohttp,
    "httpcore": answer_httpcore,
    "httpcore2": answer_httpcore,
    "urllib3": answer_urllib3_future,
    "urllib3_future": answer_urllib3_future,
    "curl_cffi": guard_curl_cffi,
    "pycares": guard_pycares,
    "pycurl": guard_pycurl,
    "uvloop": guard_uvloop,
    "aioresponses": pass_aioresponses,
    "pook": pass_pook,
    "requests_mock": pass_requests_mock,
    "responses": pass_responses,
    "respx": pass_respx,
    "vcr": pass_vcr,
}


@contextmanager
def intercept(door: Door, bases: Collection[str], limits: Limits, *, refuse_others: bool = False) -> Iterator[Reach]:
    """Answer this process's calls to the vendor's hosts and to these base URLs by a door; yield what is refused.

    Requests are read within `limits`. With `refuse_others`, calls to anything else but loopback are refused as well.
    """
    claims = Claims.of(bases, refuse_others=refuse_others)
    reach = Reach(door, claims, limits, depth=len(watched().reaches))
    replacements, names = Replacements(), Replacements()
    reach.give_way = names.put_back

    def arrived(stand_ins: _StandIns, module: ModuleType) -> None:
        replacements.put(stand_ins(module, reach))

    try:
        replacements.put(floor(reach))
        names.put(look_ups(reach))
        replacements.put(answer_http_client(reach))
        with at_import({name: partial(arrived, stand_ins) for name, stand_ins in _LIBRARIES.items()}):
            yield reach
    finally:
        replacements.put_back()
        names.put_back()
        reach.end()
