"""Whether an answer or a callback shows the key that opens the account, in whatever form."""

from collections.abc import Iterable, Iterator, Mapping

from fakie_contract.secrets.secret_patterns import shows
from fakie_schemas.rules.difference import Difference
from fakie_schemas.rules.table import breach

# A sign that no header may hold and that is part of no escape.
_BETWEEN = "\x1f"


def key_in_answer(keys: Iterable[str], headers: Mapping[str, str], body: bytes) -> Iterator[Difference]:
    """Find keys in an answer's headers and body; the finding does not show them."""
    for place in places_of(keys, headers, body):
        yield breach("answer.key", "the key, plain or encoded", f"/{place}")


def places_of(keys: Iterable[str], headers: Mapping[str, str], body: bytes) -> Iterator[str]:
    """Return where one of the keys stands: `body`, or the name of a header as `headers/location`."""
    parts = {f"headers/{name.lower()}": f"{name}: {value}" for name, value in headers.items()}
    parts["body"] = body.decode("utf-8", "replace")
    # Nearly always it stands nowhere, and one look at all of it is enough; lines would be looked at for escapes.
    whole = _BETWEEN.join(parts.values())
    shown = [key for key in keys if shows(whole, key)]
    for place, text in parts.items():
        if any(shows(text, key) for key in shown):
            yield place
