"""The meaning of the commands' exit codes."""

from collections.abc import Sequence

# Which commands, which code, and what it means; what is not listed of a command is 0: it has done what it was to do.
EXIT_CODES: Sequence[tuple[tuple[str, ...], int, str]] = (
    (("COMMAND",), 0, "it has done what it was to do, and found nothing that counts"),
    (("COMMAND",), 2, "it could not be done: a wrong call, an unusable file or setting; one line says what would work"),
    (("COMMAND",), 130, "it was interrupted from the keyboard; `serve` and `record` end with 0 then, `test` with 2"),
    (("test",), 1, "findings that count by `--fail-on`, or a verdict is missing within the scope"),
    (("check-traffic",), 1, "differences that count by `--fail-on`"),
    (("check-receiver",), 1, "the receiver broke a rule: a breaking or minor finding"),
    (("check-receiver",), 2, "it could not be reached, or something was not judged: findings for information alone"),
    (("diff",), 1, "a changed page breaks requests that were right"),
    (("verify-pages",), 1, "a shipped revision is suspect"),
    (("sync",), 1, "some models could not be read; they are listed"),
    (("wait",), 1, "the fake was not ready in time, or what answers there is no fake"),
    (("exec",), 1, "the command ended well, but `--conduct error` found something; else the command's own code"),
)
