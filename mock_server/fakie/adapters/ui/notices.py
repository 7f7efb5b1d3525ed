"""What is told at the head of a page after something was moved: fixed sentences, chosen by name."""

from collections.abc import Mapping

_NOTICES: Mapping[str, str] = {
    "POST /tasks/{task_id}/hold": "The task is held until it is finished or failed.",
    "POST /tasks/{task_id}/finish": "The task has ended with success.",
    "POST /tasks/{task_id}/fail": "The task has ended with a failure.",
    "POST /tasks/{task_id}/callback": "The callback was sent once more.",
    "POST /clock": "The clock was moved.",
    "POST /accounts": "The account was changed.",
    "POST /reset": "It is forgotten, and all begins anew.",
    "POST /reload": "The revisions are read again.",
    "POST /files": "The file is published.",
    "POST /faults": "The fault waits for its requests.",
    "POST /spoils": "The transport fault waits for its answers.",
    "POST /plans": "The plan waits for its tasks.",
    "POST /scenarios": "The scenario is played.",
    "DELETE /journal": "The journal is empty.",
    "created": "The task was created.",
}


def notice_of(name: str | None) -> str:
    """Return the sentence of a name, or nothing for no name or a made-up one."""
    return "" if name is None else _NOTICES.get(name, "Done." if name.startswith("DELETE /") else "")
