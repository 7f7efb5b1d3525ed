"""Live targets: what may be sent, what it may cost, and that neither a crash nor a surprise costs more."""

import json
import subprocess
import time
from pathlib import Path

import pytest

from support.clients.suite import LEDGER, command, environment, judge_live
from support.servers.stand_in import KEY, StandIn, standing_in

MODEL = "elevenlabs/audio-isolation"
# By the price list: 0.2 credits a second, and 60 seconds of media unless told otherwise.
PRICE = 12.0
OF_TIMES = ("record.created", "record.future", "task.completed_while_running")
FEW = "code or credit or missing or life"


def reasons(report: object) -> str:
    return json.dumps(report)


def no_such_model(body: object) -> dict[str, object] | None:
    named = body.get("model") if isinstance(body, dict) else None
    is_like_one = str(named).strip().lower() == MODEL
    return None if is_like_one or named is None else {"code": 422, "msg": "not supported", "data": None}


def kinds_of(stand_in: StandIn) -> list[object]:
    return [body for _, body, _ in stand_in.creates]


@pytest.mark.parametrize(("paid", "arguments"), [(False, ()), (True, ())], ids=["neither", "the-variable-alone"])
def test_without_both_acts_only_what_cannot_cost_is_sent(paid: bool, arguments: tuple[str, ...]) -> None:
    """No request names a model that exists, and the report says of each other case why it was not run."""
    with standing_in(StandIn(refuses=lambda body: {"code": 422, "msg": "not supported", "data": None})) as stand_in:
        _, report = judge_live(stand_in, *arguments, paid=paid)
    assert stand_in.requests
    assert stand_in.creates == []
    assert not Path(LEDGER).exists()
    not_run = [result for result in report["results"] if result["ending"] == "not_run"]
    assert len(not_run) > 50
    assert all("may cost" in result["reason"] for result in not_run)


def test_a_cap_without_the_variable_ends_before_anything_is_sent() -> None:
    """Exit code 2, one line that names the other act."""
    with standing_in(StandIn()) as stand_in:
        done, report = judge_live(stand_in, "--max-credits", "5", paid=False)
    assert done.returncode == 2
    assert "FAKIE_ALLOW_PAID=1" in report["reason"]
    assert stand_in.requests == []


def test_a_free_run_stops_a_kind_that_is_accepted_by_surprise() -> None:
    """A target that accepts an unknown model gets one such request, not five; it is a finding with its task id."""
    with standing_in(StandIn()) as stand_in:
        done, report = judge_live(stand_in, paid=False)
    assert done.returncode == 1
    assert len(stand_in.creates) == 1
    assert stand_in.creates[0][0] in reasons(report)


@pytest.mark.parametrize("workers", ["1", "4"])
def test_the_cap_holds_whatever_the_target_accepts(workers: str) -> None:
    """It accepts all that it should refuse: what that costs stays below the cap, over all processes."""
    with standing_in(StandIn(price=PRICE, refuses=no_such_model)) as stand_in:
        _, report = judge_live(stand_in, "--max-credits", "100", "-n", workers)
    assert 0 < PRICE * len(stand_in.creates) <= 100
    assert "of the cap of 100" in reasons(report) or "of the kind" in reasons(report)
    accepted = [create for create in report["bill"]["creates"] if create["state"] == "accepted"]
    assert {create["task_id"] for create in accepted} == {task for task, _, _ in stand_in.creates}
    assert report["bill"]["spent"] == PRICE * len(stand_in.creates) == report["bill"]["worst"]


def test_each_kind_of_refusal_is_accepted_once_at_most() -> None:
    """With more than enough credits, one surprise stops its kind, in four processes at once too."""
    with standing_in(StandIn(price=PRICE, credits=100_000, slow=0.3)) as stand_in:
        _, report = judge_live(stand_in, "--max-credits", "10000", "-n", "4", "-k", "type- or null or missing")
    bodies = [json.dumps(body, sort_keys=True) for body in kinds_of(stand_in)]
    stopped = report["bill"]["stopped"]
    assert len(bodies) == len(stopped)
    assert {line.partition(":")[0] for line in stopped} >= {"wrong_type", "field_missing"}


def test_what_is_refused_costs_nothing() -> None:
    """Refusals give their reservation back, so that a small cap is enough for all of them."""
    with standing_in(StandIn(refuses=lambda body: {"code": 422, "msg": "no", "data": None})) as stand_in:
        _, report = judge_live(stand_in, "--max-credits", "12", "-k", "type- or null or missing")
    assert report["counts"]["not_run"] == 0
    assert report["counts"]["held"] > 10
    assert (report["bill"]["worst"], report["bill"]["spent"]) == (0, 0)


def test_an_unknown_price_is_not_sent_unless_it_is_given_one() -> None:
    """No create of such a model; with --unknown-price N each counts as N."""
    about = {"format_version": 1, "title": "ours", "date": "2026-11-01", "usd_per_credit": "0.005"}
    own = {**about, "models": {MODEL: {"unknown": "for this test"}}}
    Path("prices.json").write_text(json.dumps(own), encoding="utf-8")
    with standing_in(StandIn(price=3)) as stand_in:
        arguments = ("--prices", "prices.json", "--max-credits", "7", "-k", "optional or url-http")
        _, report = judge_live(stand_in, *arguments)
        assert stand_in.creates == []
        assert "--unknown-price" in reasons(report)
        judge_live(stand_in, *arguments, "--unknown-price", "3")
    assert len(stand_in.creates) == 2


def test_a_dearer_target_than_the_price_list_ends_the_spending() -> None:
    """The balance falls by more than the estimate: one create, and no more."""
    with standing_in(StandIn(price=50)) as stand_in:
        _, report = judge_live(stand_in, "--max-credits", "100", "-k", "optional or url-http or one-of")
    assert len(stand_in.creates) == 1
    assert "more than the" in reasons(report)


@pytest.mark.parametrize("left", [0.0, 5.0])
def test_an_account_that_cannot_pay_is_not_asked_to(left: float) -> None:
    """Less credits than the case may cost: it is not run, and says so."""
    with standing_in(StandIn(credits=left)) as stand_in:
        _, report = judge_live(stand_in, "--max-credits", "100", "-k", "optional")
    assert stand_in.creates == []
    assert f"the account has {left:g}" in reasons(report)


@pytest.mark.parametrize("paid", [True, False])
def test_a_key_that_the_target_refuses_ends_the_run(paid: bool) -> None:
    """Exit code 2 before any create, and no word against the API: the key is named."""
    with standing_in(StandIn()) as stand_in:
        done = subprocess.run(
            command(stand_in, *(["--max-credits", "100"] if paid else [])),
            env=environment(key="another-key", paid=paid),
            capture_output=True,
            text=True,
            timeout=60,
        )
    assert done.returncode == 2
    assert "refuses the key in FAKIE_API_KEY" in done.stderr
    assert done.stderr.strip().count("\n") == 0
    assert [path for method, path in stand_in.requests if method == "POST"] == []


def test_one_too_many_is_not_repeated() -> None:
    """A create that is answered with 429 is sent once; the case says that it was not run."""
    with standing_in(StandIn(refuses=lambda body: {"code": 429, "msg": "too often", "data": None})) as stand_in:
        _, report = judge_live(stand_in, "--max-credits", "100", "-k", "optional::none")
    assert [path for method, path in stand_in.requests if method == "POST"] == ["/api/v1/jobs/createTask"]
    assert [result["ending"] for result in report["results"]] == ["not_run"]


def test_the_time_limit_ends_a_run() -> None:
    """Cases after it are not run, and say why."""
    with standing_in(StandIn()) as stand_in:
        _, report = judge_live(stand_in, "--time-limit", "0", paid=False)
    assert {result["ending"] for result in report["results"]} == {"not_run"}
    assert "time limit" in reasons(report)


def test_a_wrong_clock_is_one_remark() -> None:
    """The Date says that it is a year later, and no time does: one remark names the clocks, nothing blames times."""
    with standing_in(StandIn(headers={"Date": "Mon, 01 Nov 2027 00:00:00 GMT"})) as stand_in:
        _, report = judge_live(stand_in, "--max-credits", "100", "-k", "life::success", "--fail-on", "breaking")
    remarks = [finding for result in report["results"] for finding in result["findings"]]
    news = [finding for finding in remarks if not finding["known_of_the_wire"]]
    assert {finding["place"] for finding in news if finding["severity"] == "info"} == {"/headers/date"}
    assert [finding["rule"] for finding in news if finding["rule"] in OF_TIMES] == []


class Gone(StandIn):
    """A stand-in whose files are not there, in other words each time."""

    def wire(self, method: str, path: str, authorization: str, content: bytes) -> tuple[int, dict[str, str], bytes]:
        if path == "/file.mp3":
            self.requests.append((method, path))
            return 404, {"Content-Type": "text/plain"}, str(len(self.requests)).encode()
        return super().wire(method, path, authorization, content)


def test_a_file_that_is_not_there_is_told_of_once() -> None:
    """What it is refused with may differ from time to time, and is no change of a file."""
    with standing_in(Gone()) as stand_in:
        _, report = judge_live(stand_in, "--max-credits", "100", "-k", "life::success")
    rules = [finding["rule"] for result in report["results"] for finding in result["findings"]]
    assert [rule for rule in rules if rule.startswith("result.")] == ["result.file"]


def test_without_a_public_url_a_callback_is_judged_by_polling() -> None:
    """The case ends as not provokable, says so, and names the options."""
    with standing_in(StandIn()) as stand_in:
        _, report = judge_live(stand_in, "--max-credits", "100", "-k", "callback::success")
    (result,) = report["results"]
    assert result["ending"] == "not_provokable"
    assert "polling alone" in result["reason"]
    assert "--callback-url" in result["reason"]


def test_a_recorder_in_front_of_a_live_host_is_live() -> None:
    """A loopback target whose /_fakie/ says so needs a key, and gets nothing that may cost."""
    about = {"format_version": 1, "levers": [], "recorder": {"upstream": "https://api.kie.ai", "live": True}}

    class Recorder(StandIn):
        def answer(self, method: str, path: str, authorization: str, content: bytes) -> dict[str, object]:
            if path == "/_fakie/":
                return {"code": 200, "msg": "a recorder", "data": about}
            return super().answer(method, path, authorization, content)

    with standing_in(Recorder(refuses=lambda body: {"code": 422, "msg": "no", "data": None})) as stand_in:
        words = command(stand_in)
        words.remove("--live")
        done = subprocess.run(words, env=environment(key=None), capture_output=True, text=True, timeout=60)
        assert done.returncode == 2
        assert "FAKIE_API_KEY" in done.stdout + done.stderr
        subprocess.run(words, env=environment(), capture_output=True, text=True, timeout=60)
    report = json.loads(Path("report.json").read_text(encoding="utf-8"))
    assert report["target"]["live"] is True
    assert stand_in.creates == []


def test_what_is_no_ledger_ends_before_anything_is_created() -> None:
    """A file of another kind: exit code 2, one line, the file as it was."""
    content = b"not a database, but long enough to be looked at as one" * 100
    Path(LEDGER).write_bytes(content)
    with standing_in(StandIn()) as stand_in:
        done, report = judge_live(stand_in, "--max-credits", "100")
    assert done.returncode == 2
    assert LEDGER in report["reason"]
    assert stand_in.creates == []
    assert Path(LEDGER).read_bytes() == content


def test_the_key_is_nowhere_in_what_is_written() -> None:
    """A target that says the key back in every answer: not in the output, the report, the page, JUnit or the ledger."""
    echo = {"code": 500, "msg": f"Bearer {KEY}", "data": {"key": KEY}}
    with standing_in(StandIn(refuses=lambda body: echo, headers={"X-Echo": KEY})) as stand_in:
        done, _ = judge_live(stand_in, "--max-credits", "100", "--junit", "junit.xml", "--html", "page.html", "-k", FEW)
    written = {file: file.read_bytes() for file in Path().rglob("*") if file.is_file()}
    assert len(written) >= 3
    assert done.returncode == 1
    assert [str(file) for file, content in written.items() if KEY.encode() in content] == []
    assert KEY not in done.stdout + done.stderr


def test_the_dry_run_sends_nothing_and_tells_the_cost() -> None:
    """No request; the sum of the bill is that of its lines; a report that was asked for is said not to be written."""
    with standing_in(StandIn()) as stand_in:
        reports = ("--html", "page.html", "--junit", "junit.xml")
        done = subprocess.run(
            command(stand_in, "--dry-run", "-k", "optional or callback::success", *reports),
            env=environment(paid=False, key=None),
            capture_output=True,
            text=True,
            timeout=60,
        )
    assert done.returncode == 0, done.stdout + done.stderr
    assert stand_in.requests == []
    assert "3 cases with 3 creates may cost 36" in done.stdout
    assert "--max-credits 36 runs them all" in done.stdout
    assert "No report is written" in done.stdout
    assert not any(Path(name).exists() for name in ("page.html", "junit.xml"))


@pytest.mark.parametrize("path", ["/api/v1/jobs/createTask", "/api/v1/jobs/recordInfo"])
def test_a_redirect_is_a_finding_and_is_never_followed(path: str) -> None:
    """The other host sees no request, let alone the key; a create that was redirected counts as if it had cost."""
    with standing_in(StandIn()) as other, standing_in(StandIn()) as stand_in:
        stand_in.instead[path] = (307, {"Location": f"{other.url}{path}"}, b"")
        done, report = judge_live(stand_in, "--max-credits", "100", "-k", "optional::none or unknown-task")
    assert done.returncode == 1
    assert other.requests == []
    assert any("HTTP 307" in finding["got"] for result in report["results"] for finding in result["findings"])
    if path.endswith("createTask"):
        assert [create["state"] for create in report["bill"]["creates"]] == ["unknown"]
        assert report["bill"]["worst"] == PRICE


def test_a_proxys_page_counts_as_a_create_of_unknown_end() -> None:
    """HTTP 502 with HTML: a finding, the cost is kept back, and nothing is sent again."""
    with standing_in(StandIn()) as stand_in:
        stand_in.instead["/api/v1/jobs/createTask"] = (502, {"Content-Type": "text/html"}, b"<h1>Bad Gateway</h1>")
        done, report = judge_live(stand_in, "--max-credits", "20", "-k", "optional")
    assert done.returncode == 1
    assert len(report["bill"]["creates"]) == 1
    assert {result["ending"] for result in report["results"]} == {"findings", "not_run"}


def test_what_cannot_cost_is_judged_when_the_credits_are_gone() -> None:
    """Requests without a key go on under a cap of nothing, once the target has refused such a one."""
    with standing_in(StandIn(price=PRICE)) as stand_in:
        _, report = judge_live(
            stand_in, "--max-credits", "12", "-k", "key::createTask or code-401::by-nature or optional"
        )
    endings = {result["case"]: result["ending"] for result in report["results"]}
    assert len(stand_in.creates) == 1
    assert endings[f"{MODEL}::code-401::by-nature"] == "held"


class Sly(StandIn):
    """Charges for what it refuses."""

    def _create(self, authorization: str, content: bytes) -> dict[str, object]:
        self.credits -= self.price
        self.creates.append(("", None, time.time()))
        return {"code": 500, "msg": "Internal Error", "data": None}


def test_a_target_that_charges_for_refusals_is_found_out() -> None:
    """It says no and takes credits: one create, and nothing more that may cost."""
    with standing_in(Sly()) as stand_in:
        _, report = judge_live(stand_in, "--max-credits", "100", "-k", "type- or null or optional")
    assert len(stand_in.creates) == 1
    assert "the balance has fallen by 12" in reasons(report)


@pytest.mark.parametrize(
    "answer", [{"code": 0, "msg": "ok", "data": {"id": 7}}, {"code": "200", "data": {"task": "x"}}]
)
def test_what_is_neither_yes_nor_no_counts_as_paid(answer: dict[str, object]) -> None:
    """A code that no page has: the reserved cost is kept back."""
    with standing_in(StandIn(refuses=lambda body: answer)) as stand_in:
        _, report = judge_live(stand_in, "--max-credits", "20", "-k", "optional")
    assert [create["state"] for create in report["bill"]["creates"]] == ["unknown"]
    assert len([method for method, _ in stand_in.requests if method == "POST"]) == 1
