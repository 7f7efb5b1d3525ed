"""What changes on a page beside its fields is told of, both ways; and the user says what it weighs."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from msgspec.structs import replace

import fakie_schemas
from fakie.cli import program
from fakie.commands.contracts import contract_of
from fakie_schemas.catalog.drift import Contract, compare
from fakie_schemas.compiler import derive
from fakie_schemas.errors import ConfigurationError
from fakie_schemas.severities import Severities
from fakie_schemas.validator import contract_validator
from support.clients.program import fakie
from support.drift_pages import NEW, OLD, assert_told_both_ways, changed_page

OPENAPI = "openapi: 3.0.1\n"
PROMPT = "                    prompt:\n                      type: string\n"
INPUT = "                input:\n                  type: object\n"
SECURITY = "      security:\n        - BearerAuth: []\n"
BEARER = "    BearerAuth: {type: http, scheme: bearer}\n"
SCHEMES = "components:\n  securitySchemes:\n"
BODY = "      requestBody:\n        content:\n          application/json:\n"
SEED = "                    seed:\n"
OK = "        '200':\n          description: accepted\n          content:\n            application/json:\n"
TASK_ID = "                      taskId:\n                        type: string\n"
MESSAGE = "                  msg:\n                    type: string\n"
TRACE, SENT = "      parameters: [{name: trace", ("drift.required_field", "header.trace")
DATA = "                  data:\n"
# What is replaced by what, and the rule of drift that it breaks, with its place.
CHANGES: Mapping[str, tuple[str, str, str, str]] = {
    "another server": (
        OPENAPI,
        f"{OPENAPI}servers: [{{url: 'https://eu.acme.test/'}}]\n",
        "drift.way_removed",
        "endpoint.servers",
    ),
    "one server more": (
        OPENAPI,
        f"{OPENAPI}servers: [{{url: 'https://api.kie.ai'}}, {{url: 'https://eu.acme.test'}}]\n",
        "drift.way_added",
        "endpoint.servers",
    ),
    "the server of the operation": (
        "    post:\n",
        "    post:\n      servers: [{url: 'https://eu.acme.test'}]\n",
        "drift.way_added",
        "endpoint.servers",
    ),
    "another content type": (
        BODY,
        BODY.replace("application/json", "multipart/form-data"),
        "drift.way_removed",
        "endpoint.content_types",
    ),
    "another type of answers": (OK, OK.replace("json", "xml"), "drift.way_added", "endpoint.answer_types"),
    "deprecated": ("    post:\n", "    post:\n      deprecated: true\n", "drift.deprecated", ""),
    "a limit in words": (
        PROMPT,
        f"{PROMPT}                      description: At least 256x256px.\n",
        "drift.words_limit_added",
        "input.prompt",
    ),
    "a contradiction": (
        PROMPT,
        f"{PROMPT}                      description: At most 300 characters.\n",
        "drift.conflict_added",
        "input.prompt",
    ),
    "a condition": (
        PROMPT,
        f"{PROMPT}                      description: Ignored when `quality` is set.\n",
        "drift.depends_added",
        "input.prompt",
    ),
    "other keys refused": (
        INPUT,
        f"{INPUT}                  additionalProperties: false\n",
        "drift.closed",
        "input",
    ),
    "a map of values": (
        f"{SEED}                      type: integer\n",
        f"{SEED}                      type: object\n                      additionalProperties: {{type: string}}\n",
        "drift.keyword_changed",
        "input.seed",
    ),
    "an alternative": (
        PROMPT,
        "                    prompt:\n                      oneOf: [{type: string}, {type: integer}]\n",
        "drift.wider",
        "input.prompt",
    ),
    "an id that is a number": (
        TASK_ID,
        TASK_ID.replace("string", "integer"),
        "drift.answer_type",
        "answer.data.taskId",
    ),
    "an id that may be null": (
        TASK_ID,
        f"{TASK_ID}                        nullable: true\n",
        "drift.answer_type",
        "answer.data.taskId",
    ),
    "data that may be null": (DATA, f"{DATA}                    nullable: true\n", "drift.answer_type", "answer.data"),
    "a message that may be null": (
        MESSAGE,
        f"{MESSAGE}                    nullable: true\n",
        "drift.answer_type",
        "answer.msg",
    ),
    "an answer that is a list": (
        DATA,
        f"{DATA}                    type: array\n                    items: {{type: string}}\n" + " " * 18 + "more:\n",
        "drift.answer_type",
        "answer.data",
    ),
    "an id of another name": (
        TASK_ID,
        TASK_ID.replace("taskId", "task_id"),
        "drift.answer_field_removed",
        "answer.data.taskId",
    ),
    "a message that is a number": (MESSAGE, MESSAGE.replace("string", "integer"), "drift.answer_type", "answer.msg"),
    "one key more beside the data": (
        MESSAGE,
        f"{MESSAGE}                  success:\n                    type: boolean\n",
        "drift.answer_field_added",
        "answer.success",
    ),
    "a header that must be sent": (BODY, f"{TRACE}, in: header, required: true}}]\n{BODY}", *SENT),
    "a parameter that may be sent": (BODY, f"{TRACE}, in: query}}]\n{BODY}", "drift.optional_field", "query.trace"),
    "one key more in the answer": (
        TASK_ID,
        f"{TASK_ID}                      eta:\n                        type: integer\n",
        "drift.answer_field_added",
        "answer.data.eta",
    ),
    "a key of another kind": (
        SECURITY,
        f"      security:\n        - Key: []\n{SCHEMES}    Key: {{type: apiKey, in: header, name: X-Key}}\n",
        "drift.auth_stated",
        "auth",
    ),
}


@pytest.mark.parametrize("case", CHANGES)
def test_a_change_beside_the_fields_is_told_of_both_ways(case: str, tmp_path: Path) -> None:
    """By its rule, where it is; the other way round by the mirror of that rule."""
    old, new, rule, place = CHANGES[case]
    assert_told_both_ways(changed_page(tmp_path), changed_page(tmp_path, (old, new)), rule, place)


@pytest.mark.parametrize("keyword", ["minLength: 0", "deprecated: false", "readOnly: false"])
def test_a_keyword_that_says_what_holds_anyway_is_no_change(keyword: str, tmp_path: Path) -> None:
    """Nobody's request is refused for it."""
    stated = f"{PROMPT}                      {keyword}\n"
    assert compare(changed_page(tmp_path), changed_page(tmp_path, (PROMPT, stated))) == []


@pytest.mark.parametrize(
    "change",
    [
        (OPENAPI, f"{OPENAPI}servers: [{{url: 'HTTPS://Api.kie.ai/'}}]\n"),
        (BODY, BODY.replace("application/json", "application/json; charset=utf-8")),
        (OK, OK.replace("application/json", "Application/JSON; charset=UTF-8")),
        (BODY, f"      parameters: [{{name: Authorization, in: header, required: true}}]\n{BODY}"),
    ],
    ids=["server", "content type", "answer", "key"],
)
def test_another_spelling_is_no_change(change: tuple[str, str], tmp_path: Path) -> None:
    """Hosts and types of contents know no case, a charset is none of their own, and the key's header is the key."""
    assert compare(changed_page(tmp_path), changed_page(tmp_path, change)) == []


@pytest.mark.parametrize(
    ("old", "new", "place", "told"),
    [
        ("https://api.kie.ai/api", "https://eu.acme.test/api", "endpoint.servers", "https://eu.acme.test added"),
        ("Type: application/json", "Type: multipart/form-data", "endpoint.content_types", "multipart/form-data added"),
    ],
)
def test_a_page_in_words_says_where_and_as_what_it_is_asked(
    old: str, new: str, place: str, told: str, tmp_path: Path
) -> None:
    """The server of its curl command, and the content type that it names."""
    text = (OLD.parent.parent / "acme-voice-clean.zh.md").read_text(encoding="utf-8")
    assert old in text
    sides = []
    for content in (text, text.replace(old, new)):
        (tmp_path / "page.md").write_text(content, encoding="utf-8")
        sides.append(contract_of(derive(tmp_path / "page.md", date="2026-01")))
    assert (place, told) in {(one.place, one.what) for one in compare(*sides)}
    assert (place, told.replace("added", "removed")) in {(one.place, one.what) for one in compare(*sides[::-1])}


@pytest.mark.parametrize("place", ["header", "cookie", "query"])
def test_what_a_question_must_carry_is_told_of(place: str, tmp_path: Path) -> None:
    """Of an endpoint without a body, wherever it travels; the other way round it is gone."""
    text = (OLD.parent.parent / "acme-balance.official.md").read_text(encoding="utf-8")
    more = f"parameters: [{{name: trace, in: {place}, required: true, schema: {{type: string}}}}]"
    sides = []
    for content in (text, text.replace("parameters: []", more)):
        (tmp_path / "page.md").write_text(content, encoding="utf-8")
        sides.append(contract_of(derive(tmp_path / "page.md", date="2026-01")))
    where = "trace" if place == "query" else f"{place}.trace"
    assert [(one.rule, one.place) for one in compare(*sides)] == [("drift.required_field", where)]
    assert [one.rule for one in compare(*sides[::-1])] == ["drift.required_field_removed"]


def test_an_endpoint_that_moves_is_told_of_both_ways(tmp_path: Path) -> None:
    """A page of an endpoint that nobody knows, beside one that is known; two of them are no contracts."""
    moved = tmp_path / "moved.md"
    moved.write_text(OLD.read_text(encoding="utf-8").replace("/v1/jobs/createTask", "/v2/tasks"), encoding="utf-8")
    places = ["POST /api/v1/jobs/createTask", "POST /api/v2/tasks"]
    for sides, told in (((OLD, moved), places), ((moved, OLD), places[::-1])):
        done = fakie("diff", *sides, "--json")
        (found,) = json.loads(done.stdout)["findings"]
        assert (done.returncode, found["rule"], [found["old"], found["new"]]) == (1, "drift.endpoint", told)
    done = fakie("diff", moved, moved)
    assert (done.returncode, done.stderr.count("\n")) == (2, 1)
    assert "it has POST /api/v2/tasks" in done.stderr


def test_a_key_of_another_kind_breaks_and_one_that_nobody_asks_for_is_told_of(tmp_path: Path) -> None:
    """Between two pages that say how keys are sent; a page that says both contradicts itself."""
    bearer = (SECURITY, f"{SECURITY}{SCHEMES}{BEARER}")
    other = (
        SECURITY,
        f"      security:\n        - Key: []\n{SCHEMES}    Key: {{type: apiKey, in: query, name: key}}\n{BEARER}",
    )
    none = (SECURITY, f"      security: []\n{SCHEMES}{BEARER}")
    before = changed_page(tmp_path, bearer)
    assert [(one.rule, one.severity) for one in compare(before, changed_page(tmp_path, other))] == [
        ("drift.auth", "breaking")
    ]
    assert [one.rule for one in compare(before, changed_page(tmp_path, none))] == ["drift.conflict_added"]
    assert [one.rule for one in compare(before, changed_page(tmp_path, (SECURITY, "      security: []\n")))] == [
        "drift.auth"
    ]


def test_what_moves_to_another_line_is_no_change(tmp_path: Path) -> None:
    """Remarks name lines, which every edit above them moves."""
    odd = (PROMPT, f"{PROMPT}                      description: At most 300 characters. At least 256x256px.\n")
    moved = ("A page of our own", "Some words.\n\nMore words.\n\nA page of our own")
    before = changed_page(tmp_path, odd)
    assert compare(before, changed_page(tmp_path, odd, moved)) == []
    sides = [
        replace(before, facts={**before.facts, "unread": [{"line": 1, "why": f"x: stated differently on line {line}"}]})
        for line in (5, 7)
    ]
    assert compare(*sides) == []


def test_an_answer_that_may_hold_more_breaks_and_less_does_not() -> None:
    """An enum of a state gains a value that no poller knows; one that is gone is harmless."""
    folder = fakie_schemas.data_folder("revisions") / "endpoints" / "record-info"
    facts_file = next(folder.glob("*.revision.json"))
    facts = fakie_schemas.read_json(facts_file)
    request = fakie_schemas.read_json(facts_file.with_name(facts_file.name.replace("revision", "request.schema")))
    more = json.loads(json.dumps(facts))
    states = more["answers"]["success"]["properties"]["data"]["properties"]["state"]["enum"]
    states.append("paused")
    before, after = Contract.of("x", request, facts), Contract.of("x", request, more)
    assert [(one.rule, one.severity, one.what) for one in compare(before, after)] == [
        ("drift.answer_wider", "breaking", "enum gained paused")
    ]
    assert [(one.rule, one.severity) for one in compare(after, before)] == [("drift.answer_narrower", "compatible")]


def run(*arguments: object) -> tuple[int, dict[str, str]]:
    """Diff the sample page with its successor; gives the exit code and the severities of its findings."""
    done = fakie("diff", OLD, NEW, "--json", *arguments)
    data = json.loads(done.stdout)
    contract_validator(fakie_schemas.format_schema("drift")).validate(data)
    return done.returncode, {f"{one['place']} {one['what']}": one["severity"] for one in data["findings"]}


def test_the_user_says_what_a_rule_weighs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """By its id or a pattern, by option, file or environment; the last that fits counts, and off is silent."""
    code, plain = run()
    assert (code, plain["codes 433 added"]) == (1, "compatible")
    code, found = run("--severity", "drift.*=editorial", "--severity", "drift.code_added=breaking")
    assert (code, found["codes 433 added"], found["codes 429 removed"]) == (1, "breaking", "editorial")
    code, found = run("--severity", "drift.*=info")
    assert (code, set(found.values())) == (0, {"editorial"})
    assert run("--severity", "drift.*=off") == (0, {})
    file = tmp_path / "weights.json"
    told: Any = {"format_version": 1, "severities": {"drift.*": "off", "drift.code_*": "minor"}}
    file.write_text(json.dumps(told))
    contract_validator(fakie_schemas.format_schema("severities")).validate(told)
    code, found = run("--severities", file, "--severity", "drift.code_added=breaking")
    assert (code, set(found.values())) == (1, {"breaking", "compatible"})
    monkeypatch.setenv("FAKIE_SEVERITY", "drift.*=off drift.code_added=breaking")
    assert run() == (1, {"codes 433 added": "breaking"})


def test_pages_are_verified_by_the_same_weights(tmp_path: Path) -> None:
    """A revision whose changes are switched off holds."""
    (tmp_path / "old").mkdir()
    (tmp_path / "old" / "page.md").write_text(OLD.read_text())
    (tmp_path / "new").mkdir()
    (tmp_path / "new" / "page.md").write_text(NEW.read_text())
    arguments = ("verify-pages", tmp_path / "new", "--against", tmp_path / "old")
    assert fakie(*arguments).returncode == 1
    assert fakie(*arguments, "--severity", "drift.*=editorial").returncode == 0


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("{}", "format_version 1"),
        ("[", "Expecting value"),
        ('{"format_version": 1}', "expected severities"),
        ('{"format_version": 1, "severities": {"drift.no_such": "off"}}', "expected the id of a rule"),
        ('{"format_version": 1, "severities": {"drift.auth": "loud"}}', "expected a rule and what it weighs"),
        ('{"format_version": 1, "severities": {"drift.auth": 5}}', "expected a rule and what it weighs"),
    ],
)
def test_weights_that_cannot_be_meant_are_one_line(content: str, words: str, tmp_path: Path) -> None:
    """Exit code 2, with what was expected."""
    file = tmp_path / "weights.json"
    file.write_text(content)
    done = CliRunner().invoke(program, ["diff", str(OLD), str(NEW), "--severities", str(file)])
    assert isinstance(done.exception, ConfigurationError)
    assert words in str(done.exception)
    with pytest.raises(ConfigurationError):
        Severities.read((), file)
    assert fakie("diff", OLD, NEW, "--severity", "drift.auth").returncode == 2
