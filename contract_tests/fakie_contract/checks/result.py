"""The results of a finished task: resultJson, and response beside it."""

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

import fakie_schemas
from fakie_contract.checks.fingerprint import same_twice
from fakie_contract.checks.kinds import kind_made
from fakie_contract.checks.redaction_marks import is_placeholder, is_redacted, is_shortened, is_told, is_whole
from fakie_contract.http.exchange import shown
from fakie_contract.http.json_values import NOT_JSON, as_json
from fakie_schemas.rules.difference import Difference
from fakie_schemas.rules.table import breach
from fakie_schemas.validator import is_absolute_http_url

_URLS, _OBJECT = "resultUrls", "resultObject"
_BESIDE = {"firstFrameUrl", "lastFrameUrl"}


def judge_result(data: Mapping[str, Any], place: str) -> Iterator[Difference]:
    """Judge the result of a task that has succeeded; of any other there is none."""
    text = data.get("resultJson")
    if data.get("state") != "success" or not isinstance(text, str):
        return
    result = as_json(text)
    if result is NOT_JSON and is_shortened(text):
        return
    if not isinstance(result, dict):
        yield breach("result.encoding", shown(text, 160), f"{place}/resultJson")
        return
    wrong = list(_content(result, f"{place}/resultJson"))
    yield from wrong
    if not wrong:
        yield from _files(result, data.get("model"), f"{place}/resultJson")
        yield from judge_count(result, given_in(data.get("param")), f"{place}/resultJson/{_URLS}")
    response = data.get("response")
    if isinstance(response, dict) and not wrong and _differ(response, result):
        yield breach("result.response", response, f"{place}/response")


def _content(result: Mapping[str, Any], place: str) -> Iterator[Difference]:
    if not {_URLS, _OBJECT} & result.keys():
        yield breach("result.keys", f"an object with {', '.join(result)}" if result else "an empty object", place)
        return
    urls, told = result.get(_URLS), result.get(_OBJECT)
    if _URLS in result and not (_are_urls(urls) or (not urls and isinstance(told, dict))):
        yield breach("result.urls", urls, f"{place}/{_URLS}")
    if _OBJECT in result and not (isinstance(told, dict) or is_redacted(told) or (told is None and urls)):
        yield breach("result.object", told, f"{place}/{_OBJECT}")
    for key in result.keys() - {_URLS, _OBJECT} - _BESIDE:
        yield breach("result.undocumented_field", result[key], f"{place}/{key}")


def _files(result: Mapping[str, Any], model: object, place: str) -> Iterator[Difference]:
    """Judge that a model which makes media has made files of it, each named once."""
    urls = result.get(_URLS)
    made, mark = kind_made(model) if isinstance(model, str) else ("", "")
    if made and not urls:
        yield breach("result.no_file", shown(result, 160), place, evidence=mark, kind=made, maker=model)
    for url in sorted(one for one, count in Counter(_told(urls)).items() if count > 1):
        yield breach("result.url_twice", url, f"{place}/{_URLS}")


def _told(urls: object) -> list[str]:
    """Return the URLs of a result that are told as they are."""
    listed = urls if isinstance(urls, list) else []
    return [url for url in listed if is_told(url)]


def judge_count(result: Mapping[str, Any], given: Mapping[str, Any], place: str) -> Iterator[Difference]:
    """Judge how many results there are by what the request's input asked for."""
    urls = result.get(_URLS)
    if not isinstance(urls, list) or not urls:
        return
    for name, asked in _asked_counts(given):
        least = 1 if name.startswith("max_") else asked
        if not least <= len(urls) <= asked:
            wanted = str(asked) if least == asked else f"at most {asked}"
            yield breach("result.count", f"{len(urls)} URLs", place, wanted=wanted, asked=f"{name} is {asked}")


def result_of(data: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return the result of a task; empty where it has none that can be read."""
    text = data.get("resultJson")
    result = as_json(text) if isinstance(text, str) else None
    return result if isinstance(result, dict) else {}


def given_in(param: object) -> Mapping[str, Any]:
    """Return the input of the request that a task's `param` gives back; empty where it cannot be read."""
    outer = as_json(param) if isinstance(param, str) else param
    given = outer.get("input") if isinstance(outer, dict) else None
    given = as_json(given) if isinstance(given, str) else given
    return given if isinstance(given, dict) else {}


def _asked_counts(given: Mapping[str, Any]) -> Iterator[tuple[str, int]]:
    asking = fakie_schemas.results()["asking"]
    for name in asking["fields"]["count"]:
        text = str(given.get(name, ""))
        if text.isdecimal() and len(text) <= 2 and 1 <= int(text) <= asking["most_results"]:
            yield name, int(text)


def _differ(response: Mapping[str, Any], result: Mapping[str, Any]) -> bool:
    return is_whole(response) and is_whole(result) and not same_twice(response, result)


def _are_urls(value: Any) -> bool:
    if is_redacted(value):
        return True
    return isinstance(value, list) and bool(value) and all(map(_is_url, value))


def _is_url(value: Any) -> bool:
    if not isinstance(value, str):
        return False
    return is_absolute_http_url(value) or not is_whole(value) or is_placeholder(value)
