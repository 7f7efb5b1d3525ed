"""The page for programs that write tests: short and exact, its names made from code, its recipes run by the tests."""

from collections.abc import Iterator

from fakie.core.tasks.quirks import QUIRKS
from fakie.core.transport_faults import TRANSPORT_FAULTS
from fakie.harness.fake import Fake
from fakie.harness.handles import TaskHandle
from fakie.harness.journal_view import JournalView
from fakie.harness.marker import arguments
from fakie_reference.fixture import call, first_sentence, fixtures, members
from fakie_reference.levers import described
from fakie_reference.tables import code, codes, page, table
from fakie_schemas.catalog.profile import Profile
from fakie_schemas.options.table import options_of

_RECIPES = """## Three recipes

A job that ends in success after ten minutes, without waiting; what was sent is looked at:

```python
# test_recipe_success.py
import time

import requests

KIE = "https://api.kie.ai/api/v1/jobs"
HEADERS = {"Authorization": "Bearer any-key"}


def run(prompt):  # stands for the code under test, which is called unchanged
    body = {"model": "z-image", "input": {"prompt": prompt, "aspect_ratio": "1:1"}}
    answer = requests.post(f"{KIE}/createTask", json=body, headers=HEADERS, timeout=30).json()
    if answer["code"] != 200:
        return answer["code"]
    asked = {"taskId": answer["data"]["taskId"]}
    while True:
        record = requests.get(f"{KIE}/recordInfo", params=asked, headers=HEADERS, timeout=30).json()["data"]
        if record["state"] in ("success", "fail"):
            return record["state"]
        time.sleep(10)


def test_success(fakie):
    fakie.plan_next(seconds=600)
    assert run("a lake") == "success"
    assert fakie.journal.bodies[0]["input"]["prompt"] == "a lake"
    assert len(fakie.tasks) == 1
```

A refusal, and a task that fails:

```python
# test_recipe_failure.py
from test_recipe_success import run


def test_no_credits(fakie):
    fakie.fail_next("credits_insufficient")
    assert run("a lake") == 402


def test_a_flagged_prompt(fakie):
    fakie.plan_next("fail", code="422", msg="flagged")
    assert run("a lake") == "fail"
```

A callback, delivered into a WSGI app (ASGI works alike):

```python
# test_recipe_callback.py
import requests


def test_callback(fakie):
    heard = []

    def app(environ, start_response):
        heard.append(environ["PATH_INFO"])
        start_response("200 OK", [("Content-Type", "application/json")])
        return [b"{}"]

    fakie.deliver_to(app)
    body = {"model": "elevenlabs/audio-isolation", "input": {}, "callBackUrl": "https://me.test/hook"}
    headers = {"Authorization": "Bearer any-key"}
    requests.post("https://api.kie.ai/api/v1/jobs/createTask", json=body, headers=headers, timeout=5)
    callback = fakie.wait_callback(fakie.tasks[0])
    assert (heard, callback.json["data"]["state"]) == (["/hook"], "success")
```
"""
_RULES = """## Rules

- Install fakie beside pytest; its plugin loads itself. A test that takes the argument `fakie` has a fake of its own.
- Do not patch the HTTP library, `time.sleep` or the clock: calls to the vendor's hosts are answered in process, and
  time is skipped.
- HTTP status is 200 for refusals too; look at `code` in the body. `resultJson` is JSON in a string.
- An order that was never met fails the test: order only what the code under test will ask for.
- Code in another process needs `fakie_server` (`.url`, `.key`), or `fakie exec -- COMMAND` around the whole test run.
- In a test that must wait for real: `@pytest.mark.fakie(fast_forward=False)`.
"""


def usage_page() -> str:
    """Return the page: rules, fixtures, the calls of a fake, marker and options, words, levers, recipes."""
    about = "What a test can use, by name, and nothing else; [the reference](reference/fixture.md) says more of each."
    parts = (_RULES, _RECIPES, _fixtures(), _calls(), _marker(), _words(), _levers())
    return page("For programs that write tests", about, *parts)


def _fixtures() -> str:
    rows = ((code(name), first_sentence(doc)) for name, doc in sorted(fixtures()))
    return "## Fixtures\n\n" + table(("fixture", "what it is"), rows)


def _calls() -> str:
    return "## Calls\n\n" + table(("call", "what it does"), _rows())


def _rows() -> Iterator[tuple[str, str]]:
    for before, of in (("fakie", Fake), ("fakie.tasks[0]", TaskHandle), ("fakie.journal", JournalView)):
        for name, member in members(of):
            yield code(before + call(name, member)), first_sentence(member.__doc__ or "")


def _marker() -> str:
    named = {option.key: option for option in options_of("plugin")}
    rows = (
        (
            code(f"{name}="),
            code(f"--fakie-{named[name].name}" if name in named else ""),
            named[name].help() if name in named else _OWN[name],
        )
        for name in arguments()
    )
    about = "`@pytest.mark.fakie(NAME=VALUE)`, or for a whole run the option.\n\n"
    return "## Marker and options\n\n" + about + table(("marker", "option", "what it says"), rows)


_OWN = {
    "fail": "a situation or a code, or a list of them, for the first createTask requests",
    "spoil": "how the first createTask answers go wrong, or a list of it",
}


def _words() -> str:
    situations = Profile.load("documented").orderable
    rows = (
        ("`fail_next`: a situation", codes(situations)),
        ("`spoil_next`: a transport fault", codes(TRANSPORT_FAULTS)),
        ("`plan_next(quirk=)`: an odd callback", codes(name for name in QUIRKS if name)),
    )
    return "## Words\n\n" + table(("where", "which"), rows)


def _levers() -> str:
    rows = (
        (code(f"{one['method']} {one['path']}"), codes(one["body"]["properties"]), one["what"]) for one in described()
    )
    return "## Levers, over HTTP\n\n" + table(("lever", "body", "what it does"), rows)
