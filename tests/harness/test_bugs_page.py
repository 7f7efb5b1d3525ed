"""The page of bugs: each of its tests passes with a client that behaves, and fails with the bug it is about."""

import re
from pathlib import Path

import pytest

PAGE = Path(__file__).parents[2] / "docs" / "bugs-this-finds.md"
BLOCKS = {
    name: block
    for block in PAGE.read_text(encoding="utf-8").split("```python\n")
    for name in re.findall(r"^# (\w+)\.py", block)
}
AGAIN = 'requests.post(f"{BASE}/createTask", json=body, headers=HEADERS, timeout=30).json()'
# The bug as a change of the client, by the test that is about it.
BUGS = {
    "test_impatience": (
        "began > 900:\n            return record",
        "began > 300:\n            return record if record['state'] == 'success' else generate(prompt)",
    ),
    "test_lost_answers": (
        "    answer = " + AGAIN,
        "    try:\n        answer = " + AGAIN + "\n    except requests.Timeout:\n        answer = " + AGAIN,
    ),
    "test_moderation": ('if record["state"] == "fail"', 'if record["state"] == "failed"'),
    "test_refusals": (
        'if answer["code"] != 200',
        'if "40" in answer["msg"]:\n        answer = ' + AGAIN + '\n    if answer["code"] != 200',
    ),
    "test_codes": (
        '    if answer["code"] != 200:',
        '    answer["data"] = answer["data"] or {"taskId": "None"}\n    if False:',
    ),
    "test_fresh_tasks": ('answer["data"] or {"state": "waiting"}', 'answer["data"]'),
    "test_refunds": (
        "            return record",
        "            if ledger:\n                ledger.booked = False\n            return record",
    ),
    "test_callbacks": ("if task_id not in self.done", "if True"),
    "test_deadlines": ("began > 900", "began > 90"),
}


def test_a_client_with_the_bug_fails_the_test_of_the_page(pytester: pytest.Pytester) -> None:
    """The five lines would have found it: each test is run on a client with the bug that it is about."""
    studio = BLOCKS["studio"].partition("```")[0]
    for name, (right, wrong) in BUGS.items():
        assert right in studio, name
        test = BLOCKS[name].partition("```")[0].replace("from studio", f"from studio_{name}")
        pytester.makepyfile(**{f"studio_{name}": studio.replace(right, wrong), name: test})
    pytester.runpytest_subprocess("-p", "no:cacheprovider").assert_outcomes(failed=len(BUGS))


def test_every_bug_of_the_page_is_tried() -> None:
    """But for the one that no client can bring about, since no call leaves."""
    assert {name for name in BLOCKS if name.startswith("test_")} - set(BUGS) == {"test_real_hosts"}
