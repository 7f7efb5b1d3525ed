"""Every code block of README and docs: run as it stands, or marked with the reason why it is not."""

import ast
import json
import os
import re
import shlex
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Iterator, Mapping
from itertools import groupby
from pathlib import Path
from typing import Any

import click
import jsonschema
import pytest
import yaml

from fakie.cli import program
from fakie.core.service import Service
from fakie_schemas import data_folder
from support.clients.doors import running
from support.docs.blocks import ROOT, CodeBlock, blocks
from support.docs.project import PACKAGE, lay_out
from support.docs.shell import output_of, run_page, squeezed
from support.servers.stand_in import StandIn, standing_in

BLOCKS = blocks()
RUN = [block for block in BLOCKS if not block.not_run]
PAGES = {page: [*found] for page, found in groupby(RUN, key=lambda block: block.page)}
DATA = ("json", "toml", "yaml")
LANGUAGES = {*DATA, "console", "ini", "js", "python", "ts"}
# Blocks that need what no test has: a container engine, a Redis of somebody's.
MOST_NOT_RUN = 5
SCHEMAS = [json.loads(file.read_text("utf-8")) for file in sorted(data_folder("formats").glob("*.schema.json"))]


def pages_with(language: str) -> list[str]:
    return [page for page, found in PAGES.items() if any(block.language == language for block in found)]


def of(page: str, language: str) -> list[CodeBlock]:
    return [block for block in PAGES[page] if block.language == language]


def test_every_block_says_its_language() -> None:
    """What has no language, or one that nothing here runs, would pass unseen."""
    assert [block.place for block in BLOCKS if block.language not in LANGUAGES] == []


def test_few_blocks_are_not_run_and_each_says_why() -> None:
    """The reason stands in the source of the page, right above the block."""
    reasons = {block.place: block.not_run for block in BLOCKS if block.not_run}
    assert 0 < len(reasons) <= MOST_NOT_RUN, reasons
    assert all(len(reason) > 10 for reason in reasons.values())


@pytest.fixture
def plugins() -> tuple[str, ...]:
    """That of a mock which the pages use."""
    return ("requests_mock",)


def test_the_python_of_all_pages_passes(pytester: pytest.Pytester, service: Service) -> None:
    """Each block is a file or a test of one project, with the ini of the pages; warnings are errors."""
    python = [block for block in RUN if block.language == "python"]
    names = [block.title.removesuffix(".py") or f"test_block_{number}" for number, block in enumerate(python)]
    assert len(names) == len(set(names)), "two blocks are the same file"
    lay_out(pytester.path, [block for block in RUN if block.language == "yaml"])
    inis = [block.text.removeprefix("[pytest]\n") for block in RUN if block.language == "ini"]
    pytester.makeini("[pytest]\naddopts = -W error\n" + "".join(inis))
    with running(service) as fake:
        for name, block in zip(names, python, strict=True):
            pytester.makepyfile(**{name: block.text.replace("http://127.0.0.1:8080", fake)})
        done = pytester.runpytest_subprocess("-p", "no:cacheprovider", "--import-mode=prepend")
    done.assert_outcomes(passed=sum(_tests_in(block.text) for block in python))


def _tests_in(text: str) -> int:
    defined = [node for node in ast.walk(ast.parse(text)) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)]
    return sum(node.name.startswith("test_") for node in defined)


@pytest.mark.parametrize("page", pages_with("console"))
def test_the_commands_of_a_page_work(page: str, service: Service, tmp_path: Path) -> None:
    """One after the other, in bash; what a page says is printed is printed, and an answer has the shape it shows."""
    typed = " ".join(block.text for block in of(page, "console"))
    for tool in ("curl", "node"):
        if f"{tool} " in typed and not shutil.which(tool):
            pytest.skip(f"{tool} is not installed")
    lay_out(tmp_path, PAGES[page])
    stand_in = StandIn(refuses=lambda body: {"code": 422, "msg": "no", "data": None})
    with running(service) as fake, standing_in(stand_in) as live:
        for block, printed, aside in run_page(of(page, "console"), tmp_path, fake, live.url):
            if not block.output_differs:
                lines = [squeezed(line) for line in (printed + aside).splitlines()]
                assert [line for line in output_of(block) if line not in lines] == [], block.place
            _compare_shape(block, printed)


def _compare_shape(block: CodeBlock, printed: str) -> None:
    after = BLOCKS.index(block) + 1
    following = BLOCKS[after] if after < len(BLOCKS) else block
    near = following.page == block.page and following.line - block.line - block.text.count("\n") <= 4
    if near and following.language == "json" and "curl" in block.text:
        assert _shape(json.loads(following.text)) == _shape(json.loads(printed)), following.place


def _shape(value: Any) -> Any:
    return {key: _shape(found) for key, found in value.items()} if isinstance(value, dict) else type(value)


@pytest.mark.parametrize("block", [one for one in RUN if one.language in DATA], ids=lambda one: one.place)
def test_data_can_be_read_and_holds_to_a_published_form(block: CodeBlock, tmp_path: Path) -> None:
    """JSON, one value or one a line; TOML; YAML. What has a format_version, one of our schemas accepts."""
    for value in _values(block):
        if isinstance(value, dict) and "format_version" in value:
            assert any(jsonschema.Draft202012Validator(schema).is_valid(value) for schema in SCHEMAS), block.place
        if isinstance(value, dict) and "jobs" in value:
            _check_workflow(value)
    if block.title == "fakie.toml":
        lay_out(tmp_path, [block])
        command = [sys.executable, "-m", "fakie", "config"]
        done = subprocess.run(
            command, cwd=tmp_path, env=_without_settings(), capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stderr


def _values(block: CodeBlock) -> Iterator[Any]:
    if block.language == "toml":
        yield tomllib.loads(block.text)
    elif block.language == "yaml":
        yield from yaml.safe_load_all(block.text)
    else:
        try:
            yield json.loads(block.text)
        except ValueError:
            yield from map(json.loads, block.text.splitlines())


def _check_workflow(workflow: Mapping[str, Any]) -> None:
    """Its steps are shell, and what they call of fakie is there."""
    context = click.Context(program)
    for script in [step["run"] for job in workflow["jobs"].values() for step in job["steps"] if "run" in step]:
        subprocess.run(["bash", "-n", "-c", script], check=True, capture_output=True)
        for line in script.splitlines():
            if not line.startswith("fakie "):
                continue
            words = shlex.split(re.split(r" > | \|\| ", line)[0])
            command = program.get_command(context, words[1])
            assert command is not None, line
            known = {option for parameter in command.params for option in parameter.opts}
            assert {word for word in words[2:] if word.startswith("-")} <= known, line


def _without_settings() -> dict[str, str]:
    return {name: value for name, value in os.environ.items() if not name.startswith("FAKIE_")}


@pytest.mark.parametrize("page", pages_with("js"))
def test_the_javascript_of_a_page_passes(page: str, node: str, tmp_path: Path) -> None:
    """Each block is a file of tests, run by node with a fake of its own, as the page says."""
    lay_out(tmp_path, [])
    written = of(page, "js")
    for number, block in enumerate(written):
        (tmp_path / (block.title or f"block{number}.test.mjs")).write_text(block.text, encoding="utf-8")
    command = [sys.executable, "-m", "fakie", "exec", "--", node, "--import", "fakie/preload", "--test"]
    done = subprocess.run(command, cwd=tmp_path, env=_without_settings(), capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-1000:]
    passed = re.search(r"# pass (\d+)", done.stdout)
    assert passed
    assert int(passed[1]) >= sum(block.text.count("\ntest(") for block in written) > 0


@pytest.mark.parametrize("page", pages_with("ts"))
def test_the_typescript_of_a_page_compiles(page: str, tmp_path: Path) -> None:
    """Strictly, against the types of the package."""
    own = ROOT / "build" / "tools" / "node_modules" / ".bin" / "tsc"
    tsc = str(own) if own.exists() else shutil.which("tsc")
    if tsc is None:
        pytest.skip("tsc is not installed: `make clients` brings it, over a network")
    lay_out(tmp_path, [])
    for number, block in enumerate(of(page, "ts")):
        (tmp_path / f"block{number}.mts").write_text(block.text, encoding="utf-8")
        command = [tsc, "--noEmit", "--strict", "--module", "nodenext", "--target", "es2022", f"block{number}.mts"]
        done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout


def test_a_block_that_would_not_run_is_found_out(tmp_path: Path, service: Service) -> None:
    """The runner itself: a wrong option, a wrong file and a wrong exit code fail."""
    lay_out(tmp_path, [])
    with running(service) as fake:
        for text in ("fakie rules --no-such", "fakie show no-such-model", "cat no-such-file", "pip install fakie[no]"):
            with pytest.raises(AssertionError, match="exit code"):
                list(run_page([CodeBlock("page", 1, "console", text)], tmp_path, fake, fake))
    assert PACKAGE.is_dir()
