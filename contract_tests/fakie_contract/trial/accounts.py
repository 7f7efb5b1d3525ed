"""The accounts of one case: its own, as new, or one that cases of one request share."""

from collections.abc import Callable, Mapping
from typing import Any

from fakie_contract.http.exchange import SentRequest
from fakie_contract.http.levers import Levers
from fakie_contract.trial.environment import Environment, new_key
from fakie_contract.trial.keys import SharedAccount, ShownKeys, TargetAccount

# Credits that pay for every task of a case, whatever the target's prices are.
PLENTY = 1_000_000


class CaseAccounts:
    """The accounts of one case; `open_one` pulls the lever that opens one, `tell` notes a request to be repeated."""

    def __init__(
        self,
        env: Environment,
        keys: ShownKeys,
        open_one: Callable[[Mapping[str, Any]], Any],
        tell: Callable[[SentRequest], None],
    ) -> None:
        self._env = env
        self._keys = keys
        self._open_one = open_one
        self._tell = tell
        self._made: list[TargetAccount] = []

    def any(self, wanted: Mapping[str, Any]) -> TargetAccount:
        """Return an account, of this case alone where that can be; `wanted`: credits, webhook_key, by lever."""
        env = self._env
        if wanted or (env.levers and not env.any_key):
            return self._opened(wanted)
        if env.any_key:
            return self._added(env.spare_keys.pop() if env.spare_keys else new_key())
        return TargetAccount(env.target.key, own=False)

    def shared(self, *, is_refused: bool) -> TargetAccount:
        """Return an account for a case of one request; on a fake that forgets it is shared by a few of them in turn."""
        env = self._env
        if not env.forgets:
            return self.any({})
        shared = next((one for one in env.shared if one.refuses is is_refused and not one.is_used_up), None)
        if shared is None:
            account = self.any({})
            self._made.remove(account)
            shared = SharedAccount(account.key, is_refused)
            env.shared.append(shared)
        else:
            self._keys.add(shared.key)
            self._tell_opening({"key": shared.key})
        shared.cases += 1
        return TargetAccount(shared.key, own=True)

    def tidy(self, *, is_odd: bool) -> None:
        """Make a fake forget what they did, so that they are as new, and used again.

        Also those that are shared where the case `is_odd`: that is not to be seen in the next one.
        """
        env = self._env
        if env.levers is None or not env.forgets:
            return
        over = [one for one in env.shared if is_odd or (one.is_used_up and not one.unread)]
        env.shared = [one for one in env.shared if one not in over]
        done, self._made = [*(account.key for account in self._made), *(one.key for one in over)], []
        if env.fake_keys:
            self._tidy_all(env.levers)
            return
        for key in done:
            answer = env.client.send(env.levers.request("POST", "/reset", {"account": key}))
            if answer.code == env.profile.row("accepted").code:
                env.spare_keys.append(key)

    def _tidy_all(self, levers: Levers) -> None:
        """Make a whole fake forget, once its accounts are used up and what they were charged has been read."""
        env = self._env
        if not env.is_used_up or any(shared.unread for shared in env.shared):
            return
        env.shared = []
        is_new = env.client.send(levers.request("POST", "/reset", {})).code == env.profile.row("accepted").code
        env.spare_keys = [*env.fake_keys] if is_new else []

    def _opened(self, wanted: Mapping[str, Any]) -> TargetAccount:
        """Open an account by lever: a new one, or one that an earlier case has left as new."""
        spare = self._env.spare_keys
        is_open = bool(spare)
        account = self._added(spare.pop() if is_open else new_key())
        opening = {"key": account.key, **wanted}
        # Those of a fake of this process have plenty as they are.
        as_new = {"credits": PLENTY} if self._env.fake_keys else {}
        if is_open and wanted.items() <= as_new.items():
            self._tell_opening(opening)
        else:
            self._open_one(opening)
        return account

    def _tell_opening(self, opening: Mapping[str, Any]) -> None:
        # Whoever repeats what a finding shows has to open it.
        if self._env.levers:
            self._tell(self._env.levers.request("POST", "/accounts", opening))

    def _added(self, key: str) -> TargetAccount:
        account = TargetAccount(key, own=True)
        self._env.opened += 1
        self._made.append(account)
        self._keys.add(key)
        return account
