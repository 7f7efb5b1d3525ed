"""Charges that show late: what was sent is watched until it has settled, before anything that may go over the cap."""

import time
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
# Credits, as they are stored.
PRICE = 120_000


@dataclass
class Sent:
    """One create in the ledger: what became of it, and how long ago (s) it was answered."""

    state: str
    ago: float
    worst: int = 0


def wait(folder: Path, sent: list[Sent], cap: int = 0, worst: int = 0) -> float:
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
        return round(SETTLING.wait(book, run, worst), 1)


@pytest.mark.parametrize(
    ("sent", "expected"),
    [
        ([], 0),
        ([Sent("refused", 1)], 34),
        ([Sent("refused", 40), Sent("refused", 1)], 4),
        ([Sent("refused", 40), Sent("refused", 4), Sent("unknown", 1)], 4),
        ([Sent("refused", 40), Sent("refused", 6)], 0),
        # A clock that was wrong: nobody waits for what lies in the future.
        ([Sent("refused", -100)], 0),
    ],
)
def test_without_a_cap_each_refusal_settles_before_the_next(sent: list[Sent], expected: float, tmp_path: Path) -> None:
    """The first one seven times as long as the others, since most of what charges late does so from the first."""
    assert wait(tmp_path, sent) == expected


@pytest.mark.parametrize(
    ("recent", "cap", "expected"), [(2, 40, 0), (3, 40, 4), (5, 100, 0), (9, 100, 4), (1, 12, 4), (0, 12, 0)]
)
def test_with_a_cap_refusals_wait_only_where_they_might_go_over_it(
    recent: int, cap: int, expected: float, tmp_path: Path
) -> None:
    """Were all that has not settled charged as the dearest create, the cap must hold it beside the next."""
    sent = [Sent("refused", 60, PRICE), *[Sent("refused", 1, PRICE)] * recent]
    assert wait(tmp_path, sent, cap, PRICE) == expected


@pytest.mark.parametrize(
    ("sent", "expected"),
    [
        ([Sent("accepted", 1)], 4),
        ([Sent("accepted", 9)] * 2 + [Sent("accepted", 1)], 4),
        ([Sent("accepted", 1)] * 4, 4),
    ],
)
def test_the_first_accepted_creates_settle_whatever_the_cap_is(
    sent: list[Sent], expected: float, tmp_path: Path
) -> None:
    """A second charge may come after the first one."""
    assert wait(tmp_path, sent, 1000, PRICE) == expected


def test_once_three_creates_have_settled_their_prices_are_believed(tmp_path: Path) -> None:
    """The fourth is not waited for."""
    sent = [Sent("accepted", 9, PRICE)] * 3 + [Sent("accepted", 1, PRICE)]
    assert wait(tmp_path, sent, 1000, PRICE) == 0


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


def test_asking_that_costs_is_seen_after_the_first_question() -> None:
    """Cases ask several times, and none of them a second time once that has been charged."""
    with lying(Liar(asking_price=3.0, refuses=lambda _: NO)) as liar:
        _, report = judge_live(liar, "-k", "recordInfo", paid=False)
    assert liar.charged == liar.dearest == 3
    assert report["results"][0]["findings"][0]["rule"] == "account.cannot_cost"
