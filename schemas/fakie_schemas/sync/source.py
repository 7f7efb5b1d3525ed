"""Where documents come from, and the two sources that ask nobody: a folder, and a file of saved answers."""

from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any, Protocol

from msgspec import Struct

from fakie_schemas.files import files_below
from fakie_schemas.sync.answers import document_in, parsed, prices_in
from fakie_schemas.sync.document import CatalogueDocument
from fakie_schemas.sync.errors import CannotSync, Failed

_DOCUMENTS = "*.openapi.json"
_MOST_BYTES = 5 * 1024 * 1024
_MOST_BYTES_OF_A_FILE = 100 * 1024 * 1024


class Item(Struct, frozen=True):
    """One entry of a catalogue: its name, and how to read its document (which raises LeftOut or Failed).

    `model` is the model's name where the catalogue says it beforehand, `url` where the document is found.
    """

    name: str
    read: Callable[[], CatalogueDocument]
    model: str | None = None
    url: str | None = None


class Source(Protocol):
    """A catalogue; `described` is what its list says of prices, once its items were listed."""

    name: str
    described: dict[str, str | None]

    def items(self) -> Iterator[Item]:
        """Yield what it lists; raises CannotSync when it cannot be read at all."""

    def close(self) -> None:
        """Let go of what it holds open."""


class FolderCatalogue:
    """The documents `*.openapi.json` below a folder, in the order of their paths."""

    def __init__(self, folder: Path) -> None:
        self.name = str(folder)
        self.described: dict[str, str | None] = {}
        self._folder = folder

    def items(self) -> Iterator[Item]:
        """Yield the documents by their paths."""
        files = [file for file in files_below(self._folder) if file.match(_DOCUMENTS)]
        if not files:
            raise CannotSync(f"{self._folder}: expected documents ({_DOCUMENTS}); there are none")
        for file in files:
            name = file.relative_to(self._folder).as_posix()
            yield Item(name, partial(_of_file, file))

    def close(self) -> None:
        """Nothing is held open."""


class FileCatalogue:
    """Saved answers of `/schema` in one file: a JSON list of them, an object by model, one alone, or one a line."""

    def __init__(self, file: Path) -> None:
        self.name = str(file)
        self.described: dict[str, str | None] = {}
        self._file = file

    def items(self) -> Iterator[Item]:
        """Yield the answers by model, else by their number in the file; an answer of `/models` is passed over."""
        for number, (model, answer) in enumerate(self._answers(), 1):
            if _lists_models(answer):
                self.described |= prices_in(answer)
            else:
                name = model or _model_of(answer) or f"answer {number}"
                yield Item(name, partial(document_in, answer, model), model)

    def close(self) -> None:
        """Nothing is held open."""

    def _answers(self) -> Iterator[tuple[str | None, Any]]:
        try:
            text = _bytes(self._file, _MOST_BYTES_OF_A_FILE).decode("utf-8-sig", "replace")
            yield from _split(text)
        except Failed as failed:
            raise CannotSync(f"{self._file}: {failed}") from None


def _of_file(file: Path) -> CatalogueDocument:
    return document_in(parsed(_bytes(file, _MOST_BYTES), "the file"))


def _split(text: str) -> Iterator[tuple[str | None, Any]]:
    try:
        whole = parsed(text, "the file")
    except Failed:
        # One answer a line; a line that is none is one failure.
        answers = [_of_line(line) for line in text.split("\n") if line.strip()]
        if len(answers) < 2 or isinstance(answers[0], _Broken):
            raise
        yield from ((None, answer) for answer in answers)
        return
    if isinstance(whole, list):
        yield from ((None, answer) for answer in whole)
    elif isinstance(whole, dict) and not {"code", "openapi", "data"} & whole.keys():
        yield from ((model, _named(answer)) for model, answer in whole.items())
    else:
        yield None, whole


class _Broken(str):
    """A line that is no JSON; as an answer it is none."""


def _named(answer: Any) -> Any:
    return {"openapi": None} if answer is None else answer


def _of_line(line: str) -> Any:
    try:
        return parsed(line)
    except Failed:
        return _Broken(line)


def _lists_models(answer: Any) -> bool:
    data = answer.get("data") if isinstance(answer, dict) else None
    return isinstance(data, dict) and isinstance(data.get("models"), list)


def _model_of(answer: Any) -> str | None:
    data = answer.get("data", answer) if isinstance(answer, dict) else None
    model = data.get("model") if isinstance(data, dict) else None
    return model if isinstance(model, str) else None


def _bytes(file: Path, most: int) -> bytes:
    try:
        with file.open("rb") as opened:
            data = opened.read(most + 1)
    except OSError as error:
        raise Failed(f"cannot be read: {error.strerror or error}") from None
    if len(data) > most:
        raise Failed(f"the file is longer than {most // 1024 // 1024} MB")
    return data
