"""Excerpts: the journal and the tasks piece by piece, newest first, narrowed, by bounded work."""

from msgspec.structs import replace

from fakie.core.control.excerpts import ListFilter
from fakie.core.service import Service
from fakie.core.tasks.task import Task
from support.clients.doors import MODEL, Door, open_door

OTHER = {"Authorization": "Bearer another-key"}


def filled(service: Service) -> Door:
    """Five tasks of one account and two of another, one refusal."""
    with open_door("direct", service) as door:
        for number in range(7):
            door.create(headers=OTHER if number > 4 else {"Authorization": "Bearer test-key"})
        door.create({"model": "no/such", "input": {}})
        return door


def test_the_journal_is_read_piece_by_piece(service: Service) -> None:
    """Every entry comes once, newest first, and the last piece says that there is nothing older."""
    filled(service)
    numbers, before = [], None
    while True:
        piece = service.control.excerpts.entries(ListFilter(), 3, before)
        numbers += [entry.number for entry in piece.rows]
        before = piece.older
        if before is None:
            break
    assert numbers == [8, 7, 6, 5, 4, 3, 2, 1]


def test_both_are_narrowed_by_all_that_is_given(service: Service) -> None:
    """By account (key or handle), model, situation and kind; tasks by their state as of now."""
    filled(service)
    look = service.control.excerpts
    assert len(look.entries(ListFilter(account="another-key"), 9).rows) == 2
    assert [entry.number for entry in look.entries(ListFilter(situation="model_unknown"), 9).rows] == [8]
    assert look.entries(ListFilter(kind="delivery"), 9).rows == ()
    assert len(look.entries(ListFilter(model="audio"), 9).rows) == 7
    assert len(look.tasks(ListFilter(account="another-key", model=MODEL), 9).rows) == 2
    service.control.tasks.finish(look.tasks(ListFilter(), 1).rows[0].id)
    assert len(look.tasks(ListFilter(state="success"), 9).rows) == 1
    assert len(look.tasks(ListFilter(state="waiting"), 9).rows) == 6


def test_tasks_are_read_piece_by_piece_while_new_ones_come(service: Service) -> None:
    """What is added meanwhile moves nothing: each earlier task comes once."""
    door = filled(service)
    first = service.control.excerpts.tasks(ListFilter(), 4)
    door.new_task()
    second = service.control.excerpts.tasks(ListFilter(), 4, first.older)
    assert second.older is None
    ids = [task.id for task in service.control.tasks.all()]
    assert [task.id for task in (*first.rows, *second.rows)] == ids[6::-1]


def test_one_piece_looks_at_so_many_tasks_and_no_more(service: Service) -> None:
    """With 12,000 tasks of which the oldest is wanted, each piece looks at 5,000, and the third finds it."""
    door = filled(service)
    wanted = service.control.excerpts.tasks(ListFilter(), 1, 2).rows[0]
    newest = service.control.excerpts.tasks(ListFilter(), 1).rows[0]
    with door.service.state.store.work(newest.account) as work:
        for number in range(12_000 - 7):
            work.save_task(replace(newest, id=f"{number:032x}"))
    look, before, looks = service.control.excerpts, None, 0
    found: list[Task] = []
    while not found:
        piece = look.tasks(ListFilter(account="test-key"), 5, before)
        found, before, looks = list(piece.rows), piece.older, looks + 1
    assert looks == 3
    assert found[-1] == wanted
    assert look.task_count == 12_000
