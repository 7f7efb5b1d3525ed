"""Every option of the plugin in every place where it can be said: marker, line, environment, settings file."""

import shutil
from pathlib import Path

import pytest

from fakie_fixtures import sample_pages
from fakie_schemas.compiler import derive, write
from fakie_schemas.options.table import option_of, options_of

PLACES = ("marker", "option", "variable", "ini")
HEAD = """
import os, threading, time
import pytest, requests

BASE = "https://api.kie.ai/api/v1/"
HEADERS = {"Authorization": "Bearer a-key"}

def create(model="elevenlabs/audio-isolation", **given):
    body = {"model": model, "input": given, "callBackUrl": "https://me.test/hook"}
    return requests.post(BASE + "jobs/createTask", json=body, headers=HEADERS, timeout=5)

def look(task_id):
    return requests.get(BASE + "jobs/recordInfo", params={"taskId": task_id}, headers=HEADERS, timeout=5).json()["data"]

def credit():
    return requests.get(BASE + "chat/credit", headers=HEADERS, timeout=5).json()["data"]

def real_seconds(act):
    began = os.times().elapsed
    act()
    return os.times().elapsed - began
"""
# For each option a value, and what holds with it alone. They go together.
EFFECTS: dict[str, tuple[str, str]] = {
    "credits": ("7", "assert credit() == 7"),
    "prices": ("listed", "before = credit(); create(audio_url='https://x.test/a.mp3'); assert credit() == before - 2"),
    "docs": ("latest", "assert create().json()['code'] == 422"),
    "schemas": ("own", "assert create('acme/voice-cleaner').json()['msg'].startswith('Validation error: input')"),
    "http_status": ("mirror", "assert create('no/such').status_code == 422"),
    "speed": (
        "1000",
        "create(audio_url='https://x.test/a.mp3'); time.sleep(1); assert fakie.tasks[0].state == 'success'",
    ),
    "rate_limit": (
        "1/60s",
        "[create(audio_url='https://x.test/a.mp3') for _ in range(2)]; assert len(fakie.tasks) == 1",
    ),
    "account": (
        "poor=credits:0",
        "poor = requests.get(BASE + 'chat/credit', headers={'Authorization': 'Bearer poor'}, timeout=5)\n"
        "    assert poor.json()['data'] == 0",
    ),
    "prompt_orders": (
        "yes",
        "assert create('z-image', prompt='fakie:fault:455', aspect_ratio='1:1').json()['code'] == 455",
    ),
    "way": ("credits_insufficient=1", "assert fakie.service.settings.ways == (('credits_insufficient', 1),)"),
    "limits": (
        "catalogue",
        "url = BASE + 'models/z-image/price'\n"
        "    codes = {requests.get(url, headers=HEADERS, timeout=5).json()['code'] for _ in range(9)}\n"
        "    assert codes == {200, 429}",
    ),
    "webhook_key": ("w", "assert 'X-Webhook-Signature' in fakie.signed_callback().headers"),
    "fast_forward": ("off", "assert real_seconds(lambda: time.sleep(0.3)) > 0.2"),
    "other_hosts": (
        "refuse",
        "with pytest.raises(requests.ConnectionError, match='fakie'):\n"
        "        requests.get('http://elsewhere.invalid', timeout=1)",
    ),
    "conduct": ("error", "[requests.get(BASE + 'jobs/recordInfo', headers=HEADERS, timeout=5) for _ in range(4)]"),
    "profile": ("documented", "assert fakie.service.contracts.profile.name == 'documented'"),
    "wire": (
        "2026-04",
        "assert 'creditsConsumed' not in look(create(audio_url='https://x.test/a.mp3').json()['data']['taskId'])",
    ),
    "latency": ("observed", "create(); assert fakie.journal[0].delay > 0"),
    "files": (
        "trust",
        "sent = {'base64Data': 'aGVsbG8=', 'uploadPath': 'x', 'fileName': 'a.txt'}\n"
        "    place = 'https://kieai.redpandaai.co/api/file-base64-upload'\n"
        "    answer = requests.post(place, json=sent, headers=HEADERS, timeout=5)\n"
        "    url = answer.json()['data']['downloadUrl']\n"
        "    assert create('recraft/remove-background', image=url).json()['code'] == 200",
    ),
    "scenario": ("lost-callbacks", "assert fakie.service.control.scenarios.playing"),
    "patience": (
        "900",
        "read, write = os.pipe(); thread = threading.Thread(target=os.read, args=(read, 1)); thread.start()\n"
        "    took = real_seconds(lambda: time.sleep(60)); os.write(write, b'x'); thread.join()\n"
        "    os.close(read); os.close(write)\n"
        "    assert took > 0.6",
    ),
}
# It has an effect where time is skipped, which another option here forbids.
MARKED = {"patience": "@pytest.mark.fakie(fast_forward='on')\n"}
# The other profile has other words, which would spoil the other effects. How long
# a busy machine takes without patience cannot be said.
SEEN_WITHOUT_TOO = {"profile"}
UNCERTAIN = {"patience"}


def written(effects: dict[str, tuple[str, str]]) -> str:
    tests = (f"{MARKED.get(name, '')}def test_{name}(fakie):\n    {act}\n" for name, (_, act) in effects.items())
    return "\n\n" + "\n\n".join(tests)


def ask(project: pytest.Pytester, place: str, effects: dict[str, tuple[str, str]]) -> pytest.RunResult:
    """Run the tests of these effects, their values given in one place."""
    values = {name: value for name, (value, _) in effects.items()}
    marker = f"\npytestmark = pytest.mark.fakie(**{values})\n" if place == "marker" else ""
    arguments = [
        f"--fakie-{name.replace('_', '-')}" + ("" if option_of("plugin", name).kind.is_flag else f"={value}")
        for name, value in values.items()
    ]
    lines = "".join(f"fakie_{name} = {value}\n" for name, value in values.items()) if place == "ini" else ""
    with pytest.MonkeyPatch.context() as patch:
        for name, value in values.items() if place == "variable" else ():
            patch.setenv(str(option_of("plugin", name).variable), value)
        project.makeini(f"[pytest]\naddopts = -W error -p no:cacheprovider\n{lines}")
        project.makepyfile(HEAD + marker + written(effects))
        return project.runpytest_subprocess(*(arguments if place == "option" else ()))


@pytest.fixture(scope="module")
def own(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of revisions of its own; made before pytester, which takes modules back that its tests import."""
    folder = tmp_path_factory.mktemp("own")
    write(derive(sample_pages("old") / "voice-cleaner.md", date="2026-01"), folder)
    return folder


@pytest.fixture
def project(own: Path, pytester: pytest.Pytester) -> pytest.Pytester:
    shutil.copytree(own, pytester.path / "own")
    return pytester


def test_every_option_has_an_effect_to_look_for() -> None:
    """A new option needs a row here."""
    assert {option.key for option in options_of("plugin")} == set(EFFECTS), "give EFFECTS, above, a row of it"


@pytest.mark.parametrize("place", PLACES)
def test_each_option_takes_effect_wherever_it_is_said(project: pytest.Pytester, place: str) -> None:
    """By marker, command line, environment and settings file alike; wrong conduct is the error of one test."""
    result = ask(project, place, EFFECTS)
    result.assert_outcomes(passed=len(EFFECTS), errors=1)
    result.stdout.fnmatch_lines(["*ERROR at teardown of test_conduct*", "*polled_unknown_task_on*"])


def test_without_them_none_of_the_effects_is_there(project: pytest.Pytester) -> None:
    """Each value makes a difference; conduct fails no test by itself."""
    effects = {name: effect for name, effect in EFFECTS.items() if name not in SEEN_WITHOUT_TOO | UNCERTAIN}
    result = ask(project, "nowhere", effects)
    result.assert_outcomes(passed=1, failed=len(effects) - 1)


def test_the_marker_goes_before_the_line_before_the_variable_before_the_file(project: pytest.Pytester) -> None:
    """The nearer to the test, the more it counts."""
    project.makeini("[pytest]\naddopts = -p no:cacheprovider\nfakie_credits = 1\nfakie_speed = 2")
    project.makepyfile(
        HEAD
        + """
def test_line(fakie, expected):
    assert credit() == expected

@pytest.mark.fakie(credits=4)
def test_marker(fakie):
    assert credit() == 4

@pytest.mark.fakie(credits=None)
def test_none_is_as_if_unsaid(fakie, expected):
    assert credit() == expected

@pytest.fixture
def expected():
    return float(os.environ["EXPECTED"])
"""
    )
    with pytest.MonkeyPatch.context() as patch:
        for expected, variable, arguments in (("1", "", ()), ("2", "2", ()), ("3", "2", ("--fakie-credits=3",))):
            patch.setenv("EXPECTED", expected)
            patch.setenv("FAKIE_CREDITS", variable)
            project.runpytest_subprocess(*arguments).assert_outcomes(passed=3)


@pytest.mark.parametrize(
    ("place", "values", "words"),
    [
        ("marker", {"speed": "0"}, "speed: expected a finite number from 1e-06 on"),
        ("option", {"docs": "newest"}, "fakie_docs: expected pinned, latest, or a date"),
        ("ini", {"schemas": "gone"}, "fakie_schemas: expected a folder that exists"),
        ("variable", {"profile": "dreamt"}, "there is no 'dreamt'"),
        ("marker", {"account": "a=fault:rate_limit"}, "has no fault 'rate_limit'; did you mean 'rate_limited'?"),
        ("option", {"account": "a=credit:0"}, "fakie_account: no word is called 'credit'; did you mean 'credits'?"),
        ("ini", {"account": "a=credits:0 b=plan:fails"}, "fakie_account: has no plan 'fails'; did you mean 'fail'?"),
        ("ini", {"limits": "al"}, "fakie_limits: expected off or creates or catalogue or all"),
        ("option", {"wire": ""}, "--fakie-wire: it is empty"),
        ("option", {"account": ""}, "--fakie-account: it is empty"),
    ],
)
def test_what_cannot_be_meant_is_refused_before_any_test(
    project: pytest.Pytester, place: str, values: dict[str, str], words: str
) -> None:
    """One line and no test, whatever the place."""
    result = ask(project, place, {name: (value, "raise SystemExit('ran')") for name, value in values.items()})
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines([f"*{words}*"])


def test_the_help_says_each_default_once_and_the_suite_s_options_elsewhere(beside_all: pytest.Pytester) -> None:
    """What everybody reads who types `pytest --help` stays short, whichever plugins are on."""
    own = len(list(options_of("plugin")))
    for without, known in (("no:xdist", own + 1), ("no:fakie_contract", own), ("no:fakie", 5)):
        text = beside_all.runpytest_subprocess("--help", "-p", without).stdout.str()
        flags = [line.split("=")[0].strip() for line in text.splitlines() if line.startswith("  --fakie-")]
        assert len(flags) == len(set(flags)) == known
        assert text.count("[documented]") == (0 if without == "no:fakie" else 1)
        assert "as --fakie-docs" in text
