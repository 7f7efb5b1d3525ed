"""The request log: one line for each request and delivery, without keys, queries or bodies."""

import logging

from fakie.core.journal import Entry

_log = logging.getLogger("fakie.requests")


def log_entry(entry: Entry) -> None:
    """Write one journal entry as a line."""
    account = entry.account or "-"
    if entry.kind == "delivery":
        _log.info("callback %s %s %s %s", entry.task_id, account, entry.situation, entry.reason)
        return
    path = "".join(character if character.isprintable() else "?" for character in entry.path[:200])
    parts = (entry.method[:20], path, entry.status, entry.situation, account, entry.seconds * 1000)
    _log.info("%s %s %s %s %s %.1f ms", *parts)
