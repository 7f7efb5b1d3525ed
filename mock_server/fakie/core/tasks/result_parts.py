"""Parts of a task's result that have ids of their own, such as the tracks of a song."""

from uuid import UUID

_MOST = 16


def part_ids(task_id: str) -> dict[str, str]:
    """Return the ids that a task's parts can have, by their numbers as texts, from 1."""
    whole = int(task_id, 16)
    return {str(number): str(UUID(int=whole ^ number)) for number in range(1, _MOST + 1)}


def tasks_of(part_id: str) -> tuple[str, ...]:
    """Return the ids of the tasks that can have a part of this id; none for what is no such id."""
    try:
        whole = UUID(part_id).int
    except ValueError:
        return ()
    return tuple(f"{whole ^ number:032x}" for number in range(1, _MOST + 1))
