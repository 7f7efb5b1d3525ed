"""Charges that show late: what was sent is watched until it has settled, before anything that may go over the cap."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

import pytest

from fakie_contract.purse.ledger import Ledger
from fakie_contract.purse.settling import Settling
from support.clients.suite import judge_live
from support.servers.liars import Liar, lying

MODEL = "elevenlabs/audio-isolation"
NO = {"code": 422, "msg": "no", "data": None}
SETTLING = Settling(5.0)


@dataclass
class Sent:
    """One create in the ledger: what became of it, and how long ago (s) it was answered."""

    state: str
    ago: float
    worst: int = 0


def wait(folder: Path, sent: list[Sent], cap: int = 0) -> float:
    """Return how long (s) the next create waits, in tenths of a second."""
    ledger = Ledger(folder / "ledger.sqlite")
    run = ledger.begin("a test", Decimal(cap), Decimal(1000))
    at = time.time()
    with ledger.transaction() as book:
        book.executemany(
            "INSERT INTO creates (run, at, pid, name, worst, state, charged, answered)"
            " VALUES (?, ?, 0, '', ?, ?, 0, ?)",
            [(run, at - one.ago, one.worst, one.state, at - one.ago) for one in sent],
        )
        return round(SETTLING.rest(book, run), 1)


@pytest.mark.parametrize(
    ("sent", "expected"),
    [
        ([], 0),
        ([Sent("refused", 1)], 34),
        ([Sent("refused", 40), Sent("refused", 1)], 4),
        ([Sent("refused", 40), Sent("refused", 4), Sent("unknown", 1)], 4),
        ([Sent("refused", 40), Sent("refused", 6)], 0),
        ([Sent("accepted", 9), Sent("refused", 8)], 27),
        # Its process died; it may be charged all the same.
        ([Sent("refused", 40), Sent("open", 1)], 4),
        ([Sent("accepted", 1)], 4),
        ([Sent("accepted", 9)] * 20 + [Sent("accepted", 1)], 4),
        ([Sent("accepted", 9)] * 3, 0),
        # A clock that has been set back: as if it had just been answered.
        ([Sent("refused", 40), Sent("refused", -100)], 5),
    ],
)
@pytest.mark.parametrize("cap", [0, 1000])
def test_each_create_settles_before_the_next_whatever_the_cap_is(
    sent: list[Sent], expected: float, cap: int, tmp_path: Path
) -> None:
    """The first that is not accepted seven times as long: most of what charges late does so from the first one."""
    assert wait(tmp_path, sent, cap) == expected


def test_a_clock_that_was_set_back_is_waited_for_once(tmp_path: Path) -> None:
    """What lies in the future is dated anew, so that the wait comes to its end."""
    file = tmp_path / "ledger.sqlite"
    assert wait(tmp_path, [Sent("refused", 40), Sent("accepted", -100)]) == 5
    ledger = Ledger(file)
    with ledger.transaction() as book:
        book.execute("UPDATE creates SET answered = answered - 4")
        assert SETTLING.rest(book, 1) <= 1


def test_what_is_watched_for_long_is_waited_for(tmp_path: Path) -> None:
    """Longer than another process's create would be."""
    assert Settling(60.0).longest == 420
    assert wait(tmp_path, [Sent("refused", 1)]) < SETTLING.longest


@pytest.mark.parametrize("workers", ["1", "2"])
def test_refusals_that_are_charged_late_cost_a_free_run_one_create(workers: str) -> None:
    """Nothing shows when the refusal has been answered; it does before the next one is sent."""
    with lying(Liar(refused_price=5.0, late=lambda _: 0.8, refuses=lambda _: NO)) as liar:
        words = ["-k", "createTask", "--settle", "0.4", "-n", workers]
        _, report = judge_live(liar, *words, paid=False)
    assert liar.charged == liar.dearest == 5
    assert "account.cannot_cost" in {found["rule"] for result in report["results"] for found in result["findings"]}


def test_a_last_refusal_that_is_charged_late_is_told_of() -> None:
    """The run waits for it at its end too."""
    with lying(Liar(refused_price=5.0, late=lambda _: 0.8, refuses=lambda _: NO)) as liar:
        done, report = judge_live(liar, "-k", "createTask::unknown-model", "--settle", "0.4", paid=False)
    assert (done.returncode, report["bill"]["spent"]) == (1, 5)


def test_a_second_charge_that_comes_late_ends_the_run() -> None:
    """The first create has shown its price, and costs as much again a moment later."""

    @dataclass
    class Twice(Liar):
        def _take(self, price: float, late: float) -> None:
            super()._take(price, late)
            self.pending += [(time.time() + 0.5, price)] if price and not late else []

    def other(body: object) -> dict[str, object] | None:
        return None if isinstance(body, dict) and body.get("model") == MODEL else NO

    with lying(Twice(refuses=other)) as liar:
        judge_live(liar, "--max-credits", "100", "--settle", "1", "-k", "optional or url-http")
    assert len(liar.creates) == 1


def test_a_target_that_begins_to_charge_late_takes_one_create_over_the_cap() -> None:
    """Three creates cost what they should; from the fourth on five times as much is taken a moment later."""

    @dataclass
    class Later(Liar):
        def _take(self, price: float, late: float) -> None:
            super()._take(price, late)
            if price and len(self.creates) > 3:
                self.charged, self.dearest = self.charged + 60, 60
                self.pending.append((time.time() + 0.6, 60))

    def other(body: object) -> dict[str, object] | None:
        return None if isinstance(body, dict) and body.get("model") == MODEL else NO

    with lying(Later(refuses=other)) as liar:
        judge_live(liar, "--max-credits", "100", "--settle", "1", "-k", "optional or url-http or fixture")
    assert len(liar.creates) == 4
    assert liar.charged <= 100 + liar.dearest


@pytest.mark.parametrize(
    "charges",
    [lambda number: number > 1, lambda number: number % 3 == 0, lambda number: number > 5],
    ids=["from the second", "every third", "from the sixth"],
)
@pytest.mark.parametrize("workers", ["1", "2"])
def test_refusals_that_begin_to_cost_take_one_create_over_the_cap(charges: Callable[[int], bool], workers: str) -> None:
    """Ten times the dearest price, a moment after each, and the cap would hold all of them at the list's price."""
    with lying(Liar(refused_price=500.0, charges=charges, late=lambda _: 0.3, refuses=lambda _: NO)) as liar:
        words = ["-k", "type- or missing or fixture", "--settle", "0.5", "-n", workers]
        judge_live(liar, "--max-credits", "400", *words)
    assert liar.charged == liar.dearest == 500


def test_asking_that_costs_is_seen_after_the_first_question() -> None:
    """Cases ask several times, and none of them a second time once that has been charged."""
    with lying(Liar(asking_price=3.0, refuses=lambda _: NO)) as liar:
        _, report = judge_live(liar, "-k", "recordInfo", paid=False)
    assert liar.charged == liar.dearest == 3
    assert report["results"][0]["findings"][0]["rule"] == "account.cannot_cost"


@pytest.mark.parametrize("late", [0.0, 0.3])
def test_polls_that_begin_to_cost_take_one_over_the_cap(late: float) -> None:
    """Before the next poll is sent, which comes some seconds later."""

    @dataclass
    class Later(Liar):
        def answer(self, method: str, path: str, authorization: str, content: bytes) -> dict[str, object]:
            polls = sum(times for (_, asked), times in self.asked.items() if asked.endswith("recordInfo"))
            if polls > 2 and path.partition("?")[0].endswith("recordInfo"):
                with self.lock:
                    self._take(9.0, late)
            return super().answer(method, path, authorization, content)

    with lying(Later(end_after=60.0, refuses=lambda _: None)) as liar:
        judge_live(liar, "--max-credits", "15", "-k", "life::success", "--settle", "0.4")
    assert liar.charged == 12 + 9


def test_questions_that_begin_to_cost_take_one_over_the_cap_of_a_free_run() -> None:
    """Three processes ask, one at a time."""

    @dataclass
    class Later(Liar):
        def answer(self, method: str, path: str, authorization: str, content: bytes) -> dict[str, object]:
            self.asking_price = 4.0 if sum(self.asked.values()) > 20 else 0.0
            time.sleep(0.05)
            return super().answer(method, path, authorization, content)

    with lying(Later(refuses=lambda _: NO)) as liar:
        judge_live(liar, "-n", "3", "-k", "unknown-task or wrong-method or unknown-path or key", paid=False)
    assert liar.charged == liar.dearest == 4
