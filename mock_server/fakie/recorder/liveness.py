"""Whether requests to a recorder's upstream can cost: it is a host elsewhere, or a recorder in front of one."""

from fakie.core.levers.lever import PREFIX as LEVERS
from fakie.recorder.upstream import Upstream
from fakie_schemas.addresses import read_url
from fakie_schemas.hosts import is_loopback
from fakie_schemas.payment import live_upstream
from fakie_schemas.recordings.bodies import json_value


class LivenessCheck:
    """Tells whether an upstream is live; with `live` it is, whatever it seems."""

    def __init__(self, upstream: Upstream, *, live: bool = False) -> None:
        self._upstream = upstream
        self._certain = live or not is_loopback(read_url(upstream.url).host)

    def live(self) -> bool:
        """Tell whether requests can reach what costs, anew each time; raises NoAnswer when nobody can say."""
        return self._certain or self._before_a_live_one()

    def _before_a_live_one(self) -> bool:
        answer = self._upstream.send("GET", f"{LEVERS}/", {"accept": "application/json"}, b"")
        value = json_value(answer.body)
        data = value.get("data") if isinstance(value, dict) else None
        return bool(live_upstream(data))
