"""The answers of a catalogue: JSON in the API's envelope, judged before anything of it is used."""

import json
from typing import Any

from fakie_schemas.shortening import one_line
from fakie_schemas.strict_json import StrictJson
from fakie_schemas.sync.document import CatalogueDocument
from fakie_schemas.sync.errors import CannotSync, Failed, LeftOut

_DONE = 200
# Of a key that the vendor has twice the last one counts.
_JSON = StrictJson(unique=False)


def parsed(text: str | bytes, what: str = "the answer") -> Any:
    """Parse JSON; raises Failed, which says what came instead."""
    try:
        read = text.decode("utf-8-sig") if isinstance(text, bytes) else text
        return _JSON.read(read)
    except RecursionError:
        raise Failed(f"{what} is nested too deeply") from None
    except ValueError as error:
        begins = one_line(text.decode("utf-8", "replace") if isinstance(text, bytes) else text, 40).lower()
        if begins.startswith(("<!doctype", "<html", "<?xml", "<head")):
            raise Failed(f"expected JSON; {what} is HTML") from None
        raise Failed(f"expected JSON; {what} is none, or cut off: {one_line(error, 80)}") from None


def code_of(answer: Any) -> tuple[int, str]:
    """Return code and msg of an answer in the API's envelope; raises Failed for one in another."""
    code = answer.get("code") if isinstance(answer, dict) else None
    if type(code) is not int:
        found = f"has {one_line(', '.join(answer), 80) or 'nothing'}" if isinstance(answer, dict) else _shown(answer)
        raise Failed(f"expected an answer with code, msg and data; it {found}")
    return code, one_line(answer.get("msg") or "", 80)


def _shown(answer: Any) -> str:
    """Say what an answer is that is no object; a line that is no JSON stands as the text that it is."""
    return f"is {one_line(answer if isinstance(answer, str) else json.dumps(answer), 40) or 'empty'}"


def document_in(answer: Any, asked: str | None = None) -> CatalogueDocument:
    """Return the document in what a catalogue answers, or a document that stands for itself.

    `asked` is the model that it should be of. Raises LeftOut for one that is null, Failed for what is none.
    """
    if isinstance(answer, dict) and "openapi" in answer and "code" not in answer:
        # A document has its version there; what a catalogue says of one model has the document.
        data = {"openapi": answer} if isinstance(answer["openapi"], str) else answer
    else:
        code, msg = code_of(answer)
        if code != _DONE:
            raise Failed(f"the catalogue answers {code}: {msg}")
        data = answer.get("data")
    if data is None:
        raise LeftOut("the catalogue has no schema of it")
    if not isinstance(data, dict) or "openapi" not in data:
        raise Failed("expected data with model and openapi; there is none")
    model = data.get("model", asked)
    if not isinstance(model, str | None) or (asked and model != asked):
        raise Failed(f"the answer is of another model: {one_line(model, 80)}")
    return CatalogueDocument(model, _checked(data["openapi"]))


def _checked(openapi: Any) -> dict[str, Any]:
    if openapi is None:
        raise LeftOut("the catalogue has no schema of it")
    if not isinstance(openapi, dict):
        raise Failed(f"expected an OpenAPI document; got {type(openapi).__name__}")
    return openapi


def names_in(answer: Any) -> list[str]:
    """Return the names in the answer of `/api/v1/models`, as they stand there; raises CannotSync for another answer."""
    try:
        code, msg = code_of(answer)
    except Failed as failed:
        raise CannotSync(str(failed)) from None
    if code != _DONE:
        raise CannotSync(f"the catalogue answers {code}: {msg}")
    data = answer.get("data")
    models = data.get("models") if isinstance(data, dict) else None
    if not isinstance(models, list):
        raise CannotSync("expected data.models, a list of models; this is not a catalogue")
    names = (entry.get("model") if isinstance(entry, dict) else None for entry in models)
    return [name if isinstance(name, str) else "" for name in names]


def prices_in(answer: Any) -> dict[str, str | None]:
    """Return what the answer of `/api/v1/models` says of prices, by model: words, or None."""
    entries = [one for one in answer["data"]["models"] if isinstance(one, dict) and isinstance(one.get("model"), str)]
    told = {one["model"]: one.get("pricingDesc") for one in entries}
    return {model: words for model, words in told.items() if isinstance(words, str | None)}


def counted_in(answer: Any) -> int | None:
    """Return how many models an answer of `/api/v1/models` says that there are, or None."""
    total = answer["data"].get("total")
    return total if type(total) is int else None
