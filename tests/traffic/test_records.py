"""What a task says of itself: times, encodings, results, and what it says twice."""

import json
from pathlib import Path
from typing import Any

import pytest

from support.recordings import callback, create, failed, news, param, record, report_of, task, waiting

INPUT = {"prompt": "a lake", "aspect_ratio": "1:1"}
PARAM = task()["param"]
URLS = {"resultUrls": ["https://files.test/a.png"]}
UNIT = ("minor", "record.cost_time_unit", "/body/data/costTime")


def found(folder: Path, data: dict[str, Any]) -> set[tuple[str, str, str]]:
    return news(report_of(folder, record(data))["findings"])


@pytest.mark.parametrize(
    "data",
    [
        task(costTime=12_300),
        task(costTime=5_000),
        task(costTime=16),
        failed(costTime=6_445, completeTime=1_790_000_006_445),
        failed(costTime=600_000, completeTime=None),
    ],
)
def test_a_cost_that_cannot_be_seconds_is_in_another_unit(data: dict[str, Any], tmp_path: Path) -> None:
    """No task takes longer than it exists, nor a day where that is not known."""
    assert found(tmp_path, data) == {UNIT}


@pytest.mark.parametrize(
    "data",
    [
        task(costTime=0),
        task(costTime=14),
        task(costTime=3, completeTime=1_790_000_600_000),
        failed(costTime=None, completeTime=None),
        failed(costTime=700, completeTime=None),
        task(costTime=1, completeTime=1_790_000_000_000),
        task(costTime=0, completeTime=1_789_999_999_500),
    ],
)
def test_seconds_are_left_alone(data: dict[str, Any], tmp_path: Path) -> None:
    """Also those of a task that waited long, was quick, or whose times are rounded."""
    assert found(tmp_path, data) == set()


def test_a_task_does_not_end_before_it_begins(tmp_path: Path) -> None:
    """By more than what rounding does."""
    data = task(completeTime=1_789_999_990_000)
    assert found(tmp_path, data) == {("minor", "record.completed_first", "/body/data/completeTime")}


RESULTS: dict[str, tuple[Any, tuple[str, str, str]]] = {
    "renamed": ({"urls": ["https://a.test/b.png"]}, ("breaking", "result.keys", "/body/data/resultJson")),
    "empty": ({}, ("breaking", "result.keys", "/body/data/resultJson")),
    "a text": ({"resultUrls": "https://a.test/b.png"}, ("breaking", "result.urls", "/body/data/resultJson/resultUrls")),
    "no url": ({"resultUrls": []}, ("breaking", "result.urls", "/body/data/resultJson/resultUrls")),
    "null": ({"resultUrls": None}, ("breaking", "result.urls", "/body/data/resultJson/resultUrls")),
    "objects": (
        {"resultUrls": [{"url": "https://a"}]},
        ("breaking", "result.urls", "/body/data/resultJson/resultUrls"),
    ),
    "words": ({"resultUrls": ["a.png"]}, ("breaking", "result.urls", "/body/data/resultJson/resultUrls")),
    "text as text": ({"resultObject": "hi"}, ("breaking", "result.object", "/body/data/resultJson/resultObject")),
    "a new key": ({**URLS, "seed": 1}, ("minor", "result.undocumented_field", "/body/data/resultJson/seed")),
    "a text of JSON": (json.dumps(URLS), ("breaking", "result.encoding", "/body/data/resultJson")),
    "a list": ([URLS], ("breaking", "result.encoding", "/body/data/resultJson")),
}


@pytest.mark.parametrize("case", RESULTS)
def test_a_result_has_urls_or_an_object(case: str, tmp_path: Path) -> None:
    """Anything else in resultJson is one finding."""
    result, expected = RESULTS[case]
    assert found(tmp_path, task(resultJson=json.dumps(result))) == {expected}


@pytest.mark.parametrize(
    "result",
    [
        URLS,
        {**URLS, "firstFrameUrl": "https://a.test/f.png", "lastFrameUrl": None},
        {"resultUrls": ["[REDACTED]", "https://a.test/b.png?[REDACTED]", "<url>"]},
        {"resultUrls": "[REDACTED]"},
    ],
)
def test_results_that_pages_and_captures_show_are_right(result: Any, tmp_path: Path) -> None:
    """URLs with frames, an object for text, and what a recorder replaced."""
    assert (
        found(tmp_path, task(resultJson=json.dumps(result), response=result if isinstance(result, dict) else None))
        == set()
    )


@pytest.mark.parametrize("result", [{"resultObject": {"text": "hi"}}, {"resultObject": {}, "resultUrls": []}])
def test_an_object_is_the_result_of_a_model_that_makes_text(result: Any, tmp_path: Path) -> None:
    """A client of a model that makes files finds none in it."""
    names = {"model": "elevenlabs/speech-to-text", "param": param("{}", "elevenlabs/speech-to-text")}
    shown = {"resultJson": json.dumps(result), "response": result}
    assert found(tmp_path, task(**names, **shown)) == set()
    assert {(one[0], one[-1]) for one in found(tmp_path, task(**shown))} == {("minor", "/body/data/resultJson")}


PARAMS: dict[str, tuple[Any, tuple[str, str, str]]] = {
    "input thrice": (
        param(json.dumps(json.dumps(INPUT))),
        ("breaking", "record.param_input_encoding", "/body/data/param"),
    ),
    "input as text": (param("hello"), ("breaking", "record.param_input_encoding", "/body/data/param")),
    "input as number": (param(5), ("breaking", "record.param_input_encoding", "/body/data/param")),
    "input as null": (param(None), ("breaking", "record.param_input_encoding", "/body/data/param")),
    "input as list": (param("[]"), ("breaking", "record.param_input_encoding", "/body/data/param")),
    "input once": (param(INPUT), ("minor", "record.param_input_once", "/body/data/param")),
    "no input": (json.dumps({"model": "z-image"}), ("breaking", "record.param_key", "/body/data/param/input")),
    "no model": (json.dumps({"input": json.dumps(INPUT)}), ("breaking", "record.param_key", "/body/data/param/model")),
    "another model": (
        param(json.dumps(INPUT), "qwen/text-to-image"),
        ("minor", "record.param_model", "/body/data/param/model"),
    ),
    "whole twice": (json.dumps(PARAM), ("breaking", "record.param_encoding", "/body/data/param")),
    "stars in the prompt": (param({"prompt": "a *** b"}), ("minor", "record.param_input_once", "/body/data/param")),
    "dots in the prompt": (param({"prompt": "a lake ..."}), ("minor", "record.param_input_once", "/body/data/param")),
    "a broken one with stars": ('{"input: "a *** rule"}', ("breaking", "record.param_encoding", "/body/data/param")),
}


@pytest.mark.parametrize("case", PARAMS)
def test_param_gives_the_request_back_encoded_twice(case: str, tmp_path: Path) -> None:
    """Each other form is one finding; what stands in a prompt hides nothing."""
    text, expected = PARAMS[case]
    assert found(tmp_path, task(param=text)) == {expected}
    # Told once of both, where both have it.
    assert found(tmp_path, task(param=text, paramJson=text)) == {expected}


@pytest.mark.parametrize("text", ["[REDACTED]", "***", "<removed>", '{"input":"{\\"prompt\\":\\"a la…', "{{param}}"])
def test_a_param_that_was_taken_out_is_right(text: str, tmp_path: Path) -> None:
    """Also one that was shortened."""
    assert found(tmp_path, task(param=text, resultJson=text)) == set()


AGREEING = {"response": URLS, "operationType": "z-image", "paramJson": PARAM, "successFlag": 1}


@pytest.mark.parametrize(
    ("other", "rule", "place"),
    [
        ({"response": {"resultUrls": ["https://files.test/b.png"]}}, "result.response", "response"),
        ({"response": {"resultUrls": json.dumps(URLS["resultUrls"])}}, "result.response", "response"),
        ({"response": None}, "shape.type", "response"),
        ({"operationType": "qwen/text-to-image"}, "record.operation_type", "operationType"),
        ({"paramJson": param(json.dumps({"prompt": "a sea"}))}, "record.param_json", "paramJson"),
        ({"paramJson": param(INPUT)}, "record.param_json", "paramJson"),
        ({"paramJson": json.dumps(PARAM)}, "record.param_json", "paramJson"),
        ({"model": "qwen/text-to-image"}, "record.model_twice", "model"),
    ],
)
def test_what_is_said_twice_agrees(other: dict[str, Any], rule: str, place: str, tmp_path: Path) -> None:
    """Response with resultJson, paramJson with param, operationType and param with the model: one finding each."""
    assert found(tmp_path, task(**AGREEING)) == set()
    assert found(tmp_path, task(**{**AGREEING, **other})) == {("minor", rule, f"/body/data/{place}")}


def test_order_of_keys_and_signatures_are_no_disagreement(tmp_path: Path) -> None:
    """Of a signed URL the path counts, of JSON the content."""
    signed = {"resultUrls": ["https://files.test/a.png?sig=b"]}
    turned = json.dumps({"model": "z-image", "input": json.dumps(dict(reversed(INPUT.items())))})
    assert found(tmp_path, task(**{**AGREEING, "response": signed, "paramJson": turned})) == set()


def called_at(hook: str) -> str:
    return json.dumps({**json.loads(PARAM), "callBackUrl": hook})


ONE, OTHER = called_at("https://me.test/hook?task=1"), called_at("https://me.test/hook?task=2")


def test_a_query_that_was_sent_is_no_signature(tmp_path: Path) -> None:
    """The request comes back with the query of its callBackUrl: in paramJson, in the next poll and in the callback."""
    assert found(tmp_path, task(**{**AGREEING, "param": ONE, "paramJson": ONE})) == set()
    assert found(tmp_path, task(**{**AGREEING, "param": ONE, "paramJson": OTHER})) == {
        ("minor", "record.param_json", "/body/data/paramJson")
    }
    told = report_of(tmp_path, record(task(param=ONE)), record(task(param=OTHER)))["findings"]
    assert news(told) == {("minor", "task.changed_after_end", "/body/data/param")}
    told = report_of(tmp_path, record(task(param=ONE)), callback(task(param=OTHER)))["findings"]
    assert ("minor", "callback.agrees", "/callback/body/data/param") in news(told)


@pytest.mark.parametrize("code", [" 500", "500 ", "5 00"])
def test_blanks_make_another_code(code: str, tmp_path: Path) -> None:
    """Clients compare it as it is; as a number it is the same one, whose type is told of by itself."""
    told = report_of(tmp_path, record(failed(failCode="500")), callback(failed(failCode=code), code=501))["findings"]
    assert ("minor", "callback.agrees", "/callback/body/data/failCode") in news(told)
    told = report_of(tmp_path, record(failed(failCode="500")), callback(failed(failCode=500), code=501))["findings"]
    assert "callback.agrees" not in {rule for _, rule, _ in news(told)}


def test_a_signed_url_may_lie_deep(tmp_path: Path) -> None:
    """In an object of a result: its query is no part there either."""
    results = [
        json.dumps({"resultObject": {"pages": [{"images": [{"url": f"https://files.test/a.png?sig={sig}"}]}]}})
        for sig in "ab"
    ]
    told = report_of(tmp_path, *(record(task(resultJson=one)) for one in results))["findings"]
    assert "task.changed_after_end" not in {rule for _, rule, _ in news(told)}


def test_what_is_said_twice_may_be_nested_deeply(tmp_path: Path) -> None:
    """In another spacing it says the same, however deep; no stack ends at it."""
    given = '{"prompt": "a lake", "more": ' + "[" * 450 + "]" * 450 + "}"
    twice = {"param": param(given), "paramJson": param(given.replace("{", "{ "))}
    assert found(tmp_path, task(**{**AGREEING, **twice})) == set()


def test_a_pending_task_has_no_response(tmp_path: Path) -> None:
    """The finding stands at its place."""
    assert found(tmp_path, waiting(response=None)) == set()
    assert found(tmp_path, waiting(response={})) == {("minor", "shape.type", "/body/data/response")}


@pytest.mark.parametrize(("flag", "wrong"), [(3, set()), (2, set()), (1, {"shape.value"}), (0, {"shape.value"})])
def test_a_failed_task_has_the_flag_of_failures(flag: int, wrong: set[str], tmp_path: Path) -> None:
    """Neither that of a task that runs, nor that of one that has succeeded."""
    assert {rule for _, rule, _ in found(tmp_path, failed(successFlag=flag))} == wrong


def test_a_callback_with_a_nested_input_is_told_of(tmp_path: Path) -> None:
    """Its page shows one, no capture shows anything: it weighs nothing."""
    told = report_of(tmp_path, callback(task(param=param(INPUT))))["findings"]
    assert news(told) == {("info", "callback.param_input_once", "/callback/body/data/param")}
    assert "no callback was captured" in told[0]["expected"]


def test_a_shortened_prompt_is_compared_with_nothing(tmp_path: Path) -> None:
    """Neither with what createTask was asked, nor with an earlier poll."""
    cut = task(param=param(json.dumps({"prompt": "a la…", "aspect_ratio": "1:1"})))
    asked = create({"model": "z-image", "input": INPUT})
    assert news(report_of(tmp_path, asked, record(task()), record(cut))["findings"]) == set()
