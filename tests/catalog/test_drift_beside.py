"""What a page says beside the request's schema is compared, or listed as unread: answers, keys, callbacks."""

from collections.abc import Mapping
from pathlib import Path

import pytest
from msgspec.structs import replace

from fakie.commands.contracts import contract_of
from fakie_schemas.catalog.drift import Contract, compare
from fakie_schemas.compiler import derive
from support.drift_pages import OLD, assert_told_both_ways, changed_page

TASK_ID = "                      taskId:\n                        type: string\n"
MESSAGE = "                  msg:\n                    type: string\n"
DATA = "                  data:\n"
PROMPT = "                    prompt:\n                      type: string\n"
SECURITY = "      security:\n        - BearerAuth: []\n"
BODY = "      requestBody:\n        content:\n          application/json:\n"
SCHEMA = "              schema:\n                type: object\n                properties:\n                  code:\n"
ACCEPTED = "          description: accepted\n"
OK = "        '200':\n"
HOOK = (
    "      callbacks: {done: {'{$request.body#/callBackUrl}': {post: {requestBody: {content: {application/json:"
    " {schema: {type: object, properties: {code: {type: integer}}}}}}}}}}\n"
)
NARROWER, FORM, UNREAD = "drift.answer_narrower", "drift.answer_type", "drift.unread_added"
# What is replaced by what, the rule of drift that it breaks, and its place.
CHANGES: Mapping[str, tuple[str, str, str, str]] = {
    "an id that is always there": (
        TASK_ID,
        f"{TASK_ID}                    required: [taskId]\n",
        "drift.answer_now_required",
        "answer.data.taskId",
    ),
    "a message that is always there": (
        SCHEMA,
        SCHEMA.replace("object\n", "object\n                required: [msg]\n"),
        "drift.answer_now_required",
        "answer.msg",
    ),
    "a longest id": (TASK_ID, f"{TASK_ID}                        maxLength: 32\n", NARROWER, "answer.data.taskId"),
    "a pattern": (
        TASK_ID,
        f"{TASK_ID}                        pattern: '^[0-9a-f]+$'\n",
        NARROWER,
        "answer.data.taskId",
    ),
    "a format": (TASK_ID, f"{TASK_ID}                        format: uuid\n", NARROWER, "answer.data.taskId"),
    "listed messages": (MESSAGE, f"{MESSAGE}                    enum: [success, ok]\n", NARROWER, "answer.msg"),
    "alternatives": (
        MESSAGE,
        "                  msg:\n                    oneOf: [{type: string}, {type: integer}]\n",
        FORM,
        "answer.msg",
    ),
    "an answer that may be null": (
        SCHEMA,
        SCHEMA.replace("object\n", "object\n                nullable: true\n"),
        FORM,
        "answer",
    ),
    "a keyword that is not read": (MESSAGE, f"{MESSAGE}                    not: {{const: x}}\n", UNREAD, "unread"),
    "other keys of the answer": (DATA, f"{DATA}                    additionalProperties: false\n", UNREAD, "unread"),
    "a header of the answer": (
        ACCEPTED,
        f"{ACCEPTED}          headers: {{X-Left: {{}}, X-Rate: {{a: 1}}}}\n",
        UNREAD,
        "unread",
    ),
    "an answer of any other status": (OK, f"        4XX: {{description: refused}}\n{OK}", UNREAD, "unread"),
    "a refusal of another form": (
        SECURITY,
        "        '500': {content: {application/json: {schema: {properties: {error: {type: string}}}}}}\n" + SECURITY,
        UNREAD,
        "unread",
    ),
    "a callback": (SECURITY, f"{HOOK}{SECURITY}", "drift.about", "callbacks"),
    "a webhook": ("paths:\n", "webhooks: {done: {post: {deprecated: true}}}\npaths:\n", UNREAD, "unread"),
    "an encoding": (BODY, f"{BODY}            encoding: {{input: {{contentType: text/plain}}}}\n", UNREAD, "unread"),
    "a rule of a header": (
        BODY,
        f"      parameters: [{{name: trace, in: header, schema: {{type: string, maxLength: 4}}}}]\n{BODY}",
        UNREAD,
        "unread",
    ),
    "a body that is required": (
        BODY,
        BODY.replace("requestBody:\n", "requestBody:\n        required: true\n"),
        "drift.meaning",
        "body",
    ),
    "a key that nobody needs": (SECURITY, f"{SECURITY}        - {{}}\n", "drift.conflict_added", ""),
    "one of two keys": (SECURITY, f"{SECURITY}        - Other: []\n", "drift.depends_added", ""),
    "two keys that go together": (SECURITY, f"{SECURITY}          Other: []\n", "drift.depends_added", ""),
    "a key that is described and not asked for": (SECURITY, "", "drift.conflict_added", ""),
}
DESCRIBED = (SECURITY, f"{SECURITY}components:\n  securitySchemes:\n    BearerAuth: {{type: http, scheme: bearer}}\n")


def page(folder: Path, *changes: tuple[str, str]) -> Contract:
    """Derive the sample page, with its key described, with these words replaced."""
    return changed_page(folder, DESCRIBED, *changes)


@pytest.mark.parametrize("case", CHANGES)
def test_a_change_beside_the_request_is_told_of_both_ways(case: str, tmp_path: Path) -> None:
    """By its rule, where it is; the other way round by the mirror of that rule."""
    old, new, rule, place = CHANGES[case]
    assert_told_both_ways(page(tmp_path), page(tmp_path, (old, new)), rule, place)


def test_a_change_within_what_is_not_read_is_told_of(tmp_path: Path) -> None:
    """Another field of a callback, and no other words about it."""
    before = page(tmp_path, (SECURITY, f"{HOOK}{SECURITY}"))
    words = page(tmp_path, (SECURITY, f"{HOOK.replace('integer', 'integer, description: Some words')}{SECURITY}"))
    after = page(tmp_path, (SECURITY, f"{HOOK.replace('integer', 'string')}{SECURITY}"))
    assert compare(before, words) == []
    assert [one.rule for one in compare(before, after)] == [UNREAD, "drift.unread_removed"]


def test_a_longer_id_breaks_and_a_shorter_one_does_not(tmp_path: Path) -> None:
    """A client that keeps 32 characters of it loses some."""
    short, long = (page(tmp_path, (TASK_ID, f"{TASK_ID}                        maxLength: {n}\n")) for n in (32, 64))
    assert "breaking" in {one.severity for one in compare(short, long)}
    assert [one.severity for one in compare(page(tmp_path), short)] == ["compatible"]


@pytest.mark.parametrize(
    "change",
    [
        (ACCEPTED, f"{ACCEPTED}          headers: {{}}\n"),
        (SECURITY, f"      callbacks: {{}}\n{SECURITY}"),
        (SECURITY, f"{SECURITY}          x-of-a-tool: {{required: true}}\n"),
        ("    post:\n", "    post:\n      x-of-a-tool: 5\n      tags: [voice]\n"),
        (PROMPT, f"{PROMPT}                      title: The prompt\n"),
        (MESSAGE, f"{MESSAGE}                    description: What became of it\n"),
    ],
    ids=["headers", "callbacks", "key", "tool", "title", "words"],
)
def test_what_says_nothing_to_a_client_is_no_change(change: tuple[str, str], tmp_path: Path) -> None:
    """Empty parts, marks of tools, and words."""
    assert compare(page(tmp_path), page(tmp_path, change)) == []


def test_a_page_in_words_denies_nothing_of_the_answer(tmp_path: Path) -> None:
    """It has no schema of the answer that could say what is always there."""
    words = contract_of(derive(OLD.parent.parent / "acme-voice-clean.zh.md", date="2026-01"))
    told = {one.rule for one in compare(words, page(tmp_path))} | {one.rule for one in compare(page(tmp_path), words)}
    assert {rule for rule in told if "required" in rule and "answer" in rule} == set()


def test_a_field_that_comes_brings_its_rules_along(tmp_path: Path) -> None:
    """It is added, and nothing else: a receiver can ignore it, whatever it holds."""
    more = "                      eta: {type: object, required: [s], properties: {s: {type: integer, maximum: 5}}}\n"
    forth, back = page(tmp_path), page(tmp_path, (TASK_ID, f"{TASK_ID}{more}"))
    assert {(one.rule, one.severity) for one in compare(forth, back)} == {("drift.answer_field_added", "compatible")}
    assert {one.rule for one in compare(back, forth)} == {"drift.answer_field_removed"}


def test_a_page_whose_answer_is_inherited_says_nothing_of_it(tmp_path: Path) -> None:
    """Neither by remarks nor by doubts on the answer of the other page."""
    rules_of_it = f"{TASK_ID}                        maxLength: 32\n                        not: {{const: x}}\n"
    stated, before = page(tmp_path, (TASK_ID, rules_of_it)), page(tmp_path)
    silent = replace(before, facts={**before.facts, "inherited": {"answers": "2025-01"}})
    assert compare(silent, stated) == []
    assert compare(stated, silent) == []
    assert compare(stated, before) != []


def test_a_page_that_no_longer_describes_its_answer_promises_nothing(tmp_path: Path) -> None:
    """It is told that it does not, and no field is now always there."""
    before, after = page(tmp_path), page(tmp_path, (OK, "        '201':\n"))
    told = {(one.rule, one.place) for one in compare(before, after)}
    assert told == {("drift.about", "answer"), ("drift.code_added", "codes")}
