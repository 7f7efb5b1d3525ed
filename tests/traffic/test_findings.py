"""How findings are told: one for each difference, in words, and none hidden behind another."""

from pathlib import Path

from fakie_schemas.catalog.profile import Profile
from support.recordings import create, news, record, refusal, report, report_of, shape, task, waiting, write

GOOD = {"model": "z-image", "input": {"prompt": "a lake", "aspect_ratio": "1:1"}}


def test_one_difference_is_one_finding(tmp_path: Path) -> None:
    """However many rules see it."""
    empty_ids = {"code": 200, "msg": "success", "data": {"taskId": "", "recordId": ""}}
    broken = {"model": "z-image", "input": {"aspect_ratio": "1:1"}}
    for recorded, place in (
        ([record(task(resultJson=""))], "/body/data/resultJson"),
        ([create(GOOD), record(task(model=""))], "/body/data/model"),
        ([create(GOOD, empty_ids)], "/body/data/taskId"),
        ([create(broken, refusal(499))], "/body/code"),
        (
            [record(task(resultJson='{"urls": []}', response={"resultUrls": ["https://a.test/b.png"]}))],
            "/body/data/resultJson",
        ),
    ):
        found = [one for one in report_of(tmp_path, *recorded)["findings"] if not one["known"]]
        assert [(one["severity"], one["place"]) for one in found] == [("breaking", place)]


def test_findings_speak_in_words(tmp_path: Path) -> None:
    """Nothing is quoted where a key is missing, and no schema is printed."""
    found = report_of(
        tmp_path,
        create(GOOD, {"msg": "success"}),
        record(waiting(response={})),
        record(task(failCode=5)),
    )["findings"]
    told = {one["place"]: (one["expected"], one["got"]) for one in found if not one["known"]}
    assert told["/body/code"][1] == "nothing"
    assert told["/body/data/response"] == ("null (answer schema record-info [obs])", "{}")
    assert not [one for one in found if "{" in one["expected"]]


def test_every_broken_rule_of_a_request_is_told(tmp_path: Path) -> None:
    """What is known to be accepted masks nothing else, and of several missing keys each is named."""
    both = create({"model": "z-image", "input": {"prompt": 5, "aspect_ratio": "9:99"}})
    found = report_of(tmp_path, both)["findings"]
    place = "/request/body/input"
    assert ("info", "request.accepted", f"{place}/prompt") in shape(found)
    assert ("minor", "request.accepted", f"{place}/aspect_ratio") in shape(found)
    missing = shape(report_of(tmp_path, create({"model": "kling/ai-avatar-standard", "input": {}}))["findings"])
    assert {("minor", "request.accepted", f"{place}/{name}") for name in ("image_url", "prompt")} <= missing


def test_a_refusal_is_explained_by_any_rule_that_the_request_breaks(tmp_path: Path) -> None:
    """The code that one of them has, by the page or by the wire, is no other code for the rest."""
    both = {"model": "z-image", "input": {"aspect_ratio": "9:99"}}
    assert news(report_of(tmp_path, create(both, refusal(422)))["findings"]) == set()
    assert news(report_of(tmp_path, create(both, refusal(500)))["findings"]) == set()


def test_nothing_may_be_refused_as_an_empty_value_is(tmp_path: Path) -> None:
    """Null and blanks, as the wire refuses empty text, for it may count them so; other values may not."""
    for number, (value, told) in enumerate(((None, 0), (" ", 0), ("\u00a0\t", 0), ("9:99", 1), (5, 1))):
        body = {"model": "z-image", "input": {"prompt": "a lake", "aspect_ratio": value}}
        file = write(tmp_path / f"{number}.json", [create(body, refusal(422))])
        found = report(file, profile=Profile.load("observed"))["findings"]
        assert [one["rule"] for one in found] == ["answer.code"] * told, value


def test_by_the_wire_a_record_id_is_missed(tmp_path: Path) -> None:
    """Also of a model whose page has none."""
    one = {"model": "elevenlabs/audio-isolation", "input": {}}
    bare = create(one, {"code": 200, "msg": "success", "data": {"taskId": "0" * 32}})
    assert news(report_of(tmp_path, bare)["findings"]) == set()
    file = write(tmp_path / "traffic.json", [bare])
    found = report(file, profile=Profile.load("observed"))["findings"]
    assert ("minor", "task.record_id", "/body/data/recordId") in shape(found)
