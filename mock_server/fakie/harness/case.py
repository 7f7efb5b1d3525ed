"""unittest's test cases with a fake: a mixin that works under unittest and under pytest alike."""

import functools
import os
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, ClassVar, Protocol, cast

from fakie.core.conduct.finding import in_words
from fakie.harness.fake import Fake
from fakie.harness.in_test import InTest, Surroundings, afterwards, in_test
from fakie.harness.marker import check_settings, said
from fakie.harness.start import SessionCache
from fakie_schemas.options.option import Option


class _Case(Protocol):
    def enterContext(self, cm: Any) -> Any: ...  # noqa: N802 - unittest's own name
    def addCleanup(self, function: Any, /, *arguments: Any) -> None: ...  # noqa: N802
    def addClassCleanup(self, function: Any, /, *arguments: Any) -> None: ...  # noqa: N802
    def id(self) -> str: ...
    def fail(self, msg: Any) -> None: ...


class FakieMixin:
    """Stands before `unittest.TestCase` or `IsolatedAsyncioTestCase`, and gives each test its fake as `self.fakie`.

    `fakie_settings` are the marker's arguments, `fakie_hosts` base URLs that are answered besides the vendor's,
    `fakie_accounts` accounts by key. What the settings leave out is as the environment says, such as `FAKIE_SPEED`.
    Findings about the client fail a test where `conduct` is `error`; unittest has no summary to name them in.
    The fake is there before any `setUp` begins, whether or not that calls `super().setUp()`.
    """

    fakie: Fake
    _fakie_kept: ClassVar[SessionCache]
    fakie_settings: ClassVar[Mapping[str, Any]] = {}
    fakie_hosts: ClassVar[Sequence[str]] = ()
    fakie_accounts: ClassVar[Mapping[str, Mapping[str, Any]]] = {}

    def __init_subclass__(cls, **named: Any) -> None:
        """Let the fake come before the `setUp` of a class: what that called without it would leave this machine."""
        super().__init_subclass__(**named)
        cls.setUp = _after_the_fake(cls.setUp)  # type: ignore[method-assign,assignment]

    def setUp(self) -> None:
        """Begin the test with a fake of its own."""
        self._begin()
        cast(Any, super()).setUp()

    def _begin(self) -> None:
        if "fakie" in vars(self):
            return
        case = cast(_Case, self)
        check_settings(self.fakie_settings, Path())
        how = said(self.fakie_settings, Path(), _by_environment)
        around = Surroundings(self.fakie_hosts, self.fakie_accounts)
        within: InTest = case.enterContext(in_test(self._kept(), how, around, seed=case.id()))
        self.fakie = within.fake
        case.addCleanup(vars(self).pop, "fakie")
        case.addCleanup(self._judge, how["conduct"])

    @classmethod
    def _kept(cls) -> SessionCache:
        kept: SessionCache | None = cls.__dict__.get("_fakie_kept")
        if kept is None:
            kept = cls._fakie_kept = SessionCache()
            cast(_Case, cls).addClassCleanup(kept.close)
        return kept

    def _judge(self, conduct: str) -> None:
        fault = afterwards(self.fakie)
        if not fault and conduct == "error":
            words = in_words(self.fakie.conduct)
            fault = words and f"the client's conduct:\n{words}"
        if fault:
            cast(_Case, self).fail(fault)


def _after_the_fake(own: Callable[[Any], None]) -> Callable[[Any], None]:
    @functools.wraps(own)
    def set_up(case: FakieMixin) -> None:
        case._begin()
        own(case)

    return set_up


def _by_environment(option: Option) -> Any:
    said_there = os.environ.get(option.variable, "") if option.variable else ""
    text = said_there or option.default or ""
    return option.value(text, shown_as=option.variable or "")
