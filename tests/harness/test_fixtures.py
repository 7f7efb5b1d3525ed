"""Fixtures that a project overrides, and what makes no sense in them."""

import re
from pathlib import Path
from typing import Any

import pytest

from fakie.harness.marker import marker_fault
from support.clients.plugin_project import run


def test_a_project_overrides_settings_catalog_hosts_and_accounts(calling: pytest.Pytester) -> None:
    """For all tests in conftest.py, for one module in the module; the marker goes before."""
    calling.makeconftest("""
        import pytest

        @pytest.fixture(scope="session")
        def fakie_settings():
            return {"credits": 7, "http_status": "mirror"}

        @pytest.fixture
        def fakie_hosts():
            return ["https://gateway.test/kie"]

        @pytest.fixture
        def fakie_accounts():
            return {"poor": {"credits": 0}}

        @pytest.fixture(scope="session")
        def fakie_catalog(tmp_path_factory):
            import json, shutil
            from pathlib import Path
            import fakie_schemas
            folder = tmp_path_factory.mktemp("own")
            shipped = fakie_schemas.data_folder("revisions") / "elevenlabs" / "audio-isolation"
            own = folder / "mine" / "model"
            own.mkdir(parents=True)
            for file in shipped.iterdir():
                text = file.read_text(encoding="utf-8").replace("elevenlabs/audio-isolation", "mine/model")
                (own / file.name).write_text(text, encoding="utf-8")
            return folder
    """)
    calling.makepyfile(
        test_all="""
        import pytest
        from client import create

        def test_settings_and_accounts(fakie):
            assert fakie.account(fakie.key).credits == 7
            assert create(key="poor").status_code == 402

        def test_hosts_and_catalog(fakie):
            answer = create("mine/model", "https://gateway.test/kie/api/v1/jobs", input={"audio_url": "https://me.test/a.mp3"})
            assert answer.json()["code"] == 200

        @pytest.mark.fakie(credits=3, http_status="envelope")
        def test_the_marker_goes_before(fakie):
            assert fakie.account(fakie.key).credits == 3
            assert create(key="poor").status_code == 200
        """,
        test_module="""
        import pytest

        @pytest.fixture(scope="module")
        def fakie_settings():
            return {"credits": 9}

        def test_nearest(fakie):
            assert fakie.account(fakie.key).credits == 9

        def test_dynamically(request):
            assert request.getfixturevalue("fakie").account(request.getfixturevalue("fakie").key).credits == 9
        """,
    )
    run(calling).assert_outcomes(passed=5)


def test_settings_go_before_the_options(calling: pytest.Pytester) -> None:
    """Whatever the option; what the settings leave out, or have as None, is as the options say."""
    calling.makepyfile("""
        import time
        import pytest
        from client import create

        @pytest.fixture
        def fakie_settings():
            return {"credits": 7, "fast_forward": False, "rate_limit": "1/60s", "webhook_key": None, "fail": [429]}

        def test_x(fakie):
            assert fakie.account(fakie.key).credits == 7
            assert fakie.timekeeper is None
            sent = {"audio_url": "https://x.test/a.mp3"}
            assert [create(input=sent).json()["code"] for _ in range(3)] == [429, 200, 429]
            assert "X-Webhook-Signature" in fakie.signed_callback().headers

        @pytest.mark.fakie(fast_forward=True, fail=[])
        def test_the_marker_goes_before(fakie):
            assert fakie.timekeeper is not None
    """)
    run(calling, "--fakie-credits=1", "--fakie-webhook-key=w", "--fakie-rate-limit=off").assert_outcomes(passed=2)


def test_the_page_of_a_date_is_asked_for_by_marker(calling: pytest.Pytester) -> None:
    """`docs=latest` refuses what only the newer page refuses."""
    calling.makepyfile("""
        import pytest
        from client import create

        OLD = {"input": {"prompt": "a", "aspect_ratio": "16:9", "duration": 4}}

        def code(**more):
            return create("bytedance/seedance-1.5-pro", **more).json()["code"]

        def test_pinned(fakie):
            fakie.reload()
            assert {code(**{"input": {"prompt": "a cat", "aspect_ratio": "16:9", "duration": "4"}})} == {200}

        @pytest.mark.fakie(docs="latest")
        def test_latest(fakie):
            assert {code(**{"input": {"prompt": "a cat", "aspect_ratio": "16:9", "duration": "4"}})} == {422}
    """)
    run(calling).assert_outcomes(passed=2)


@pytest.mark.parametrize(
    ("arguments", "word"),
    [
        ({"speed": "fast"}, "speed: expected a finite number from 1e-06 on"),
        ({"credits": -1}, "credits: expected a finite number from 0 up to 1e+12"),
        ({"credits": 1e300}, "credits: expected a finite number from 0 up to 1e+12"),
        ({"credits": True}, "credits: expected a number"),
        ({"fast_forward": "no"}, "fast_forward: expected on or off; got 'no'"),
        ({"other_hosts": "block"}, "other_hosts: expected pass or refuse"),
        ({"http_status": "real"}, "http_status: expected envelope or mirror"),
        ({"docs": "newest"}, "docs: expected pinned, latest, or a date"),
        ({"webhook_key": ""}, "webhook_key: it is empty"),
        ({"fail": 3.5}, "has no fail 3.5"),
        ({"fail": [429, "reset"]}, "one of spoil: spoil='reset'"),
        ({"spoil": "rate_limited"}, "one of fail: fail='rate_limited'"),
    ],
)
def test_an_argument_that_makes_no_sense_is_one_line(arguments: dict[str, Any], word: str) -> None:
    """What came and what would work; the marker says it before any test runs."""
    fault = marker_fault((), arguments, Path())
    assert fault is not None
    assert word in fault
    assert "\n" not in fault


def test_what_a_fixture_returns_that_makes_no_sense_is_one_line(calling: pytest.Pytester) -> None:
    """Settings and hosts: the first test that asks for its fake gets the line, and does not run."""
    for name, returned in (("settings", {"sped": 3}), ("hosts", ["https://good.test", "gateway.test/kie"])):
        calling.makepyfile(
            **{
                f"test_{name}": f"""
            import pytest

            @pytest.fixture
            def fakie_{name}():
                return {returned!r}

            def test_x(fakie):
                raise AssertionError("ran")
            """
            }
        )
    result = run(calling)
    result.assert_outcomes(errors=2)
    result.stdout.fnmatch_lines_random(
        ["*'sped'; did you mean 'speed'?*", "*'gateway.test/kie' cannot be used*such as https://gateway.example/kie*"]
    )


def test_hosts_of_the_ini_that_are_none_are_one_line(calling: pytest.Pytester) -> None:
    """Before any test runs."""
    calling.makepyfile("def test_x(fakie): raise AssertionError('ran')")
    result = run(calling, "-o", "fakie_hosts=not a url")
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines(["*fakie_hosts: 'not a url'*"])


def test_threads_that_outlive_their_test_are_named(calling: pytest.Pytester) -> None:
    """In the summary, each once with its test; those of fakie and of tools are not."""
    calling.makepyfile("""
        import threading

        def test_x(fakie):
            threading.Thread(target=threading.Event().wait, name="left-behind", daemon=True).start()

        def test_y(fakie):
            thread = threading.Thread(target=int, name="ended")
            thread.start()
            thread.join()
    """)
    result = run(calling)
    result.assert_outcomes(passed=2)
    result.stdout.fnmatch_lines(["*test_x: *'left-behind'*"])
    assert "ended" not in result.stdout.str()


def test_threads_alike_that_outlive_their_tests_are_one_line(calling: pytest.Pytester) -> None:
    """With their number and that of the tests: a library leaves one for each session that nobody closes."""
    calling.makepyfile("""
        import threading

        import pytest

        def watch():
            threading.Event().wait()

        @pytest.mark.parametrize("count", [1, 2, 1])
        def test_x(fakie, count):
            for _ in range(count):
                threading.Thread(target=watch, daemon=True).start()

        def test_y(fakie):
            for number in (1, 2):
                threading.Thread(target=watch, name=f"mine-{number}", daemon=True).start()
    """)
    lines = [line for line in run(calling).stdout.lines if ": thread " in line]
    assert len(lines) == 2
    assert re.search(r"::test_x\[.*: thread 'Thread-\d+ \(watch\)'; the first of 4 alike, in 3 tests$", lines[0])
    assert lines[1].endswith("::test_y: thread 'mine-1'; the first of 2 alike, in 1 test")


def test_a_fake_is_not_used_after_its_test(calling: pytest.Pytester) -> None:
    """Orders and moves are refused in one line; what happened can be looked at."""
    calling.makepyfile("""
        import pytest
        from fakie.harness.fake import WrongOrderError

        KEPT = []

        def test_first(fakie):
            KEPT.append(fakie)

        def test_second():
            [fake] = KEPT
            assert fake.tasks == []
            acts = [
                fake.plan_next,
                lambda: fake.fail_next(429),
                lambda: fake.spoil_next("lost"),
                lambda: fake.advance(1),
                lambda: fake.advance_to(4e9),
                lambda: fake.deliver_to(print),
                fake.fast_forward,
                lambda: fake.wait_until(lambda: True),
                fake.freeze,
                lambda: fake.resume(account=fake.key),
                lambda: fake.play("failing-line"),
                fake.stop_scenarios,
                lambda: fake.take_back("faults"),
                lambda: fake.account(credits=5),
                fake.signed_callback,
                lambda: fake.move_to("https://elsewhere.example"),
                fake.reset,
                fake.reload,
            ]
            for act in acts:
                with pytest.raises(WrongOrderError, match="test_first has ended; ask for the fixture"):
                    act()
    """)
    run(calling).assert_outcomes(passed=2)
