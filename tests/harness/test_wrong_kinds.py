"""Values of a wrong kind, and misspelt words, are refused: every argument of every public method and of the marker."""

import inspect
import re
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any, get_type_hints

import pytest
import requests

from fakie.core.control.arguments import MatchArguments
from fakie.harness.fake import Fake, WrongOrderError
from fakie.harness.in_test import Surroundings, made_fake
from fakie.harness.marker import arguments, marker_fault, options, said
from fakie.harness.start import SessionCache, in_process, new_fake, running
from fakie_schemas.errors import ConfigurationError
from fakie_schemas.options.option import Option

# What each method is given besides the argument that is tried; TASK stands for the id of a task.
_OTHERS: Mapping[str, Mapping[str, Any]] = {
    "advance": {"seconds": 1},
    "deliver_to": {"receiver": None},
    "fail_next": {"what": 429},
    "of": {"account": "a-key"},
    "play": {"scenario": "flaky-upstream"},
    "publish": {"url": "https://acme.test/a.png"},
    "spoil_next": {"kind": "lost"},
    "take_back": {"kind": "faults"},
    "wait_callback": {"task": "TASK"},
    "wait_until": {"predicate": lambda: True},
}
# Methods that are no user's: doors, the fixture's own calls, and what comes of being a Sequence.
_NOT_TRIED = {"handle", "end", "require_running", "count", "index"}


class Another:
    """What nothing takes."""


def _fake() -> tuple[Fake, str]:
    fake = new_fake()
    with in_process(fake):
        body = {"model": "elevenlabs/audio-isolation", "input": {}, "callBackUrl": "https://me.test/hook"}
        url, headers = "https://api.kie.ai/api/v1/jobs/createTask", {"Authorization": "Bearer k"}
        made = requests.post(url, json=body, headers=headers).json()
    return fake, made["data"]["taskId"]


def _objects(fake: Fake, task_id: str) -> Mapping[str, Any]:
    return {
        "fake": fake,
        "task": fake.task(task_id),
        "journal": fake.journal,
        "uploads": fake.uploads,
        "web": fake.web,
    }


def _taken() -> Iterator[tuple[str, str, str]]:
    """Yield every argument: of which object, of which method, and its name."""
    for name, one in _objects(*_fake()).items():
        for method, call in inspect.getmembers(one, inspect.ismethod):
            tried = (method == "count" and name == "journal") or method not in _NOT_TRIED
            for each in inspect.signature(call).parameters.values() if tried and not method.startswith("_") else ():
                packed = get_type_hints(MatchArguments) if each.kind is each.VAR_KEYWORD else [each.name]
                yield from ((name, method, argument) for argument in packed)


@pytest.mark.filterwarnings("ignore:race:DeprecationWarning")
@pytest.mark.parametrize(("name", "method", "argument"), list(_taken()))
def test_every_argument_refuses_another_kind(name: str, method: str, argument: str) -> None:
    """An object of a class of the test's own is refused by each, in one line that names it, and nothing is ordered."""
    fake, task_id = _fake()
    call = getattr(_objects(fake, task_id)[name], method)
    others = {key: task_id if value == "TASK" else value for key, value in _OTHERS.get(method, {}).items()}
    with pytest.raises(WrongOrderError) as refused:
        call(**{**others, argument: Another()})
    assert "\n" not in str(refused.value)
    assert not any(fake.orders.values())


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda fake: fake.wait_until(lambda: True, timeout=-1), "timeout: at least 0; got -1"),
        (lambda fake: fake.wait_callback(fake.tasks[0].id, timeout="5"), 'timeout: number; got "5"'),
        (lambda fake: fake.advance_to(float("nan")), "moment: expected JSON data, its numbers finite; got nan"),
        (lambda fake: fake.spoil_next("lost", seconds=5), "seconds: an answer that is lost takes none; leave it out"),
        (lambda fake: fake.journal.count("createTsk"), "did you mean 'createTask'?"),
        (lambda fake: fake.journal.requests(situation="rate_limitd"), "did you mean 'rate_limited'?"),
        (lambda fake: fake.web.publish("https://acme.test/a", "text"), "content: expected bytes; got 'text'"),
        (
            lambda fake: fake.deliver_to(None, url="https://hooks.example.com"),
            "url, client: an app alone is told of them; leave them out",
        ),
    ],
)
def test_what_cannot_be_meant_is_told(call: Callable[[Fake], object], words: str) -> None:
    """Values of the right kind that make no sense say what would."""
    fake, _ = _fake()
    with pytest.raises(WrongOrderError) as refused:
        call(fake)
    assert words in str(refused.value)


@pytest.mark.parametrize("name", arguments())
def test_every_argument_of_the_marker_refuses_another_kind(name: str) -> None:
    """The marker says so before any test runs, and names the argument."""
    fault = marker_fault((), {name: Another()}, Path())
    assert name in str(fault)
    assert "\n" not in str(fault)


@pytest.mark.parametrize(
    ("named", "words"),
    [
        ({"webhook_key": 5}, "webhook_key: expected a text; got int"),
        ({"prompt_orders": "flase"}, "prompt_orders: expected yes or no; got 'flase'"),
        ({"prompt_orders": 1}, "prompt_orders: expected True or False or a text; got 1"),
        ({"speed": True}, "speed: expected a number or a text; got True"),
        ({"docs": "lastest"}, "did you mean 'latest'?"),
        ({"latency": True}, "latency: expected a text; got True"),
        ({"rate_limit": 20}, "rate_limit: expected a text; got 20"),
        ({"prices": 5}, "prices: expected a text or a path; got 5"),
        ({"way": 5}, "way: expected a text; got 5"),
    ],
)
def test_a_marker_says_which_kind_it_takes(named: Mapping[str, Any], words: str) -> None:
    """The line has what was expected and what came."""
    assert words in str(marker_fault((), named, Path()))


@pytest.mark.parametrize("option", [one for one in options().values() if one.kind.words], ids=lambda one: one.key)
def test_every_misspelt_word_is_met_by_the_meant_one(option: Option) -> None:
    """What takes words names the near one."""
    word = max(option.kind.words, key=len)
    fault = str(marker_fault((), {option.key: word[:-1] + "x"}, Path()))
    assert any(f"did you mean {one!r}?" in fault for one in option.kind.words)


@pytest.mark.parametrize(
    ("around", "words"),
    [
        ({"hosts": "https://gateway.test"}, "fakie_hosts: expected a list of base URLs; got 'https://gateway.test'"),
        ({"hosts": 5}, "fakie_hosts: expected a list"),
        ({"accounts": [("k", {})]}, "fakie_accounts: expected a dict of dicts such as"),
        ({"accounts": ["k"]}, '{"the-key": {"credits": 5}}; got list'),
        ({"accounts": {"k": 5}}, '{"the-key": {"credits": 5}}; got int'),
        ({"accounts": {"k": {"credit": 5}}}, "did you mean 'credits'?"),
        ({"accounts": {"k": {"credits": "5"}}}, "fakie_accounts: credits: number"),
        ({"catalog": 5}, "fakie_catalog: expected None, a Catalog or an existing folder; got 5"),
        (
            {"catalog": ["revisions"]},
            "fakie_catalog: expected None, a Catalog or an existing folder; got ['revisions']",
        ),
    ],
)
def test_overridden_fixtures_are_held_to_their_kinds(around: Mapping[str, Any], words: str) -> None:
    """What they return otherwise is refused by the fixture's name, and told."""
    how = said({}, Path(), lambda option: option.value(option.default or ""))
    kept = SessionCache()
    try:
        with pytest.raises(ConfigurationError, match=re.escape(words)):
            made_fake(kept, how, Surroundings(**around), url="http://fakie.invalid", seed="")
    finally:
        kept.close()


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"latency": "on"}, "latency: expected off or observed; got 'on'"),
        ({"docs": "lastest"}, "did you mean 'latest'"),
        ({"speed": "fast"}, "speed: expected a finite number from 1e-06 on"),
        ({"webhook_key": 5}, "webhook_key: expected a text; got int"),
        ({"webhook_key": ""}, "webhook_key: it is empty"),
    ],
)
def test_a_fake_without_pytest_refuses_what_the_marker_refuses(wrong: Mapping[str, Any], words: str) -> None:
    """`fakie.running()` starts nothing then."""
    with pytest.raises(ConfigurationError, match=words), running(**wrong):
        pytest.fail("it runs")


@pytest.mark.parametrize("levels", [64, 5_000, 200_000])
def test_data_nested_beyond_any_depth_is_refused_like_other_data_that_is_none(levels: int) -> None:
    """The words say what is wrong, without writing it, which not each Python can; it may be as deep as requests are."""
    nested: Any = {}
    for _ in range(levels):
        nested = {"a": nested}
    fake = new_fake("http://fake.test")
    with pytest.raises(WrongOrderError, match="got data that is nested too deep"):
        fake.fail_next(429, when=nested)
    with pytest.raises(WrongOrderError, match="result: expected "):
        fake.plan_next(result=nested)
    if levels == 64:
        fake.fail_next(429, when=nested["a"])


@pytest.mark.parametrize("name", ["credits", "tasks", "webhook_key"])
def test_what_is_no_attribute_to_be_set_is_refused(fake: Fake, name: str) -> None:
    """Or else `fakie.credits = 0` would change nothing, in silence."""
    with pytest.raises(AttributeError, match=name):
        setattr(fake, name, 0)
