"""The envelope that all answers have in common: HTTP status, content type, a JSON object with code and msg."""

from collections.abc import Iterator, Mapping
from typing import Any

from msgspec.structs import replace

from fakie_contract.checks.redaction_marks import is_redacted
from fakie_contract.checks.shape import MISSING, UNDOCUMENTED, Mismatch, Sides, answer_schema, mismatches, pointer
from fakie_contract.http.exchange import shown
from fakie_schemas.catalog.observed import Observed
from fakie_schemas.catalog.profile import Row
from fakie_schemas.rules.difference import Difference, Known
from fakie_schemas.rules.table import breach

ACCEPTED = 200
# What every answer with code 200 says.
_SUCCESS = "success"
# What the framework of the API answers with by itself.
_FRAMEWORK = frozenset({"timestamp", "error", "path"})


def content_type(told: str) -> Iterator[Difference]:
    """Judge the content type of an answer that is JSON."""
    if told.partition(";")[0].strip().lower() != "application/json":
        yield breach("answer.content_type", told or "no content type")
    elif charset := other_charset(told):
        yield breach("answer.charset", charset)


def other_charset(told: str) -> str:
    """Return the parameters of a content type that name another charset than UTF-8, empty where none does."""
    parameters = told.lower().partition(";")[2].strip()
    return parameters if "charset=" in parameters and "utf-8" not in parameters and "utf8" not in parameters else ""


def http_status(status: int, code: object, expected: int, mark: str = "", source: str = "") -> Iterator[Difference]:
    """Judge the HTTP status by the expected one, and by the code that the body has."""
    got = f"HTTP {status} with code {code}"
    if status == expected:
        return
    if status == code:
        yield breach("answer.mirrored_status", got)
    else:
        own = "" if expected == code else ", or the code's own status"
        yield breach("answer.http_status", got, evidence=mark, source=source, wanted=f"HTTP {expected}{own}")


def code(body: Mapping[str, Any], situation: str = "") -> Iterator[Difference]:
    """Judge an object that has no integer for its code, in a situation where that is known."""
    if body.keys() >= _FRAMEWORK:
        row = Observed.load().page_of(situation) if situation else None
        same = row is not None and list(body) == list(row.body or ())
        known = Known(f"a page of the framework [{row.mark}]", row.since) if row and same else None
        wanted = "an object with code and msg"
        yield breach("answer.error_shape", f"a page of the framework: {shown(body, 160)}", known=known, wanted=wanted)
        return
    told = body.get("code")
    if isinstance(told, float) and told.is_integer():
        yield breach("shape.whole_number", told, "/body/code", source="answer schema error", number=int(told))
        return
    for one in mismatches(answer_schema("error"), body).values():
        yield _in_no_envelope(one, body)


def _in_no_envelope(one: Mismatch, body: Mapping[str, Any]) -> Difference:
    hint = " (it has 'message')" if one.steps == ("msg",) and "message" in body else ""
    got = f"{one.got}{hint}" if hint else one.got
    source = "answer schema error"
    return breach(one.rule, got, f"/body{pointer(one.steps)}", source=source, wanted=one.wanted)


def page(body: Mapping[str, Any], row: Row) -> Iterator[Difference]:
    """Judge an answer that is to be a page of the framework, by its keys."""
    wanted = row.body or {}
    if list(body) != list(wanted):
        keys = f"an object with the keys {', '.join(wanted)}"
        yield breach("answer.error_shape", shown(body, 160), evidence=row.mark, source=row.source, wanted=keys)


def refusal(body: Mapping[str, Any]) -> Iterator[Difference]:
    """Judge the body of a refusal, whose code is an integer."""
    for one in Sides(None, None, answer_schema("error")).judge(body):
        yield _empty(one) if _is_empty(one) else one
    data = body.get("data")
    if data == {}:
        yield breach("answer.empty", "{}", "/body/data", wanted="null")
    if isinstance(data, dict) and "taskId" in data:
        yield breach("answer.task_in_refusal", shown(data))
    elif isinstance(data, dict) and data:
        yield breach("answer.data_in_refusal", shown(data, 160))
    if isinstance(body.get("msg"), str) and body["msg"].strip().lower() == _SUCCESS:
        yield breach("answer.refused_as_success", body["msg"])


def success_flag(body: Mapping[str, Any]) -> Iterator[Difference]:
    """Judge `success` of an upload's refusal, where it is told."""
    told = body.get("success", False)
    if told is not False and not is_redacted(told):
        yield breach("answer.success_flag", told)


def acceptance(body: Mapping[str, Any]) -> Iterator[Difference]:
    """Judge the msg beside code 200: it has not the words of a refusal."""
    msg = body.get("msg")
    # Another type than a text is told of by the schema.
    if isinstance(msg, str) and msg in Observed.load().words_of_refusals:
        yield breach("answer.accepted_as_refusal", msg)


def no_data(body: Mapping[str, Any], *, bare: bool) -> Iterator[Difference]:
    """Judge a refusal without `data`; `bare`: refusals of this endpoint are known to come so."""
    if "data" not in body and "msg" in body:
        yield breach("answer.data_missing", "nothing", known=Observed.load().without_data(body.get("code"), bare=bare))


def more_data(body: Mapping[str, Any], row: Row) -> Iterator[Difference]:
    """Judge a refusal with `data`, of which every capture had none."""
    if row.mark == "obs" and body.get("data", row) is None:
        yield breach(UNDOCUMENTED, None, "/body/data", source=row.source, wanted="no such key")


def _is_empty(one: Difference) -> bool:
    """Tell whether it says nothing in another way: no text, or an empty one in place of null."""
    empty = (one.place == "/body/msg" and one.got in ("", None)) or (one.place == "/body/data" and one.got == "")
    return empty and one.rule != MISSING


def _empty(one: Difference) -> Difference:
    return replace(breach("answer.empty", one.got, one.place, wanted=one.expected), source=one.source)
