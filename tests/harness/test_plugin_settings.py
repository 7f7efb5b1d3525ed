"""What a test's fake is like: by marker, option, environment and settings file."""

import pytest

from support.clients.plugin_project import run


def test_the_marker_shapes_the_fake(project: pytest.Pytester) -> None:
    """Each argument takes effect, and the nearest marker wins."""
    project.makepyfile("""
        import time, pytest, requests
        from client import generate

        pytestmark = pytest.mark.fakie(credits=5)

        @pytest.mark.fakie(fail=["rate_limited", 455])
        def test_fail(fakie):
            for code in ("429", "455"):
                with pytest.raises(RuntimeError, match=code):
                    generate()
            generate()

        @pytest.mark.fakie(spoil=["lost", "empty"])
        def test_spoil(fakie):
            for _ in range(2):
                with pytest.raises(requests.RequestException):
                    generate()
            generate()
            assert len(fakie.tasks) == 3

        @pytest.mark.fakie(credits=0)
        def test_credits(fakie):
            with pytest.raises(RuntimeError, match="402"):
                generate()

        def test_inherited(fakie):
            assert fakie.account(fakie.key).credits == 5

        @pytest.mark.fakie(fast_forward=False, speed=1000)
        def test_real_time(fakie):
            before = time.perf_counter()
            time.sleep(0.05)
            assert time.perf_counter() - before < 4

        @pytest.mark.fakie(other_hosts="refuse")
        def test_refuse(fakie):
            with pytest.raises(requests.ConnectionError):
                requests.get("https://elsewhere.test", timeout=1)

        @pytest.mark.fakie(webhook_key="w", profile="documented")
        def test_signed(fakie):
            body = {"model": "elevenlabs/audio-isolation", "input": {}, "callBackUrl": "https://me.test/hook"}
            requests.post("https://api.kie.ai/api/v1/jobs/createTask", json=body, headers={"Authorization": "Bearer k"})
            fakie.advance(10)
            assert "X-Webhook-Signature" in fakie.callbacks[0].headers
    """)
    run(project).assert_outcomes(passed=7)


@pytest.mark.parametrize(
    ("marker", "word"),
    [
        ("fial='x'", "did you mean 'fail'"),
        ("'by position'", "by name alone, such as credits=5; got 'by position'"),
        ("'credits'", "by name alone, such as credits=5; got 'credits'"),
        ("none=1", "it has: *profile"),
        ("fail='rate_limitd'", "did you mean 'rate_limited'"),
        ("fail=[429, 418]", "has no fail 418*401, 402"),
        ("spoil='burnt'", "latency, dribbled, lost, reset"),
        ("profile='dreamt'", "documented"),
    ],
)
def test_a_wrong_marker_argument_stops_the_collection(project: pytest.Pytester, marker: str, word: str) -> None:
    """A misspelt argument is an error before any test runs, and lists what exists."""
    project.makepyfile(f"""
        import pytest

        @pytest.mark.fakie({marker})
        def test_x(fakie):
            raise AssertionError("ran")
    """)
    result = run(project)
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines([f"*{word}*"])


@pytest.mark.parametrize("name", ["fakie_fast_forward", "fakie_other_hosts"])
def test_options_have_ini_twins_that_are_checked_early(project: pytest.Pytester, name: str) -> None:
    """A value that cannot be meant is a usage error, from the command line and from the ini file."""
    project.makepyfile("def test_x(): pass")
    assert run(project, f"--{name.replace('_', '-')}=perhaps").ret == pytest.ExitCode.USAGE_ERROR
    result = run(project, "-o", f"{name}=perhaps")
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines([f"*{name}: expected * got 'perhaps'*"])


def test_an_unknown_profile_is_refused_early(project: pytest.Pytester) -> None:
    """By option or ini, with the profiles there are."""
    project.makepyfile("def test_x(): pass")
    for arguments in (("--fakie-profile=dreamt",), ("-o", "fakie_profile=dreamt")):
        result = run(project, *arguments)
        assert result.ret == pytest.ExitCode.USAGE_ERROR
        result.stderr.fnmatch_lines(["*no 'dreamt'*documented*"])


def test_options_and_ini_take_effect(project: pytest.Pytester) -> None:
    """The command line wins over the ini file, and both over the default."""
    project.makepyfile("""
        import os, time

        def test_sleeps_for_real(fakie):
            began = os.times().elapsed
            time.sleep(1)
            assert os.times().elapsed - began > 0.9
    """)
    run(project, "--fakie-fast-forward=off").assert_outcomes(passed=1)
    run(project, "-o", "fakie_fast_forward=off").assert_outcomes(passed=1)
    run(project, "-o", "fakie_fast_forward=off", "--fakie-fast-forward=on").assert_outcomes(failed=1)


def test_fakie_env_sets_the_variables_that_the_ini_names(project: pytest.Pytester) -> None:
    """Names, paths and key as the project needs them."""
    project.makepyfile("""
        import os

        def test_env(fakie_env):
            assert os.environ["MY_URL"] == fakie_env.url + "/api/v1"
            assert os.environ["MY_KEY"] == fakie_env.key
            assert "KIE_BASE_URL" not in os.environ
    """)
    run(project, "-o", "fakie_env=MY_URL=url/api/v1\nMY_KEY=key").assert_outcomes(passed=1)
    result = run(project, "-o", "fakie_env=MY_URL=host")
    assert result.ret == pytest.ExitCode.USAGE_ERROR


def test_a_profile_and_the_dates_of_the_wire_are_options_and_marks(project: pytest.Pytester) -> None:
    """The profile of the wire serves the latest pages; the wire's date is an option, an ini line and a mark."""
    project.makepyfile("""
        import pytest, requests

        URL = "https://api.kie.ai/api/v1/jobs"
        HEADERS = {"Authorization": "Bearer k"}

        def asked(given):
            body = {"model": "z-image", "input": given}
            return requests.post(URL + "/createTask", json=body, headers=HEADERS, timeout=5).json()

        def keys():
            task = asked({"prompt": "a lake", "aspect_ratio": "1:1"})["data"]["taskId"]
            shown = requests.get(URL + "/recordInfo", params={"taskId": task}, headers=HEADERS, timeout=5)
            return list(shown.json()["data"])

        def test_by_option(fakie):
            assert asked({}) == {"code": 500, "msg": "This field is required", "data": None}
            assert len(keys()) == 10
            assert fakie.service.contracts.catalog.docs == "latest"

        @pytest.mark.fakie(profile="documented", wire="2026-07", docs="2026-04")
        def test_by_mark(fakie):
            assert asked({})["code"] == 422
            assert keys()[-1] == "creditsConsumed"
            assert fakie.service.contracts.catalog.docs == "2026-04"

        @pytest.mark.fakie(latency="observed")
        def test_measured(fakie):
            asked({})
            assert [entry.spoiled for entry in fakie.journal] == ["latency"]
    """)
    run(project, "--fakie-profile=observed", "--fakie-wire=2026-04").assert_outcomes(passed=3)
    run(project, "-o", "fakie_profile=observed", "-o", "fakie_wire=2026-04").assert_outcomes(passed=3)


@pytest.mark.parametrize(
    ("mark", "words"),
    [
        ('profile="dreamt"', "*profile: there is no 'dreamt'*documented, observed*"),
        ('profile="none.json"', "*profile: no file is called 'none.json'*"),
        ('wire="2025-01"', "*wire: expected 2026-04 or 2026-07 or 2026-10*"),
        ('docs="newest"', "*docs: expected pinned, latest, or a date*"),
        ('latency="some"', "*latency: expected off or observed*"),
    ],
)
def test_a_mark_that_cannot_be_meant_is_refused_before_any_test(
    project: pytest.Pytester, mark: str, words: str
) -> None:
    """With what would be right."""
    project.makepyfile(f"import pytest\n\n@pytest.mark.fakie({mark})\ndef test_x(fakie): pass")
    result = run(project)
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines([words])


@pytest.mark.parametrize("name", ["fakie", "fakie_module", "fakie_session"])
@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ('{"scenario": {"name": "mine", "steps": [{"at": 5}]}}', "steps[[]0[]]: 'at' is not known (known: id*"),
        ('{"prices": "prices.json"}', "expected a price table *prices.json: at $: *"),
        ('{"credit": 5}', "fakie_settings has no argument 'credit'; did you mean 'credits'*"),
    ],
)
def test_what_no_fake_can_be_made_of_is_one_line_of_its_test(
    project: pytest.Pytester, name: str, settings: str, words: str
) -> None:
    """What is said in settings and files is read when a test needs it, and refused without a traceback."""
    (project.path / "prices.json").write_text("{}")
    project.makeconftest(f"import pytest\n\n@pytest.fixture(scope='session')\ndef fakie_settings(): return {settings}")
    project.makepyfile(f"def test_x({name}): pass")
    result = run(project)
    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines(["*ERROR at setup of test_x*", words, "*short test summary*"], consecutive=True)
