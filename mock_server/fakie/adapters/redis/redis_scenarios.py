"""The scenarios that all processes of a fake play, kept and counted in Redis: each request has one number among all."""

import json
import secrets
from collections.abc import Mapping, Sequence
from typing import Any

from fakie.adapters.redis import scenario_scripts as scripts
from fakie.adapters.redis.connection import RedisConnection
from fakie.adapters.redis.glances import Glances
from fakie.core.kept.texts import written
from fakie.core.scenario.shelf import KeptScenario, Stretch

_ALL = "*"


class RedisCounts:
    """`ScenarioCounts` in Redis, of the scenario of an id; a request to one that has just ended is the first of all."""

    def __init__(self, connection: RedisConnection, number: str) -> None:
        self._count = connection.script(scripts.COUNT)
        self._number = number

    def count(self, asked: str, quotas: Mapping[str, Stretch]) -> tuple[int, Mapping[str, int]]:
        """Count a request, all its counts in one go."""
        told = [part for name, stretch in quotas.items() for part in (name, *stretch)]
        first, *others = self._count(self._number, asked, *told) or [1] * (len(quotas) + 1)
        return int(first), dict(zip(quotas, map(int, others), strict=True))


class RedisScenarios:
    """A `ScenarioShelf` in Redis."""

    def __init__(self, connection: RedisConnection, glances: Glances) -> None:
        self._connection = connection
        self._glances = glances
        self._play = connection.script(scripts.PLAY)
        self._stop = connection.script(scripts.STOP)

    def version(self) -> object:
        """Return the number that every change raises."""
        return self._glances.scenarios_version()

    def kept(self) -> Sequence[KeptScenario]:
        """Return what is played, by whichever process it was begun."""
        found = self._connection.command("HGETALL", "scenarios")
        return [self._read(account.decode(), text) for account, text in found.items()]

    def play(self, data: Mapping[str, Any], account: str | None, began: float) -> None:
        """Keep a scenario in place of the one of the account, or of all."""
        self._play(account or _ALL, secrets.token_hex(8), written({"data": data, "began": began}))

    def stop(self, account: str | None) -> int:
        """Forget the scenario of an account, or every one."""
        return int(self._stop(account or ""))

    def _read(self, account: str, text: bytes) -> KeptScenario:
        number, _, kept = text.partition(b" ")
        read = json.loads(kept)
        counts = RedisCounts(self._connection, number.decode())
        return KeptScenario(read["data"], None if account == _ALL else account, read["began"], counts)
