"""The purse and its ledger: what may be sent, in whatever order things go wrong."""

import os
import signal
import sqlite3
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import pytest

from fakie_contract.cases.attempt import Attempt, attempt_case, situation_of
from fakie_contract.cases.every import every_case
from fakie_contract.cases.generated import generated_cases
from fakie_contract.cases.replay import replay_case, replay_id
from fakie_contract.http.client import NoAnswer
from fakie_contract.http.exchange import Answer
from fakie_contract.http.target import Target
from fakie_contract.purse.interrupt import uninterrupted
from fakie_contract.purse.ledger import Ledger, LedgerBroken
from fakie_contract.purse.names import Names
from fakie_contract.purse.paid_consent import may_pay
from fakie_contract.purse.pricing import Pricing
from fakie_contract.purse.purse import CreateRequest, NotAllowed, Purse
from fakie_contract.run.accounting import Accounting
from fakie_contract.run.bill import Bill, BillLine
from fakie_schemas.catalog.prices import Prices
from fakie_schemas.catalog.profile import Profile
from fakie_schemas.errors import ConfigurationError
from support.purse import BODY, CATALOG, MODEL, opened, refused, seen, wanted
from support.servers.stand_in import KEY, StandIn, standing_in
from support.signals import heard

PROFILE = Profile.load("documented")
PRICE = Decimal(12)
NEARLY = (MODEL.upper(), f"{MODEL} ", f"\t{MODEL}", "ElevenLabs_Audio.Isolation", "audio-isolation", f"{MODEL}-v2")


def answered(content: bytes) -> Answer:
    return Answer(200, {}, content)


@pytest.mark.parametrize("name", NEARLY)
def test_a_name_like_a_models_is_not_free(name: str, tmp_path: Path) -> None:
    """A tolerant target may take it for the model: without both acts it is not sent, with them it costs as that."""
    revision = CATALOG.served(MODEL)
    assert revision is not None
    body = {**BODY, "model": name}
    assert situation_of(revision, body) == "model_unknown"
    assert attempt_case(Attempt(revision, body, "model_unknown"), PROFILE, "a", "b").cost == "may_cost"
    assert replay_case(CATALOG, PROFILE, replay_id(MODEL, body)).cost == "may_cost"
    assert Pricing(Prices.load(None), CATALOG).worst(None, body).credits == PRICE
    with pytest.raises(NotAllowed, match="FAKIE_ALLOW_PAID"):
        opened(tmp_path, paid=False).reserve(wanted("model_unknown", body, free=True))


def test_what_is_free_names_no_model() -> None:
    """Of every case of some models, also generated ones, those that cannot cost send nothing like a model's name."""
    names = Names(CATALOG.models)
    for model in CATALOG.models[::12]:
        revision = CATALOG.served(model)
        assert revision is not None
        cases = [*every_case(CATALOG, PROFILE, (model,)), *generated_cases(revision, PROFILE, 60, 1, CATALOG.docs)]
        free = [case for case in cases if case.cost == "free" and case.kind == "model_unknown"]
        assert free
        assert [body for case in free for body in case.sends() if names.resembled(body["model"])] == []


def test_an_unknown_model_is_free_and_an_empty_name_is_not() -> None:
    """Nothing can be made of a model that does not exist; no name at all may mean a default one."""
    names = Names(CATALOG.models)
    assert [names.is_no_model(name) for name in ("none of these", "fakie/no-such-model", "", " /", None)] == [
        True,
        True,
        False,
        False,
        False,
    ]
    assert names.resembled(MODEL) == (MODEL,)


@pytest.fixture
def _as_in_a_terminal() -> Iterator[None]:
    """Hear Ctrl-C: a shell lets what it starts in the background ignore it."""
    with heard(signal.SIGINT, signal.default_int_handler):
        yield


@pytest.mark.usefixtures("_as_in_a_terminal")
def test_ctrl_c_is_heard_whatever_the_block_does() -> None:
    """It ends the run also when the create that it waited for had no answer."""

    def create(*, silent: bool, ended: bool) -> None:
        if ended:
            signal.raise_signal(signal.SIGINT)
        if silent:
            raise NoAnswer("no whole answer")

    for silent in (True, False):
        with pytest.raises(KeyboardInterrupt), uninterrupted():
            create(silent=silent, ended=True)
    with pytest.raises(NoAnswer), uninterrupted():
        create(silent=True, ended=False)


def test_an_interrupted_run_sends_nothing_more_and_counts_towards_the_next(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Stopped in one process, all are refused; what has had no answer at the end is the next run's to bear."""
    monkeypatch.setenv("FAKIE_API_KEY", KEY)
    file = tmp_path / "ledger.sqlite"
    with standing_in(StandIn()) as stand_in:
        accounting = Accounting.opened(Target.at(stand_in.url, live=True, paid=True), file, Decimal(100))
        other = Purse(Ledger(file), accounting.run, Pricing(Prices.load(None), CATALOG), paid=True)
        other.reserve(wanted())
        other.surprised("wrong_type", "it was accepted")
        accounting.stop()
        for kind, free in ((None, False), ("unauthorized", True)):
            with pytest.raises(NotAllowed, match="interrupted"):
                other.reserve(wanted(kind, free=free))
        assert accounting.bill()["stopped"] == ["wrong_type: it was accepted", "every kind: the run was interrupted"]
        accounting.end()
    following = opened(tmp_path, cap=20, target=stand_in.url)
    assert following.ledger.balance(following.run).estimate == PRICE
    assert following.ledger.stopped(following.run) == {"wrong_type": "it was accepted"}
    with pytest.raises(NotAllowed, match="of the cap of 20"):
        following.reserve(wanted())
    with pytest.raises(NotAllowed, match="taken it over"):
        other.reserve(wanted())


def test_a_run_whose_creates_are_all_answered_ends(tmp_path: Path) -> None:
    """What it spent is no matter of the next run with the same ledger."""
    purse = opened(tmp_path)
    with purse.reserve(wanted()) as reservation:
        reservation.accepted("a-task")
    with pytest.raises(LedgerBroken, match=f"in use by process {os.getpid()}"):
        opened(tmp_path)
    purse.ledger.end(purse.run)
    following = opened(tmp_path)
    assert following.ledger.balance(following.run).estimate == 0


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        (b'"\\ud800abc"', "\\ud800abc"),
        (b'"' + b"x" * 5000 + b'"', "x" * 200),
        (b"[" * 900 + b"]" * 900, "["),
        (b"7", "7"),
        (f'"{"x" * 190}{KEY}"'.encode(), "x" * 190 + "$FAKIE_API"),
    ],
    ids=["half-a-character", "long", "deep", "number", "the-key"],
)
def test_every_task_id_is_written_down(
    given: bytes, kept: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever a target gives for one, the create counts as accepted; the key is not in the file."""
    monkeypatch.setenv("FAKIE_API_KEY", KEY)
    purse = opened(tmp_path)
    with purse.reserve(wanted()) as reservation:
        reservation.answered(answered(b'{"code":200,"data":{"taskId":%s}}' % given))
    (create,) = purse.ledger.creates(purse.run)
    assert create.state == "accepted"
    assert create.task_id.startswith(kept)
    assert len(create.task_id) <= 200
    assert KEY[:9].encode() not in purse.ledger.file.read_bytes()


def test_no_text_of_the_ledger_holds_the_key(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Reasons, cut off in the middle of a key, and names that a client of a recorder gave."""
    monkeypatch.setenv("FAKIE_API_KEY", KEY)
    purse = opened(tmp_path)
    with pytest.raises(NoAnswer), purse.reserve(CreateRequest(KEY, None, BODY)) as reservation:
        raise NoAnswer("x" * 180 + KEY + "\ud800")
    seen(purse, reservation)
    with purse.reserve(wanted("field_missing")) as reservation:
        reservation.answered(answered(b"x" * 100 + KEY.encode() * 3))
    purse.surprised("wrong_type", "x" * 190 + KEY)
    states = [create.state for create in purse.ledger.creates(purse.run)]
    assert states == ["unknown", "unknown"]
    assert KEY[:9].encode() not in purse.ledger.file.read_bytes()


@pytest.mark.parametrize("kind", ["model_unknown", "unauthorized", None])
def test_a_surprise_without_both_acts_ends_all_creates(kind: str | None, tmp_path: Path) -> None:
    """What could not cost was accepted: nothing else that "cannot cost" is believed in this run."""
    purse = opened(tmp_path, paid=False)
    nobody = {"model": "fakie/no-such-model", "input": {}}
    with purse.reserve(wanted(kind, nobody, free=True)) as reservation:
        reservation.accepted("task-1")
    for other in ("unauthorized", "model_unknown", None):
        with pytest.raises(NotAllowed, match=r"one was accepted \(task task-1\) and may have cost"):
            purse.reserve(wanted(other, nobody, free=True))


def test_a_fall_that_nothing_explains_ends_what_cannot_cost_too(tmp_path: Path) -> None:
    """Somebody takes credits for what was refused: requests without a key may be what it is."""
    purse = opened(tmp_path)
    for _ in range(2):
        refused(purse, wanted("unauthorized", free=True))
    purse.ledger.note_balance(purse.run, Decimal(995))
    with pytest.raises(NotAllowed, match="the balance has fallen by 5"):
        purse.reserve(wanted("unauthorized", free=True))


@pytest.mark.parametrize("before", ["87.35999999999999", "940.0000000000001", "1000.30004", "1000"])
def test_the_last_digits_of_a_balance_are_no_charge(before: str, tmp_path: Path) -> None:
    """Servers reckon in floats: what a refusal leaves as it was, and a create makes less by its price, is believed."""
    ledger = Ledger(tmp_path / "ledger.sqlite")
    run = ledger.begin("a test", Decimal(100), Decimal(before))
    purse = Purse(ledger, run, Pricing(Prices.load(None), CATALOG), paid=True)
    refused(purse, wanted("field_missing"), float(before))
    left = float(before)
    for _ in range(3):
        left -= 12
        with purse.reserve(wanted()) as reservation:
            reservation.accepted(f"task {left}")
        assert purse.ledger.note_balance(purse.run, Decimal(str(left + 1e-10)), reservation.number) is None
    assert ledger.balance(run).fall == 36
    assert purse.why_over == ""


def test_without_sight_of_the_balance_nothing_is_sent(tmp_path: Path) -> None:
    """A balance that cannot be read after a create stops all until one can be read; refusals may cost unseen, too."""
    purse = opened(tmp_path)
    refused(purse, wanted("unauthorized", free=True), left=None)
    for one in (wanted(), wanted("unauthorized", free=True)):
        assert purse.must_look()
        reservation = purse.reserve(one)
        with pytest.raises(NotAllowed, match="the balance could not be read"):
            purse.look(reservation.number, None)
        purse.take_back(reservation.number)
    with pytest.raises(NotAllowed, match="the balance could not be read"):
        purse.reserve(wanted())
    purse.ledger.note_balance(purse.run, Decimal(1000))
    refused(purse, wanted())


def test_who_never_saw_the_balance_is_not_blinded(tmp_path: Path) -> None:
    """A recorder reads none; that it cannot be read tells nothing there."""
    ledger = Ledger(tmp_path / "ledger.sqlite")
    run = ledger.begin("a test", Decimal(100), None)
    ledger.note_balance(run, None)
    assert ledger.stopped(run) == {}


@pytest.mark.parametrize("amount", ["1e30", "1000000000001", "Infinity", "NaN", "1E+999999"])
def test_an_amount_beyond_all_sense_is_refused_in_one_line(amount: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """As a cap and as a price."""
    monkeypatch.setenv("FAKIE_ALLOW_PAID", "1")
    with pytest.raises(ConfigurationError, match="--max-credits: expected 0 to 1000000000000 credits, not"):
        may_pay(Decimal(amount))
    with pytest.raises(ConfigurationError, match="--unknown-price: expected 0 to 1000000000000 credits, not"):
        Pricing(Prices.load(None), CATALOG, Decimal(amount))
    assert may_pay(Decimal(10**12))


def test_the_most_of_everything_can_be_stored(tmp_path: Path) -> None:
    """The largest cap and balance are whole numbers that SQLite holds."""
    ledger = Ledger(tmp_path / "ledger.sqlite")
    run = ledger.begin("a test", Decimal(10**12), Decimal(10**12))
    ledger.note_balance(run, Decimal(-(10**12)))
    assert ledger.balance(run).fall == 2 * 10**12
    with sqlite3.connect(ledger.file) as book:
        assert book.execute("SELECT typeof(cap), typeof(lowest) FROM runs").fetchone() == ("integer", "integer")
    book.close()


def test_a_bill_names_the_cap_that_is_enough() -> None:
    """What must be accepted adds up; of what must be refused one at a time is reserved."""
    lines = (
        BillLine("a", 1, Decimal(12), "", refused=False),
        BillLine("b", 2, Decimal(24), "", refused=False),
        BillLine("c", 1, Decimal(5), "", refused=True),
        BillLine("d", 1, Decimal(7), "", refused=True),
        BillLine("e", 1, None, "unknown", refused=False),
    )
    bill = Bill(lines, 3)
    assert (bill.worst, bill.enough) == (Decimal(48), Decimal(43))
    assert any("--max-credits 43 runs them all" in line for line in bill.text())
