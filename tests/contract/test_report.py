"""The report: a page that loads nothing and runs nothing, JSON of the published form, no secret in either."""

import base64
import itertools
import re
from pathlib import Path
from typing import Any
from urllib.parse import quote
from xml.etree import ElementTree

import pytest
from msgspec.structs import replace

from fakie.core.http.messages import Request, Response
from fakie.core.service import Service
from fakie_contract.report import html
from fakie_contract.report.result import OnTheFake
from fakie_contract.secrets.secrecy import Secrecy
from support.clients.program import fakie as program
from support.mutants.edits import CREATE, CREDIT, RECORD, on_answer, on_data
from support.reports import MODEL, Parsed, data_of, finding, judged, result
from support.servers.broken import Door, Mutant, edited, running

KEY = "sk-Secret/Key+4711"
EVIL = "<script>alert(1)</script><img src=http://evil.test/x onerror=alert(2)>"


def check_harmless(parsed: Parsed) -> None:
    """Nothing is loaded from anywhere, and nothing of it runs."""
    assert not {"script", "img", "link", "iframe", "object", "base", "form"} & set(parsed.tags)
    assert [name for name, _ in parsed.attributes if name.startswith("on") or name in ("src", "style", "action")] == []
    assert [value for name, value in parsed.attributes if name == "href" and not value.startswith("#")] == []


def test_page_and_json_of_a_broken_fake_say_the_same(tmp_path: Path) -> None:
    """Codes, fields of requests and answers, findings with evidence and page line, and how the fake took the same."""

    def spoil(body: dict[str, Any]) -> None:
        body["code"] = 410

    def lax(door: Door, request: Request, service: Service) -> Response:
        if request.path == RECORD:
            return on_data(lambda data: data.update(surprise=1, costTime=1.5), "success")(door, request, service)
        return on_answer("*", spoil, when=404)(door, request, service)

    broken = Mutant("several", handle=lax, schema=lambda schema: schema["properties"].pop("callBackUrl"))
    with running(broken, tmp_path) as url:
        done, data, parsed = judged("--target", url, "-k", "code-4 or life or callBackUrl or fixture")
    assert done.returncode == 1, done.stdout
    check_harmless(parsed)
    assert data["compared"]
    rows = {row[0]: row[1:] for row in parsed.tables[f"Codes of {MODEL}"]}
    words = {True: "yes", False: "no"}
    for line in data["codes"]:
        ticks = [words[line[name]] for name in ("documented", "fake", "emitted", "verified")]
        assert rows[str(line["code"])] == [*ticks, line["why"] or "–"]
    assert rows["404"][:4] == ["yes", "yes", "no", "no"]
    assert rows["410"][:4] == ["no", "no", "yes", "no"]
    request = {row[0]: row for row in parsed.tables[f"Request fields of {MODEL}"]}
    assert request["callBackUrl"][1] == "2025-12, line 58"
    assert request["callBackUrl"][2] == "optional; string (uri)"
    assert request["callBackUrl"][3].startswith("held")
    assert request["callBackUrl"][4].startswith("differs in")
    assert "format" in request["callBackUrl"][4]
    assert request["model"][4] == "not tried"
    answer = {row[0]: row for row in parsed.tables["Answer fields of recordInfo"]}
    assert answer["/data/surprise"][-1] == "undocumented field of the target"
    assert "number" in answer["/data/costTime"][-1]
    assert answer["/data/state"][-1] == "–"
    assert "page line 58" in parsed.text
    assert "held in the same case" in parsed.text
    assert "curl -sS -X POST" in parsed.text
    assert "182 of 183 models and endpoints" in parsed.text
    assert f"{data['differences']['breaking']} breaking" in parsed.text
    assert "findings: " in done.stdout
    assert "r.html" in done.stdout


def test_a_fake_that_holds_has_a_page_too() -> None:
    """The verdict is one plain sentence; the headings are in order; each table has a caption and scopes."""
    done, data, parsed = judged("-k", "code-4")
    assert done.returncode == 0, done.stdout
    assert (data["verdict"], data["complete"], data["compared"]) == ("holds", True, True)
    assert f"in all {len(data['results'])} cases" in parsed.text
    levels = [int(tag[1]) for tag in parsed.tags if re.fullmatch(r"h\d", tag)]
    assert levels[0] == 1
    assert all(after <= before + 1 for before, after in itertools.pairwise(levels))
    assert parsed.tags.count("table") == parsed.tags.count("caption") > 0
    assert parsed.tags.count("th") == len([name for name, _ in parsed.attributes if name == "scope"])
    assert ("lang", "en") in parsed.attributes


def test_what_could_not_run_has_a_page_with_the_reason() -> None:
    """Nothing was judged, it says, and why; so it is when no case fits."""
    done, data, parsed = judged("--target", "http://127.0.0.1:1")
    assert (done.returncode, data["verdict"], data["complete"]) == (2, "could_not_run", False)
    assert "Nothing was judged" in parsed.text
    assert "nothing listens there" in parsed.text
    done, data, _ = judged("-k", "no-such-case")
    assert (done.returncode, data["verdict"]) == (2, "could_not_run")
    assert "no case was run" in data["reason"]


def test_what_a_target_sends_stays_text() -> None:
    """Tags in answers, field names, reasons and ids are shown and never are tags of the page."""
    evil = finding(got=EVIL, answer=EVIL, curl=EVIL, expected=EVIL, place=f"/body/{EVIL}", case=EVIL)
    fake = OnTheFake("held", EVIL, (200,), ())
    odd = result(EVIL, ending="findings", findings=(evil,), seen=(f"recordInfo /data/{EVIL} string",), fake=fake)
    skipped = result("other", ending="not_run", reason=EVIL)
    bill = {
        "cap": 1,
        "worst": 1,
        "creates": [{"case": EVIL, "model": EVIL, "task_id": EVIL, "worst": 1, "state": EVIL}],
    }
    told = {"target": {"kind": "url", "url": f"http://{EVIL}"}, "bill": {**bill, "stopped": [EVIL]}}
    text = html.of(data_of(odd, skipped, **told))
    check_harmless(Parsed(text))
    assert "<script" not in text
    assert text.count("&lt;script&gt;") > 10


def echo(door: Door, request: Request, _: Service) -> Response:
    """Answer with the key in every form, in headers, messages and names."""
    response = door(request)
    if request.path not in (CREATE, CREDIT):
        return response
    forms = [KEY, quote(KEY, safe=""), *(base64.b64encode(b"x" * n + KEY.encode()).decode() for n in range(3))]

    def change(body: dict[str, Any]) -> None:
        body.update({"msg": " ".join(forms), "code": 599, KEY: KEY, "filler": "x" * 1_700, "cut": KEY * 40})

    changed = edited(response, change)
    return replace(changed, headers=(("Content-Type", f"text/{quote(KEY, safe='')}"), ("X-Echo", KEY)))


def test_no_secret_is_in_anything_that_is_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A target that echoes the key, as it is, URL-quoted and in base64: not in JSON, page, JUnit or output."""
    monkeypatch.setenv("FAKIE_API_KEY", KEY)
    with running(Mutant("echo", handle=echo), tmp_path) as url:
        done, data, _ = judged("--target", url, "-k", "code-4 or api or account")
    assert data["differences"]["breaking"]
    written = done.stdout + done.stderr + "".join(Path(f"r.{kind}").read_text() for kind in ("json", "html", "xml"))
    assert "$FAKIE_API_KEY" in written
    assert KEY[:8] not in written
    assert quote(KEY, safe="").lower() not in written.lower()
    for before in range(3):
        letters = base64.b64encode(b"x" * before + KEY.encode()).decode()
        assert letters[4:20] not in written


@pytest.mark.parametrize("key", ["breaking", "findings", "results", "verdict", "shape.type"])
def test_a_key_that_is_a_word_of_the_report_leaves_it_its_form(
    key: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its names, severities and rules are the same whatever the key is; what the target says of it is hidden."""
    monkeypatch.setenv("FAKIE_API_KEY", key)
    said = on_answer(CREATE, lambda body: body.update(msg=f"for {key}", code="x"), when=422)
    with running(Mutant("said", handle=said), tmp_path) as url:
        done, data, _ = judged("--target", url, "-k", "code-422")
    assert done.returncode == 1, done.stderr
    assert "shape.type" in {finding["rule"] for result in data["results"] for finding in result["findings"]}
    assert f"for {key}" not in str(data)


def test_shortened_and_changed_forms_of_a_secret_are_caught() -> None:
    """A text that was cut within the key, lower case, names of fields; a short word is no secret."""
    secrecy = Secrecy({"FAKIE_API_KEY": KEY, "FAKIE_ADMIN_TOKEN": "token-token"})
    told = secrecy.of_data({KEY.lower(): [f"{KEY[:9]}… (900 characters)", ("token-token", 7, None)]})
    assert told == {"$FAKIE_API_KEY": ["$FAKIE_API_KEY… (900 characters)", ["$FAKIE_ADMIN_TOKEN", 7, None]]}
    assert Secrecy({"FAKIE_API_KEY": "held"}).of_text("held") == "held"


@pytest.mark.parametrize(
    ("severity", "fail_on", "code"),
    [("breaking", "breaking", 1), ("minor", "breaking", 0), ("minor", "any", 1), ("breaking", "none", 0)],
)
def test_a_run_fails_on_what_was_asked(severity: str, fail_on: str, code: int, tmp_path: Path) -> None:
    """What does not fail it is in the report and in JUnit all the same."""
    wrong = {"minor": "x" * 31, "breaking": None}[severity]
    broken = Mutant("id", handle=on_answer(CREATE, lambda body: body["data"].update(taskId=wrong), when=200))
    with running(broken, tmp_path) as url:
        done, data, parsed = judged("--target", url, "--fail-on", fail_on, "-k", "code-200")
    assert done.returncode == code, done.stdout
    assert (data["verdict"], data["fail_on"], data["differences"][severity]) == ("findings", fail_on, 1)
    assert f"1 {severity}" in parsed.text
    suite = ElementTree.parse("r.xml").getroot()[0]
    assert suite.get("failures") == str(code)
    named = [one.get("name") for one in suite.iter("property")]
    assert named == ([] if code else [f"fakie_{severity}_finding"])
    assert f"findings: 1 {severity}" in done.stdout


def test_many_findings_of_one_kind_are_one_group() -> None:
    """Evidence for a few, ids for some, the number of all; the page of 16,000 cases stays small enough to open."""
    many = [
        result(f"{MODEL}::c{number}", ending="findings", findings=(finding(f"{MODEL}::c{number}", answer="x" * 2_000),))
        for number in range(16_000)
    ]
    data = data_of(*many)
    [group] = html.groups(data)
    assert (group.count, group.place, group.expected) == (16_000, "/body/data/*/costTime", "integer")
    text = html.of(data)
    assert len(text) < 200_000
    assert "and 15960 more: the JSON report has all" in Parsed(text).text


def test_what_the_target_had_no_occasion_to_send_is_no_difference() -> None:
    """A case that was not run on the target proves nothing of its answers; one that was, does."""
    fake = OnTheFake("held", "", (200,), ("recordInfo /data object", "recordInfo /data/state string"))
    asked = result("api::a", seen=("recordInfo /data null",), fake=replace(fake, seen=("recordInfo /data null",)))
    untried = result("b", ending="not_run", reason="may cost", emitted=(), fake=fake)
    for other, differs in ((untried, []), (replace(untried, ending="held", reason=""), ["sent by the fake alone"])):
        lines = {line["field"]: line for line in data_of(asked, other)["fields"]["answers"]}
        assert list(lines["/data/state"]["differs"]) == differs
        assert list(lines["/data/state"]["fake"]) == ["string"]


def test_a_stopped_run_says_so() -> None:
    """Nothing found so far is no verdict on the whole; what was found stays found."""
    stopped = data_of(result(), interrupted="the time limit of 5 s")
    assert (stopped["verdict"], stopped["complete"]) == ("interrupted", False)
    assert "stopped before its end: the time limit of 5 s" in html.verdict(stopped)
    found = data_of(result(ending="findings", findings=(finding(),)), interrupted="Ctrl-C")
    assert (found["verdict"], found["interrupted"]) == ("findings", "Ctrl-C")


def test_the_bill_is_shown() -> None:
    """Creates with their tasks, the estimate against the fact, and what was stopped."""
    paid = {"case": f"{MODEL}::code-200", "model": MODEL, "task_id": "t-1", "worst": 5, "state": "accepted"}
    refused = {"case": f"{MODEL}::code-422", "model": MODEL, "task_id": "", "worst": 5, "state": "refused"}
    numbers = {"cap": 20, "worst": 5, "spent": 3.5, "credits_before": 100, "credits_after": 96.5}
    bill = {**numbers, "creates": [refused, paid], "stopped": ["wrong_type: one was accepted"]}
    data = data_of(result(), bill=bill)
    parsed = Parsed(html.of(data))
    [rows] = [rows for caption, rows in parsed.tables.items() if caption.startswith("Creates")]
    assert rows[1] == [*map(str, paid.values())]
    assert rows[2][2] == "none"
    assert html.bill_line(data["bill"]) == (
        "creates: 1 refused, 1 accepted; at worst 5 credits of 20 allowed; the balance went from 100 to 96.5"
    )
    assert "wrong_type: one was accepted" in parsed.text


def test_the_program_names_its_commands() -> None:
    """`fakie baseline` is one of them."""
    assert "baseline" in program("--help").stdout


def test_combined_requests_count_for_each_field_they_try() -> None:
    """The cheapest set leaves no field of the request untried that all cases try."""
    tried = []
    for choice in ("all", "cheapest"):
        _, data, _ = judged("--model", "z-image", "--cases", choice)
        tried.append({line["field"] for line in data["fields"]["request"] if line["target"]["state"] == "held"})
    assert tried[0] == tried[1] != set()
