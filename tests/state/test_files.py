"""State files that cannot be used: one clear line each, exit code 2, and not a byte changed."""

import random
import resource
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from fakie.adapters.state.copying import import_state, read_all
from fakie.adapters.state.keying import bind
from fakie.adapters.state.state_file import StateFile
from fakie.adapters.store_secret import StoreSecret
from fakie.commands.keeping import keeping
from fakie.core.ports import StoreUnwritableError
from fakie_schemas.errors import ConfigurationError
from support.clients.doors import MODEL
from support.servers.fakes import Collector, HandClock
from support.state import Restarting

LONG = {"model": MODEL, "input": {"audio_url": "https://a.test/" + "a" * 20_000}}
EMPTY = {
    "format_version": 1,
    **{name: [] for name in ("accounts", "uploads", "tasks", "events", "orders", "order_ids", "journal")},
}
Spoil = Callable[[Path], object]


def _foreign(path: Path) -> None:
    path.unlink()
    with closing(sqlite3.connect(path)) as other:
        other.executescript("CREATE TABLE theirs (a); INSERT INTO theirs VALUES (1);")


def _newer(path: Path) -> None:
    with closing(sqlite3.connect(path)) as file:
        file.execute("PRAGMA user_version=3")


def _row(table: str) -> Spoil:
    def spoil(path: Path) -> None:
        with closing(sqlite3.connect(path)) as file:
            file.execute(f"UPDATE {table} SET data = substr(data, 1, 20)")
            file.commit()

    return spoil


SPOILT: dict[str, tuple[Spoil, str]] = {
    "empty": (lambda path: path.write_bytes(b""), "it is empty"),
    "a text": (lambda path: path.write_text("hello " * 100), "not a state file of fakie"),
    "a short text": (lambda path: path.write_text("SQL"), "it is damaged"),
    "of another program": (_foreign, "a file of SQLite, but no state file"),
    "newer": (_newer, "it is of format 3"),
    "cut": (lambda path: path.write_bytes(path.read_bytes()[:9000]), "it is damaged"),
    "cut in its head": (lambda path: path.write_bytes(path.read_bytes()[:50]), "it is damaged"),
    "read-only": (lambda path: path.chmod(0o400), "it is read-only"),
    "a row of accounts": (_row("accounts"), "a row of accounts cannot be read"),
    "a row of tasks": (_row("tasks"), "a row of tasks cannot be read"),
    "a row of the journal": (_row("journal"), "a row of journal cannot be read"),
    "a row of orders": (_row("orders"), "a row of orders cannot be read"),
}


@pytest.fixture
def used(start: Restarting) -> Path:
    """A state file that was used and closed."""
    door = start()
    door.post("/_fakie/plans", {"by": "hold", "times": None})
    for number in range(20):
        door.new_task(callBackUrl=f"http://127.0.0.1:9/{number}")
    start.stop()
    return start.path


@pytest.mark.parametrize("name", SPOILT)
def test_a_file_that_cannot_be_used_is_refused_and_left_alone(used: Path, start: Restarting, name: str) -> None:
    """With the reason and what would help."""
    spoil, reason = SPOILT[name]
    spoil(used)
    before = used.read_bytes()
    with pytest.raises(ConfigurationError) as refused:
        start()
    assert reason in str(refused.value)
    assert str(used) in str(refused.value)
    assert "\n" not in str(refused.value)
    start.stop()
    assert used.read_bytes() == before


@pytest.mark.parametrize("name", [":memory:", "file:a?mode=ro", "file:b", "a#b%20c?d"])
def test_a_name_that_sqlite_reads_in_its_own_way_is_a_file_like_any(name: str) -> None:
    """It is made in the folder it was named in, holds what was written, and has nothing left beside it."""
    path = Path(name)
    with closing(StateFile(path)) as file:
        file.commit([("INSERT INTO order_ids (kind, last) VALUES ('plans', 7)", ())])
    with closing(StateFile(path, create=False)) as file:
        assert list(file.rows("SELECT last FROM order_ids")) == [(7,)]
    assert [found.name for found in Path().iterdir()] == [name]


@pytest.mark.parametrize("seed", range(2))
def test_a_file_that_was_cut_anywhere_is_refused(used: Path, seed: int) -> None:
    """At 250 random bytes: never read as if it were whole, never a stack trace, and one line each."""
    content, chance = used.read_bytes(), random.Random(seed)
    for _ in range(125):
        used.write_bytes(content[: chance.randrange(len(content))])
        with pytest.raises(ConfigurationError, match="cannot be used") as refused, closing(StateFile(used)) as file:
            read_all(file)
        assert "\n" not in str(refused.value)


@pytest.mark.parametrize("seed", range(2))
def test_a_file_of_which_bytes_were_changed_is_one_line_or_whole(used: Path, seed: int) -> None:
    """At 100 random places: what is not noticed reads as a state, and nothing else comes of it than one line."""
    content, chance = used.read_bytes(), random.Random(seed)
    refused: list[str] = []
    for _ in range(50):
        spoilt = bytearray(content)
        at = chance.randrange(len(content))
        spoilt[at : at + 8] = chance.randbytes(8)
        used.write_bytes(spoilt[: len(content)])
        try:
            with closing(StateFile(used)) as file:
                bind(file, StoreSecret("0123456789abcdef"))
                read_all(file)
        except ConfigurationError as error:
            refused.append(str(error))
    assert refused
    assert not any("\n" in line for line in refused)


@pytest.mark.parametrize("seed", range(20))
def test_of_a_log_that_was_cut_anywhere_a_moment_remains(start: Restarting, clock: HandClock, seed: int) -> None:
    """Whatever is lost of the write-ahead log, what is left is the whole state of some moment before."""
    door = start()
    for _ in range(20):
        door.new_task()
        clock.seconds += 1
    start.kill()
    log = Path(f"{start.path}-wal")
    content = log.read_bytes()
    log.write_bytes(content[: random.Random(seed).randrange(len(content))])
    again = start()
    tasks, [account] = again.get("/_fakie/tasks").data, again.get("/_fakie/accounts").data or [{"credits": 1000}]
    assert account["credits"] == 1000 - len(tasks)


def test_a_file_is_used_by_one_server(used: Path) -> None:
    """A second one is told so, and can have it once the first has ended."""
    program = [sys.executable, "-m", "fakie", "state", "check", str(used)]
    with closing(StateFile(used)):
        second = subprocess.run(program, capture_output=True, text=True, timeout=60, check=False)
    assert (second.returncode, second.stdout) == (2, "")
    assert "another fakie uses it" in second.stderr
    assert second.stderr.count("\n") == 1
    first = subprocess.run(program, capture_output=True, text=True, timeout=60, check=False)
    assert (first.returncode, first.stderr) == (0, "")


def test_a_place_where_nothing_can_be_made_is_refused(tmp_path: Path) -> None:
    """No folder, no file, or a name that no folder has; whether it is to be made or not."""
    long = tmp_path / ("a" * 300)
    for place in (tmp_path / "nowhere" / "a.state", tmp_path, long):
        with pytest.raises(ConfigurationError, match="cannot be used"):
            StateFile(place)
        with pytest.raises(ConfigurationError, match="cannot be used"):
            StateFile(place, create=False)
    with pytest.raises(ConfigurationError, match="cannot be made: File name too long"):
        import_state(long, EMPTY)
    assert list(tmp_path.iterdir()) == []


def test_the_files_are_for_their_owner_alone(start: Restarting) -> None:
    """Also one that others could read before."""
    start()
    start.path.chmod(0o644)
    door = start()
    door.new_task()
    modes = {file.name: file.stat().st_mode & 0o777 for file in start.path.parent.glob("a.state*")}
    assert modes == {"a.state": 0o600, "a.state-wal": 0o600}


def test_a_full_disk_is_a_documented_answer_and_nothing_is_half_done(start: Restarting) -> None:
    """What was not written did not happen: credits and tasks are as before; with room all goes on."""
    door = start()
    door.new_task()
    assert start.file
    before = {name: door.get(f"/_fakie/{name}").data for name in ("accounts", "tasks")}
    start.file.limit(1)
    for _ in range(3):
        refused = door.create(LONG)
        assert (refused.code, refused.situation) == (500, "state_unwritable")
        assert "the disk is full" in refused.msg
        assert {name: door.get(f"/_fakie/{name}").data for name in before} == before
    start.file.limit(10_000)
    assert door.create(LONG).code == 200
    start.kill()
    again = start()
    assert [account["credits"] for account in again.get("/_fakie/accounts").data] == [998]
    assert len(again.get("/_fakie/tasks").data) == 2


def test_a_full_disk_is_told_in_the_log_once_and_not_for_every_request(
    start: Restarting, caplog: pytest.LogCaptureFixture
) -> None:
    """The log may lie on the same disk."""
    door = start()
    assert start.file
    start.file.limit(1)
    for _ in range(20):
        assert door.create(LONG).situation == "state_unwritable"
    [told] = caplog.messages
    assert "lacks entries of the journal, 1 more by now: the disk is full" in told


def test_a_disk_with_room_for_less_than_a_request_makes_a_fake_that_is_not_ready(
    start: Restarting, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Here by the size that a file may have, which leaves room for one page more."""
    door = start()
    for _ in range(16):
        door.new_task(callBackUrl="http://127.0.0.1:9/hook")
    shown = door.get("/_fakie/tasks").body, door.get("/_fakie/journal").body
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    log = Path(f"{start.path}-wal").stat().st_size
    # What is imported under the limit would be kept cut off, for every program after this one.
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    resource.setrlimit(resource.RLIMIT_FSIZE, (log + 5000, before[1]))
    try:
        refused, ready = door.create(LONG), door.get("/_fakie/ready")
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    assert (refused.situation, ready.status) == ("state_unwritable", 503)
    assert door.get("/_fakie/ready").status == 200
    door = start()
    assert (door.get("/_fakie/tasks").body, door.get("/_fakie/journal").body) == shown


def test_a_disk_that_does_not_take_a_new_file_is_one_line_and_leaves_nothing(tmp_path: Path) -> None:
    """As with a quota: here by the size that a file of this process may have."""
    call = (
        "import resource; resource.setrlimit(resource.RLIMIT_FSIZE, (8192, 8192));"
        "from fakie.cli import main; main(['serve', '--port', '0', '--state', 'a.state'])"
    )
    # -B: modules that are compiled under the limit would be kept cut off, for every program after this one.
    done = subprocess.run([sys.executable, "-B", "-c", call], capture_output=True, text=True, timeout=60, check=False)
    assert (done.returncode, done.stdout) == (2, "")
    assert "cannot be made: the disk does not take it" in done.stderr
    assert done.stderr.count("\n") == 1
    assert list(tmp_path.glob("a.state*")) == []


def test_what_cannot_be_written_is_taken_back_everywhere(
    start: Restarting, clock: HandClock, sent: Collector, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Orders, events, callbacks, files and accounts too; afterwards each happens once."""
    door = start()
    door.new_task(callBackUrl="http://127.0.0.1:9/hook")
    door.post("/_fakie/faults", {"code": 429, "when": "audio", "times": 2})
    names = ("accounts", "tasks", "faults", "uploads")
    before = {name: door.get(f"/_fakie/{name}").data for name in names}
    upload = {"base64Data": "aGVsbG8=", "uploadPath": "a", "fileName": "b.txt"}

    def full(_: object) -> None:
        raise sqlite3.OperationalError("database or disk is full")

    with monkeypatch.context() as broken:
        broken.setattr(start.file, "commit", full)
        answers = [
            door.create(),
            door.create({"model": MODEL, "input": {"audio_url": "https://a.test/audio"}}),
            door.create(headers={"Authorization": "Bearer new-key"}),
            door.post("/api/file-base64-upload", upload),
        ]
        assert {answer.situation for answer in answers} == {"state_unwritable"}
        assert {name: door.get(f"/_fakie/{name}").data for name in names} == before
        clock.seconds += 5
        with pytest.raises(StoreUnwritableError):
            door.service.run_due()
        assert sent.outgoing == []
    door.service.run_due()
    assert len(sent.outgoing) == 1
    assert door.get("/_fakie/clock").data[before["accounts"][0]["account"]]["delivering"] == 0
    assert door.create({"model": MODEL, "input": {"audio_url": "https://a.test/audio"}}).code == 429


def test_what_is_taken_back_goes_by_what_the_account_has_begun_since_it_was_opened(
    start: Restarting, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its events are counted from the beginning again, and those that were begun before have the same numbers."""
    door = start()
    door.new_task()
    store = door.service.state.store
    [account] = store.accounts()
    with store.work(account.handle) as work:
        due = work.next_event()
        assert due
        work.claim_event(due)
    door.post("/_fakie/reset", {"account": account.handle})
    task = door.new_task()

    def full(_: object) -> None:
        raise sqlite3.OperationalError("database or disk is full")

    with monkeypatch.context() as broken:
        broken.setattr(start.file, "commit", full)
        assert door.create().situation == "state_unwritable"
    with store.work(account.handle) as work:
        planned = work.next_event()
    assert planned
    assert (planned.task_id, planned.order) == (task, due.order)


def _cut(path: Path) -> None:
    with path.open("r+b") as file:
        file.truncate(path.stat().st_size // 2)


def _replace(path: Path) -> None:
    new = path.with_name("new")
    shutil.copy(path, new)
    new.replace(path)


LOST: dict[str, tuple[Callable[[Path], object], str]] = {
    "removed": (Path.unlink, "cannot be found any more"),
    "replaced": (_replace, "is another file"),
    "cut": (_cut, "was cut from"),
}


@pytest.mark.parametrize("end", ["", "-wal"])
@pytest.mark.parametrize("name", LOST)
def test_what_a_restart_would_not_find_is_not_answered_as_done(start: Restarting, name: str, end: str) -> None:
    """A fake whose state file was taken away, or the log beside it, is not ready, and says which one and how."""
    door = start()
    door.new_task()
    before = door.get("/_fakie/tasks").data
    lose, why = LOST[name]
    lose(Path(f"{start.path}{end}"))
    ready, refused = door.get("/_fakie/ready"), door.create()
    assert (ready.status, refused.code, refused.situation) == (503, 500, "state_unwritable")
    assert f"a.state{end} {why}" in refused.msg
    assert door.get("/_fakie/tasks").data == before


def test_a_state_file_that_is_put_back_is_written_on(start: Restarting) -> None:
    """Nothing is lost of what was answered before and after."""
    door = start()
    door.new_task()
    start.path.rename(start.path.with_name("away"))
    assert door.get("/_fakie/ready").status == 503
    start.path.with_name("away").rename(start.path)
    assert door.get("/_fakie/ready").status == 200
    door.new_task()
    assert len(start().get("/_fakie/tasks").data) == 2


def test_a_state_file_that_is_written_anew_has_not_been_cut(start: Restarting) -> None:
    """The fake itself may make it shorter."""
    door = start()
    for _ in range(30):
        door.create(LONG)
    assert start.file
    start.file.wipe()
    size = start.path.stat().st_size
    door.service.state.store.clear()
    start.file.rewrite()
    assert start.path.stat().st_size < size
    assert door.get("/_fakie/ready").status == 200
    assert door.create().code == 200


def test_a_link_to_a_state_file_is_that_file(tmp_path: Path) -> None:
    """With the secret that lies beside the file itself, as SQLite's log does."""
    (tmp_path / "links").mkdir()
    (link := tmp_path / "links" / "b.state").symlink_to(tmp_path / "a.state")
    secrets = []
    for path in (tmp_path / "a.state", link):
        with closing(keeping(path, None, None, None)) as kept:
            secrets.append(kept.secret)
    assert secrets[0] == secrets[1]
    assert list((tmp_path / "links").iterdir()) == [link]
