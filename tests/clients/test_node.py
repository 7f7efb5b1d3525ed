"""The package for Node: its own tests, its table and types against the levers, and the ways the page tells of."""

import json
import os
import re
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from fakie.core.service import Service
from support.clients.doors import open_door
from support.some import some

ROOT = Path(__file__).parents[2]
PACKAGE = ROOT / "clients" / "node"
PAGE = ROOT / "docs" / "node-go-n8n.md"
PYTHON = Path(sys.executable)
# It is split at spaces, which the folder of Python may have: found on the PATH.
FAKIE = f"{PYTHON.name} -m fakie"


@pytest.fixture
def levers(service: Service) -> dict[str, Any]:
    """The schema of the body of each lever, by method and path."""
    with open_door("direct", service) as door:
        return {f"{one['method']} {one['path']}": one["body"] for one in door.get("/_fakie/").data["levers"]}


def run(*command: str, cwd: Path = PACKAGE, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run a command to its end, outside of any test run that this one may be part of."""
    clean = {name: value for name, value in os.environ.items() if not name.startswith(("NODE_", "KIE_", "KIEAI_"))}
    return subprocess.run(
        command,
        cwd=cwd,
        env={**clean, "FAKIE_COMMAND": FAKIE, "PATH": f"{PYTHON.parent}{os.pathsep}{clean['PATH']}", **environment},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def in_exec(node: str, code: str, *options: str) -> subprocess.CompletedProcess[str]:
    """Run code in node below `fakie exec`, with the package's clock loaded before it."""
    command = [sys.executable, "-m", "fakie", "exec", "--", node, "--import", "fakie/preload", *options]
    return run(*command, "--input-type=module", "-e", code)


def test_its_own_tests_pass(node: str) -> None:
    """Control and clock do what they promise, each against a fake of its own."""
    done = run(node, "--test")
    failed = re.findall(r"^not ok .*?^  \.\.\.$", done.stdout, re.MULTILINE | re.DOTALL)
    assert done.returncode == 0, "\n".join(failed) + done.stderr[-2000:]
    assert "# skipped 0" in done.stdout
    assert int(re.search(r"# pass (\d+)", done.stdout)[1]) > 20  # type: ignore[index]


def test_every_lever_has_a_method(node: str, levers: Mapping[str, Any]) -> None:
    """The package's table lists each lever of the fake, and none that is not there."""
    code = 'import { LEVERS } from "fakie"; console.log(JSON.stringify(Object.values(LEVERS)))'
    table = json.loads(run(node, "--input-type=module", "-e", code).stdout)
    listed = {f"{method} /_fakie{path}" for method, path in table}
    assert listed == set(levers), "call `make reference`"


def test_every_lever_is_a_method_that_passes_on_what_it_is_given(node: str) -> None:
    """Path, body and query reach the lever, of each kind of call."""
    code = """
    import { start } from "fakie";
    const fake = await start({ command: process.env.FAKIE_COMMAND.split(" ") });
    try {
      const { id } = await fake.plan({ by: "hold", account: "k" });
      const found = [(await fake.plans()).length, await fake.dropPlan(id), (await fake.plans()).length];
      await fake.play({ scenario: "flaky-upstream", account: "k" });
      const { removed } = await fake.dropScenarios({ account: "k" });
      console.log(JSON.stringify([...found, removed, (await fake.journal({ limit: 1, after: 5 })).length]));
    } finally { await fake.stop(); }
    """
    done = run(node, "--input-type=module", "-e", code)
    assert done.stdout == "[1,null,0,1,0]\n", done.stderr


def test_the_types_have_exactly_the_arguments_of_the_levers(levers: Mapping[str, Any]) -> None:
    """An argument that a lever takes, and each of its words, stands in levers.d.ts, and no other."""
    types = (PACKAGE / "levers.d.ts").read_text(encoding="utf-8")
    for body in some([body for body in levers.values() if body["properties"]]):
        name, properties = body["title"], body["properties"]
        fields = fields_of(types, name)
        assert set(fields) == set(properties), name
        for field, schema in properties.items():
            choices = schema.get("enum")
            assert choices is None or set(re.findall(r'"([^"]*)"', fields[field])) == set(choices), f"{name}.{field}"


def test_what_is_said_of_answers_is_said_of_levers(node: str) -> None:
    """Each name in `Answers` of index.d.ts is a lever's; one that is not there answers what nobody has said."""
    found = re.search(r"interface Answers \{(.*?)\n\}", (PACKAGE / "index.d.ts").read_text(), flags=re.DOTALL)
    assert found
    code = 'import { LEVERS } from "fakie"; console.log(JSON.stringify(Object.keys(LEVERS)))'
    names = json.loads(run(node, "--input-type=module", "-e", code).stdout)
    assert set(some(re.findall(r"^  (\w+):", found[1], flags=re.MULTILINE))) <= set(names)


def fields_of(types: str, name: str) -> dict[str, str]:
    """Return the fields of an interface with the texts of their types."""
    found = re.search(rf"interface {name} \{{(.*?)\n\}}", types, flags=re.DOTALL)
    assert found, name
    own = dict(re.findall(r"^  (\w+)\??: (.*);$", found[1], flags=re.MULTILINE))
    return {field: aliased(types, text) for field, text in own.items()}


def aliased(types: str, text: str) -> str:
    """Return what a type that is only a name stands for."""
    found = re.search(rf"type {re.escape(text)} = (.*);$", types, flags=re.MULTILINE)
    return found[1] if found else text


def test_the_preload_skips_with_the_fake_of_exec(node: str) -> None:
    """A script that waits for an hour ends soon, and its task has ended as well."""
    code = """
    import { setTimeout as sleep } from "node:timers/promises";
    const headers = { authorization: `Bearer ${process.env.KIE_API_KEY}`, "content-type": "application/json" };
    const body = JSON.stringify({ model: "elevenlabs/audio-isolation", input: { audio_url: "https://x.test/a.mp3" } });
    const jobs = `${process.env.KIE_API_URL}/jobs`;
    const made = await (await fetch(`${jobs}/createTask`, { method: "POST", headers, body })).json();
    const began = Date.now();
    await sleep(3_600_000);
    const task = await (await fetch(`${jobs}/recordInfo?taskId=${made.data.taskId}`, { headers })).json();
    console.log(task.data.state, Math.round((Date.now() - began) / 3_600_000));
    """
    done = in_exec(node, code)
    assert (done.returncode, done.stdout) == (0, "success 1\n"), done.stderr


def test_the_preload_without_a_fake_changes_nothing(node: str) -> None:
    """A program that is run by itself waits as ever."""
    code = 'console.log(setTimeout.name, String(setTimeout).includes("repeats"))'
    assert run(node, "--import", "fakie/preload", "-e", code).stdout == "setTimeout false\n"


def test_the_example_on_the_page_works(node: str, tmp_path: Path) -> None:
    """What the page tells to type passes as it stands, with the package installed beside it."""
    code = PAGE.read_text(encoding="utf-8").split("```js\n")[1].split("```")[0]
    (tmp_path / "node_modules").mkdir()
    (tmp_path / "node_modules" / "fakie").symlink_to(PACKAGE)
    (tmp_path / "kie.test.mjs").write_text(code, encoding="utf-8")
    command = [sys.executable, "-m", "fakie", "exec", "--conduct", "error", "--"]
    done = run(*command, node, "--import", "fakie/preload", "--test", "kie.test.mjs", cwd=tmp_path)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "# pass 2" in done.stdout
