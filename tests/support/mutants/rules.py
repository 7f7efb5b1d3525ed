"""Faults in what is accepted and refused."""

import json
from collections.abc import Callable
from typing import Any

from msgspec.structs import replace

from fakie.core.http.headers import Headers
from fakie.core.http.messages import Request, Response
from fakie.core.service import Service
from support.mutants.edits import CREATE, Handle, on_body
from support.servers.broken import Door, Mutant

_Schema = dict[str, Any]


def _field(name: str, **keywords: Any) -> Callable[[_Schema], None]:
    """Change keywords of one field of the made-up model; None removes one."""

    def change(schema: _Schema) -> None:
        place: Any = schema["properties"]["input"]["properties"]
        for step in name.split("."):
            place = _below(place, step)
        for keyword, value in keywords.items():
            place.update({keyword: value}) if value is not None else place.pop(keyword)

    return change


def _below(place: Any, step: str) -> Any:
    return place["items"] if step == "[]" else place.get("properties", place)[step]


def _everything(name: str, likely: str, change: Callable[[_Schema], Any]) -> Mutant:
    return Mutant(name, likely, "everything", schema=change)


def _shipped(name: str, likely: str, change: Callable[[_Schema], Any]) -> Mutant:
    return Mutant(name, likely, schema=change)


def _closed(*path: str) -> Callable[[_Schema], None]:
    def change(schema: _Schema) -> None:
        for step in path:
            schema = schema["properties"][step]
        schema.setdefault("properties", {})
        schema["additionalProperties"] = False

    return change


def _nulls_dropped(body: dict[str, Any]) -> None:
    places = [place for place in (body, body.get("input")) if isinstance(place, dict)]
    for place in places:
        for name in [name for name, value in place.items() if value is None]:
            del place[name]


def _ratio_in_small_letters(body: dict[str, Any]) -> None:
    given = body.get("input")
    if isinstance(given, dict) and isinstance(given.get("aspect_ratio"), str):
        given["aspect_ratio"] = given["aspect_ratio"].lower()


def _voice_stripped(body: dict[str, Any]) -> None:
    voice = body["input"].get("voice") if isinstance(body.get("input"), dict) else None
    if isinstance(voice, str):
        body["input"]["voice"] = voice.strip()


def _voice_in_any_case(body: dict[str, Any]) -> None:
    voice = body["input"].get("voice") if isinstance(body.get("input"), dict) else None
    if isinstance(voice, str):
        body["input"]["voice"] = voice.capitalize()


def _model_in_any_case(body: dict[str, Any]) -> None:
    if isinstance(body.get("model"), str):
        body["model"] = body["model"].lower()


def _prompt_in_bytes(body: dict[str, Any]) -> None:
    prompt = body["input"].get("prompt") if isinstance(body.get("input"), dict) else None
    if isinstance(prompt, str):
        body["input"]["prompt"] = prompt.encode().decode("latin-1")


def _numbers_from_text(body: dict[str, Any]) -> None:
    place = body.get("input")
    if isinstance(place, dict) and isinstance(place.get("seed"), str):
        place["seed"] = 7


def _only(name: str, wrong: Callable[[Any], bool]) -> Handle:
    """Refuse some good values of a field of the input, which is given a bad one instead."""

    def change(body: dict[str, Any]) -> None:
        place = body.get("input")
        if isinstance(place, dict) and name in place and wrong(place[name]):
            place[name] = {}

    return on_body(change)


def _key_unread(door: Door, request: Request, _: Service) -> Response:
    return door(request.replaced(headers=Headers({**request.headers, "authorization": "Bearer the-key"})))


def _key_any_scheme(door: Door, request: Request, _: Service) -> Response:
    key = request.headers.get("authorization", "").rpartition(" ")[2]
    return door(request.replaced(headers=Headers({**request.headers, "authorization": f"Bearer {key}"})))


def _key_after_model(door: Door, request: Request, service: Service) -> Response:
    if request.path != CREATE or request.headers.get("authorization", "").startswith("Bearer "):
        return door(request)
    model_answer = b'{"code":422,"msg":"the model is not known","data":null}'
    answer = door(request)
    content = request.body.read(request.length or 0)
    known = service.contracts.catalog.models
    return answer if json.loads(content or b"{}").get("model") in known else replace(answer, body=model_answer)


def _type_unread(door: Door, request: Request, _: Service) -> Response:
    return door(request.replaced(headers=Headers({**request.headers, "content-type": "application/json"})))


def _exact_type(door: Door, request: Request, _: Service) -> Response:
    kind = request.headers.get("content-type", "")
    wrong = "text/plain" if ";" in kind else kind
    return door(request.replaced(headers=Headers({**request.headers, "content-type": wrong})))


RULES = (
    _everything("a limit one too high", "prompt::length", _field("prompt", maxLength=21)),
    _everything("a limit one too low", "prompt::length", _field("prompt", maxLength=19)),
    Mutant("a limit in bytes", "prompt::length", "everything", on_body(_prompt_in_bytes)),
    _everything("a minimum length one too low", "prompt::length", _field("prompt", minLength=2)),
    _everything("no minimum length", "prompt::length", _field("prompt", minLength=None)),
    _everything("an enum value dropped", "voice::one-of", _field("voice", enum=["Alice", "Bob"])),
    _everything("an enum unread", "voice::", _field("voice", enum=None)),
    _everything("an enum of numbers unread", "size::", _field("size", enum=None)),
    _everything("a maximum one too high", "seed::", _field("seed", maximum=101)),
    _everything("a maximum excluded", "seed::", _field("seed", maximum=99)),
    _everything("no minimum", "seed::", _field("seed", minimum=None)),
    _everything("a fraction for an integer", "seed::", _field("seed", type="number")),
    _everything("the step unread", "speed::", _field("speed", multipleOf=None)),
    _everything("an excluded limit included", "scale::", _field("scale", exclusiveMinimum=None, minimum=0)),
    _everything("too many items accepted", "image_urls::items", _field("image_urls", maxItems=None)),
    _everything("no items accepted", "image_urls::items", _field("image_urls", minItems=None)),
    _everything("items unread", "image_urls[0]", _field("image_urls", items=None)),
    _everything("items that are no URLs", "image_urls[0]", _field("image_urls.[]", format=None)),
    _everything("a field of an item not required", "turns[0]", _field("turns.[]", required=None)),
    _everything("a limit in an item unread", "turns[0].text", _field("turns.[].text", maxLength=None)),
    _everything("an enum in an item unread", "turns[0].mood", _field("turns.[].mood", enum=None)),
    _everything("a nested field not required", "camera.kind", _field("camera", required=None)),
    _everything("a nested maximum unread", "camera.angle", _field("camera.angle", maximum=None)),
    _everything("an allowed null refused", "note::null", _field("note", type="string")),
    _everything("any type accepted", "loop::type", _field("loop", type=None)),
    _everything(
        "an optional field required",
        "seed::absent",
        lambda schema: schema["properties"]["input"]["required"].append("seed"),
    ),
    _everything(
        "a required field optional",
        "voice::missing",
        lambda schema: schema["properties"]["input"]["required"].remove("voice"),
    ),
    _everything("unknown fields in the input refused", "unknown-fields", _closed("input")),
    Mutant("enum values in any case", "voice::", "everything", on_body(_voice_in_any_case)),
    Mutant("enum values stripped", "voice::", "everything", on_body(_voice_stripped)),
    Mutant("a line break refused", "prompt::odd", "everything", _only("prompt", lambda value: "\n" in str(value))),
    Mutant("a quote refused", "prompt::odd", "everything", _only("prompt", lambda value: "'" in str(value))),
    Mutant("false taken for absent", "loop::false", "everything", _only("loop", lambda value: value is False)),
    Mutant("true taken for absent", "loop::true", "everything", _only("loop", lambda value: value is True)),
    Mutant("a choice behind 1:1 in any case", "aspect_ratio::", "nano-banana-2-lite", on_body(_ratio_in_small_letters)),
    Mutant(
        "a fraction refused",
        "temperature::",
        "google/gemini-2-5-pro-tts",
        _only("temperature", lambda value: isinstance(value, float)),
    ),
    Mutant("0 taken for absent", "::zero", "bytedance/seedream-v4-edit", _only("seed", lambda value: value == 0)),
    Mutant("numbers read from text", "seed::", "everything", on_body(_numbers_from_text)),
    _shipped("unknown fields refused", "unknown-fields", _closed()),
    _shipped("the input not required", "input::missing", lambda schema: schema["required"].remove("input")),
    _shipped("a wrong type accepted", "input::type", lambda schema: schema["properties"].update(input={})),
    _shipped(
        "an array for an object",
        "input::type",
        lambda schema: schema["properties"]["input"].update(type=["object", "array"]),
    ),
    _shipped(
        "an empty input refused", "input::empty", lambda schema: schema["properties"]["input"].update(minProperties=1)
    ),
    _shipped("callBackUrl required", "optional::none", lambda schema: schema["required"].append("callBackUrl")),
    _shipped("callBackUrl unread", "callBackUrl::", lambda schema: schema["properties"].pop("callBackUrl")),
    _shipped(
        "callBackUrl of any form", "callBackUrl::", lambda schema: schema["properties"]["callBackUrl"].pop("format")
    ),
    Mutant("null taken for absent", "null", handle=on_body(_nulls_dropped)),
    Mutant("model names in any case", "model::", handle=on_body(_model_in_any_case)),
    Mutant("the key unread", "api::key", handle=_key_unread),
    Mutant("any scheme of key", "api::key", handle=_key_any_scheme),
    Mutant("the key checked after the model", "checked-before-model", handle=_key_after_model),
    Mutant(
        "every key is an account",
        "key::unknown",
        handle=lambda door, request, service: (
            door(request.replaced(headers=Headers({**request.headers, "authorization": "Bearer the-key"})))
            if "unknown-key" in request.headers.get("authorization", "")
            else door(request)
        ),
    ),
    Mutant("the content type unread", "fixture", handle=_type_unread),
    Mutant("a charset refused", "fixture", handle=_exact_type),
)
