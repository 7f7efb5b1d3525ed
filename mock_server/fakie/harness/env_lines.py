"""Lines that name a variable of the environment and what of a fake it holds: its URL or its key. Imports nothing."""

FORMS = "NAME=url, NAME=url/path or NAME=key"


def variable(line: str) -> tuple[str, str] | None:
    """Read a line of the ini `fakie_env` or of `--env`: a variable, and what it holds; None for another line."""
    name, separator, what = line.strip().partition("=")
    good = separator and name.isidentifier() and (what in {"url", "key"} or what.startswith("url/"))
    return (name, what) if good else None


def value_of(what: str, url: str, key: str) -> str:
    """Return what a variable holds, of a fake with this URL and key."""
    return key if what == "key" else url + what.removeprefix("url")
