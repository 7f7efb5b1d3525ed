"""Faults in places of a family's answers that say nothing of the task: words, constants, and files named again."""

from typing import Any

from support.mutants.edits import Change, drop, on_answer, put
from support.mutants.families import called
from support.servers.broken import Mutant

_SUNO, _VEO, _WAV = "/api/v1/generate/record-info", "/api/v1/veo/record-info", "/api/v1/wav/record-info"
_IMAGE = "/api/v1/gpt4o-image/record-info"
_MISSING, _TYPE = "shape.missing_field", "shape.type"


def _answer(name: str, model: str, path: str, change: Change, likely: str = "life::success") -> Mutant:
    return Mutant(f"{model}: {name}", likely, model=model, handle=on_answer(path, change, 200))


def _data(**values: Any) -> Change:
    return lambda body: body["data"].update(values)


def _urls_twice(body: dict[str, Any]) -> None:
    made = body["data"].get("response") or {}
    made.update({name: value * 2 for name, value in made.items() if isinstance(value, list)})


# Each with the rule that is broken.
PLACES: tuple[tuple[Mutant, str], ...] = (
    (_answer("a type that is an object", "suno/generate", _SUNO, _data(type={"name": "GENERATE"})), _TYPE),
    (_answer("a type that is a number", "suno/lyrics", "/api/v1/lyrics/record-info", _data(type=1)), _TYPE),
    (_answer("a number in a text", "suno/wav", _WAV, _data(musicIndex="0")), _TYPE),
    (_answer("a number that is a boolean", "suno/wav", _WAV, _data(musicIndex=False)), _TYPE),
    (_answer("no msg", "suno/generate", _SUNO, drop("msg")), _MISSING),
    (_answer("msg is null", "veo/generate", _VEO, put(msg=None)), _MISSING),
    (_answer("no msg on creation", "veo/generate", "/api/v1/veo/generate", drop("msg")), _MISSING),
    (_answer("no msg beside a style", "suno/style", "/api/v1/style/generate", drop("msg"), "code-200"), _MISSING),
    (_answer("each URL twice", "veo/generate", _VEO, _urls_twice), "result.url_twice"),
    (
        _answer("each URL twice", "4o-image/generate", _IMAGE, _urls_twice),
        "result.url_twice",
    ),
    (_answer("progress as a number", "4o-image/generate", _IMAGE, _data(progress=0.5)), _TYPE),
    (_answer("progress as an object", "4o-image/generate", _IMAGE, _data(progress={"done": "0.50"})), _TYPE),
    (called("msg is an object", put(msg={"en": "done"})), _TYPE),
    (called("msg is a number", put(msg=1), "veo/generate"), _TYPE),
)
