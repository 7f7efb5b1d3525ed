"""What the state file tells to whoever has it without its secret: no key, and no guess of one; no opened URL."""

import json
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from fakie.adapters import sealing
from fakie.adapters.state.copying import exported, import_state
from fakie.adapters.state.keying import bind
from fakie.adapters.state.state_file import StateFile
from fakie.adapters.store_secret import StoreSecret, made_secret, read_secret
from fakie.commands.keeping import InFile
from fakie.core.accounts import handle_of, number_of
from fakie.core.kept.seals import NO_SEALS
from fakie.core.service import Service
from fakie_schemas.errors import ConfigurationError
from support.clients.doors import MODEL, Door, open_door
from support.servers.fakes import Collector, HandClock
from support.state import Restarting

SECRET = StoreSecret("0123456789abcdef-of-the-test")
KEY = "sk-a-key-that-could-be-guessed"
AS_KEY = {"Authorization": f"Bearer {KEY}"}
AS_JSON = {**AS_KEY, "Content-Type": "application/json"}
SECRETS = ("pass-in-user", "token-in-query", "sig-in-input", "escaped-token", "token-within")
HOOK = "http://127.0.0.1:9/hook?a=1&token=token-in-query"
MEDIA = (
    "https://me:pass-in-user@a.test/a.mp3?sig=sig-in-input&next=https%3A%2F%2Fb.test%2F%3Ftoken%3Dtoken-within",
    r"https://a.test/b.mp3?a=1\u0026token=escaped-token",
)


@pytest.fixture
def keyed(start: Restarting) -> Restarting:
    """A fake whose state has a secret."""
    start.secret = SECRET
    return start


def create(door: Door, hook: str | None = HOOK) -> str:
    """Create a task whose body has secrets, and return its id."""
    call = "" if hook is None else f', "callBackUrl": "{hook}"'
    inputs = ", ".join(f'"u{number}": "{url}"' for number, url in enumerate(MEDIA))
    body = f'{{"model": "{MODEL}", "input": {{"audio_url": "https://a.test/a.mp3", {inputs}}}{call}}}'
    answer = door.ask("POST", "/api/v1/jobs/createTask", body.encode(), AS_JSON)
    return str(answer.data["taskId"])


def found(written: bytes) -> list[str]:
    """Return what stands in the bytes of a state and should not: secrets, and names that guesses can be tried by."""
    guess = handle_of(KEY)
    hunted = (KEY, guess, guess.removeprefix("account-"), number_of(guess), *SECRETS)
    return [text for text in hunted if text.encode() in written]


def test_who_has_the_file_can_neither_try_a_key_nor_open_a_url(
    keyed: Restarting, sent: Collector, clock: HandClock
) -> None:
    """At any moment of a callback: before, while it is tried again, and afterwards; the file, its log, its export."""
    sent.statuses = [500, 200]
    door = keyed()
    create(door)
    for _ in range(3):
        assert found(keyed.written) == []
        clock.seconds += 20
        door.service.run_due()
    assert [one.url for one in sent.outgoing] == [HOOK, HOOK]
    keyed.stop()
    with closing(StateFile(keyed.path)) as file:
        assert found(json.dumps(exported(file)).encode()) == []


def test_a_callback_that_was_not_delivered_goes_out_after_a_restart(
    keyed: Restarting, sent: Collector, clock: HandClock
) -> None:
    """To its whole URL, for both ways of an end."""
    create(keyed())
    keyed.kill()
    clock.seconds += 10
    keyed().service.run_due()
    assert [one.url for one in sent.outgoing] == [HOOK]


@pytest.mark.parametrize("statuses", [[200], [500] * 4])
def test_without_seals_a_url_stands_there_until_its_callback_is_over(
    keyed: Restarting, sent: Collector, clock: HandClock, monkeypatch: pytest.MonkeyPatch, statuses: list[int]
) -> None:
    """Delivered or given up: then neither the file nor its log has it any more."""
    monkeypatch.setattr(SECRET, "seals", NO_SEALS)
    attempts, sent.statuses = len(statuses), list(statuses)
    door = keyed()
    task = create(door)
    assert found(keyed.written) == ["token-in-query"]
    for _ in range(5):
        clock.seconds += 10_000
        door.service.run_due()
    assert len(sent.outgoing) == attempts
    assert found(keyed.written) == []
    # The fake that was told it has it still.
    door.post(f"/_fakie/tasks/{task}/callback", {})
    door.service.run_due()
    assert sent.outgoing[-1].url == HOOK


def test_what_a_reset_forgets_is_in_the_file_no_more(keyed: Restarting, monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither a URL that could not be sealed, nor the task's id; in the file, its log and what is free in both."""
    monkeypatch.setattr(SECRET, "seals", NO_SEALS)
    door = keyed()
    tasks = [create(door) for _ in range(5)]
    keyed.stop()
    door = keyed()
    assert tasks[0].encode() in keyed.written
    door.post("/_fakie/reset", {})
    assert found(keyed.written) == []
    assert not any(task.encode() in keyed.written for task in tasks)


def test_a_callback_asked_for_again_after_a_restart_says_that_its_url_is_gone(
    keyed: Restarting, sent: Collector, clock: HandClock
) -> None:
    """It is not sent to a masked URL."""
    door = keyed()
    task = create(door)
    clock.seconds += 10
    door.service.run_due()
    door = keyed()
    door.post(f"/_fakie/tasks/{task}/callback", {})
    door.service.run_due()
    [last] = door.get("/_fakie/journal?situation=callback_blocked").data
    assert "once it was called back" in last["reason"]
    assert len(sent.outgoing) == 1


@pytest.mark.parametrize("quirk", ["duplicate", "late", "out_of_order", "lost"])
def test_a_url_is_kept_for_the_last_of_several_callbacks(
    keyed: Restarting, sent: Collector, clock: HandClock, quirk: str
) -> None:
    """Whichever quirk they have, and over a restart before each."""
    door = keyed()
    assert door.post("/_fakie/plans", {"quirk": quirk}).code == 200
    create(door)
    clock.seconds += 10
    door.service.run_due()
    # Another seed, for other ids.
    create(keyed(seed=2))
    for _ in range(4):
        clock.seconds += 100
        keyed().service.run_due()
    assert {one.url for one in sent.outgoing} == {HOOK}
    assert len(sent.outgoing) == {"duplicate": 3, "late": 2, "out_of_order": 2, "lost": 1}[quirk]
    keyed.stop()
    with closing(sqlite3.connect(keyed.path)) as file:
        kept = [json.loads(data)["callback_url"] for (data,) in file.execute("SELECT data FROM tasks")]
    assert kept == ["http://127.0.0.1:9/hook?a=1&token=[REDACTED]"] * 2


def test_of_two_callbacks_the_one_that_failed_still_has_its_url_after_a_restart(
    keyed: Restarting, sent: Collector, clock: HandClock
) -> None:
    """The other one was taken, which is not the end of it."""
    sent.statuses = [200, 500, 200]
    door = keyed()
    door.post("/_fakie/plans", {"quirk": "duplicate"})
    create(door)
    clock.seconds += 10
    door.service.run_due()
    clock.seconds += 100
    keyed().service.run_due()
    assert [one.url for one in sent.outgoing] == [HOOK] * 3


def test_a_callback_asked_for_again_goes_out_after_a_restart_that_comes_first(
    keyed: Restarting, sent: Collector, clock: HandClock
) -> None:
    """The fake that was asked knew the URL still."""
    door = keyed()
    task = create(door)
    clock.seconds += 10
    door.service.run_due()
    sent.statuses = [500, 200]
    door.post(f"/_fakie/tasks/{task}/callback", {})
    door.service.run_due()
    keyed.kill()
    clock.seconds += 100
    keyed().service.run_due()
    assert [one.url for one in sent.outgoing] == [HOOK] * 3


def test_a_file_from_before_there_were_secrets_is_read_on(start: Restarting, sent: Collector, clock: HandClock) -> None:
    """Same credits, tasks, files and orders under another name; whatever was to be hidden is hidden."""
    door = start()
    upload = {"base64Data": "aGVsbG8=", "uploadPath": "a", "fileName": "b.txt"}
    door.ask("POST", "/api/file-base64-upload", json.dumps(upload).encode(), AS_JSON)
    create(door)
    sent.statuses = [500, 200]
    clock.seconds += 6
    door.service.run_due()
    door.post("/_fakie/faults", {"code": 429, "times": 1, "account": KEY})
    names = ("accounts", "tasks", "faults", "uploads")
    before = {name: door.get(f"/_fakie/{name}").data for name in names}
    start.stop()
    _as_before(start.path)
    assert "token-in-query" in found(start.path.read_bytes())
    start.secret = SECRET
    door = start()
    after = {name: door.get(f"/_fakie/{name}").data for name in names}
    assert found(start.written) == []
    [handle] = [one["account"] for one in after["accounts"]]
    old = handle_of(KEY)
    renamed = json.dumps(before).replace(old, handle).replace(number_of(old), number_of(handle))
    assert json.loads(renamed) == after
    assert door.ask("POST", "/api/v1/jobs/createTask", b"{}", AS_JSON).code == 429
    clock.seconds += 10
    door.service.run_due()
    assert [one.url for one in sent.outgoing] == [HOOK] * 2


def test_an_export_from_before_there_were_secrets_is_read_on(start: Restarting, tmp_path: Path) -> None:
    """Into a file that meets its secret when a fake first uses it."""
    create(start())
    start.stop()
    _as_before(start.path)
    with closing(StateFile(start.path)) as file:
        data = exported(file)
    assert data["format_version"] == 1
    start.path = tmp_path / "copy.state"
    import_state(start.path, data)
    start.secret = SECRET
    door = start()
    assert [one["credits"] for one in door.get("/_fakie/accounts").data] == [999]
    assert door.ask("GET", "/api/v1/chat/credit", headers=AS_KEY).data == 999
    assert found(start.written) == []


def test_a_file_that_cannot_be_written_anew_is_left_as_it_was(start: Restarting) -> None:
    """As with a full disk: the next start finds it from before there were secrets, and reads it on."""
    create(start())
    start.stop()
    _as_before(start.path)
    with closing(StateFile(start.path)) as file:
        before = exported(file)
        file.limit(1)
        with pytest.raises(ConfigurationError, match="the disk is full; make room"):
            bind(file, SECRET)
        assert exported(file) == before
    start.secret = SECRET
    assert [one["credits"] for one in start().get("/_fakie/accounts").data] == [999]


def _as_before(path: Path) -> None:
    """Make a state file one of format 1, with URLs whole as they were then."""
    with closing(sqlite3.connect(path)) as file:
        file.execute("DROP TABLE secret")
        for number, data in file.execute("SELECT number, data FROM tasks").fetchall():
            old: dict[str, Any] = json.loads(data)
            old["callback_url"] = HOOK
            del old["pending"]
            file.execute("UPDATE tasks SET data = ? WHERE number = ?", (json.dumps(old), number))
        file.execute("PRAGMA user_version=1")
        file.commit()
        file.execute("VACUUM")


def test_a_file_keeps_to_its_secret(tmp_path: Path) -> None:
    """Made beside the file, for its owner alone; another, a damaged one and none are refused, and change nothing."""
    path, beside = tmp_path / "a.state", tmp_path / "a.state.secret"
    first = InFile(path, None)
    first.close()
    assert beside.stat().st_mode & 0o777 == 0o600
    again = InFile(path, None)
    again.close()
    assert again.secret == first.secret
    before = path.read_bytes()
    with pytest.raises(ConfigurationError, match="written with another secret"):
        InFile(path, StoreSecret("another secret of the test"))
    beside.rename(tmp_path / "away")
    with pytest.raises(ConfigurationError, match=r"a\.state\.secret is not beside it"):
        InFile(path, None)
    beside.write_text("short")
    with pytest.raises(ConfigurationError, match="is damaged"):
        InFile(path, None)
    assert path.read_bytes() == before
    given = read_secret(tmp_path / "away")
    InFile(path, given).close()


def test_a_secret_that_can_be_guessed_is_refused() -> None:
    """With how long one has to be."""
    with pytest.raises(ConfigurationError, match="expected at least 16 characters; got 5"):
        StoreSecret("12345")


def test_a_secret_that_another_made_meanwhile_is_taken(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Two that begin at once have one."""
    path = tmp_path / "a.secret"
    first = made_secret(path)
    seen = iter([None, first])
    monkeypatch.setattr("fakie.adapters.store_secret.read_secret", lambda _: next(seen))
    assert made_secret(path).value == first.value
    assert path.read_text().strip().encode() == first.value
    assert list(tmp_path.iterdir()) == [path]


def test_where_no_secret_can_be_made_it_says_how_one_is_given(tmp_path: Path) -> None:
    """A folder that is a file."""
    (tmp_path / "file").write_text("")
    with pytest.raises(ConfigurationError, match="give one by --secret @FILE or FAKIE_SECRET"):
        made_secret(tmp_path / "file" / "a.secret")


def test_without_the_library_nothing_is_sealed(monkeypatch: pytest.MonkeyPatch) -> None:
    """And nothing fails."""
    monkeypatch.setitem(__import__("sys").modules, "cryptography.fernet", None)
    assert sealing.seals_of(b"x") is NO_SEALS


def test_a_file_with_seals_is_not_used_without_the_library(keyed: Restarting, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is sealed would be lost; it says what is to be installed. Without anything sealed it is used."""
    door = keyed()
    door.new_task(callBackUrl="http://127.0.0.1:9/hook")
    keyed.stop()
    with monkeypatch.context() as without:
        without.setattr(SECRET, "seals", NO_SEALS)
        keyed().new_task()
        keyed.stop()
    create(keyed(seed=2))
    keyed.stop()
    monkeypatch.setattr(SECRET, "seals", NO_SEALS)
    with pytest.raises(ConfigurationError, match=r"pip install 'fakie\[state\]'"):
        keyed()


def test_seals_open_what_they_sealed_and_nothing_else() -> None:
    """Not what others sealed, nor what is no seal."""
    sealed = SECRET.seals.seal("https://a.test/?token=x")
    assert sealed
    assert "token" not in sealed
    assert SECRET.seals.opened(sealed) == "https://a.test/?token=x"
    assert StoreSecret("another secret of the test").seals.opened(sealed) is None
    assert SECRET.seals.opened("no seal") is None


def test_a_file_is_bound_once(start: Restarting) -> None:
    """A second use of the same secret writes nothing."""
    start.secret = SECRET
    create(start())
    start.stop()
    before = start.path.read_bytes()
    with closing(StateFile(start.path)) as file:
        bind(file, SECRET)
    assert start.path.read_bytes() == before


def test_the_same_seed_is_the_same_day_wherever_the_state_is_kept(
    keyed: Restarting, make: Callable[..., Service]
) -> None:
    """Chance goes by the key, and not by the name that a secret gives its account: so a scenario is the same."""
    half = {"id": "half", "probability": 0.5, "fault": {"code": 500}}
    day = {"format_version": 1, "name": "a-day", "steps": [half]}
    met = []
    with open_door("direct", make()) as in_memory:
        for door in (in_memory, keyed()):
            door.post("/_fakie/scenarios", {"scenario": day})
            met.append([door.get("/api/v1/chat/credit", AS_KEY).code for _ in range(5)])
            met.append([door.ask("POST", "/api/v1/jobs/createTask", b"{}", AS_JSON).code for _ in range(30)])
    assert met[:2] == met[2:]
    assert {422, 500} == set(met[1])
