"""Judging what a finished task gives: resultJson, and response beside it."""

from collections.abc import Iterator, Mapping
from typing import Any

from fakie_contract.http.exchange import shown
from fakie_contract.traffic.found import Found
from fakie_contract.traffic.sameness import same
from fakie_contract.traffic.taken_out import is_placeholder, is_redacted, is_shortened, is_whole
from fakie_contract.traffic.view import NOT_JSON, TOO_DEEP, as_json

_URLS, _OBJECT = "resultUrls", "resultObject"
_BESIDE = {"firstFrameUrl", "lastFrameUrl"}


def judge_result(data: Mapping[str, Any], place: str) -> Iterator[Found]:
    """Judge the result of a task that has succeeded; of any other there is none."""
    text = data.get("resultJson")
    if data.get("state") != "success" or not isinstance(text, str):
        return
    result = as_json(text)
    if result is TOO_DEEP or (result is NOT_JSON and is_shortened(text)):
        return
    if not isinstance(result, dict):
        expected = "a JSON object in a string: the task has succeeded (page and captures)"
        yield Found("breaking", "encoding", f"{place}/resultJson", expected, shown(text, 160))
        return
    wrong = list(_content(result, f"{place}/resultJson"))
    yield from wrong
    response = data.get("response")
    if isinstance(response, dict) and not wrong and _differ(response, result):
        yield Found("minor", "value", f"{place}/response", "what resultJson says (equal in every capture)", response)


def _content(result: Mapping[str, Any], place: str) -> Iterator[Found]:
    if not {_URLS, _OBJECT} & result.keys():
        expected = f"{_URLS}, or {_OBJECT} for text (page; {_URLS} in every capture)"
        got = f"an object with {', '.join(result)}" if result else "an empty object"
        yield Found("breaking", "result", place, expected, got)
        return
    urls, told = result.get(_URLS), result.get(_OBJECT)
    if _URLS in result and not (_are_urls(urls) or (not urls and isinstance(told, dict))):
        yield Found("breaking", "result", f"{place}/{_URLS}", "a list of http(s) URLs (page and captures)", urls)
    if _OBJECT in result and not (isinstance(told, dict) or is_redacted(told) or (told is None and urls)):
        yield Found("breaking", "result", f"{place}/{_OBJECT}", "an object (page of record-info)", told)
    for key in result.keys() - {_URLS, _OBJECT} - _BESIDE:
        yield Found("minor", "undocumented_field", f"{place}/{key}", "no such key (page of record-info)", result[key])


def _differ(response: Mapping[str, Any], result: Mapping[str, Any]) -> bool:
    return is_whole(response) and is_whole(result) and not same(response, result)


def _are_urls(value: Any) -> bool:
    if is_redacted(value):
        return True
    return isinstance(value, list) and bool(value) and all(map(_is_url, value))


def _is_url(value: Any) -> bool:
    if not isinstance(value, str):
        return False
    return value.startswith(("http://", "https://")) or not is_whole(value) or is_placeholder(value)
