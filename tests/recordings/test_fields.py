"""Bodies as they are shown: what is secret by its name is taken out, however it is written, and nothing else."""

import json
import subprocess
import sys
from typing import Any

import pytest

from fakie_schemas.recordings.fields import body_without_secrets
from fakie_schemas.recordings.secrets import MARK

SECRETS = ["abcdef", 'a"b', "a\\", '\\"', 'é"\\\\', '","x":"y', "[1]", '{"token":"inner"}', "a\nb", "x" * 3000]
NAMES = [
    "token",
    "password",
    "api_key",
    "apiKey",
    "webhook-key",
    "client_secret",
    "Authorization",
    "pwd",
    "X-Auth-Token",
]


@pytest.mark.parametrize("secret", SECRETS)
@pytest.mark.parametrize("times", [0, 1, 2, 3])
def test_the_value_of_a_secret_field_is_taken_out(secret: str, times: int) -> None:
    """In objects, in lists, and in a text that is JSON of its own, as `param` is; what remains is the same JSON."""
    given = {"model": "m", "token": secret, "input": {"apiKey": secret, "tokens": [secret, secret], "n": 1}}
    shown = {"model": "m", "token": MARK, "input": {"apiKey": MARK, "tokens": [MARK, MARK], "n": 1}}
    assert json.loads(body_without_secrets(_wrapped(given, times))) == json.loads(_wrapped(shown, times))
    assert body_without_secrets(_wrapped(shown, times)) == _wrapped(shown, times)


def _wrapped(value: Any, times: int) -> str:
    text = json.dumps(value)
    for _ in range(times):
        text = json.dumps({"param": text, "end": 'a "quoted" word\\'})
    return text


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize(
    "form", ['{{"{}": "abcdef"}}', '{{"{}":\n  "abcdef"', '{{"{}" : ["abcdef", "ghi', '{{"{}":"abc']
)
def test_names_and_layout_may_vary(name: str, form: str) -> None:
    """Blanks, other spellings of a name, and a body that was cut amid the value."""
    shown = body_without_secrets(form.format(name))
    assert MARK in shown
    assert "abc" not in shown
    assert "ghi" not in shown
    escaped = body_without_secrets(form.format(f"\\u{ord(name[0]):04x}{name[1:]}"))
    assert "abc" not in escaped


@pytest.mark.parametrize(
    "text",
    [
        '{"prompt": "my token is abc, my password too", "max_tokens": 9, "key": "C minor", "keyword": "a", "seed": 1}',
        '{"token": "", "password": null, "secret": 5, "credits": "3", "passage": "text", "author": "me"}',
        '{"prompt": "a \\"quoted\\" word", "n": [1, "token"]}',
        "not JSON at all: token",
        "",
    ],
)
def test_all_else_stays_as_it_stands(text: str) -> None:
    """Words in prompts, names that only look alike, and what is no text; byte for byte."""
    assert body_without_secrets(text) == text


def test_a_form_is_read_as_one() -> None:
    """Its arguments are those of a query."""
    assert body_without_secrets("token=abcdef&prompt=a+cat") == f"token={MARK}&prompt=a+cat"


def test_urls_in_a_body_lose_what_opens_them() -> None:
    """As before: users and the values of secret arguments."""
    text = '{"callBackUrl": "https://me:pw@a.test/?token=abcdef&id=1"}'
    assert body_without_secrets(text) == f'{{"callBackUrl": "https://REDACTED@a.test/?token={MARK}&id=1"}}'


def test_a_long_body_costs_its_length() -> None:
    """Whatever it repeats; a square of it would take for ever."""
    # In a process of its own: what looks at a text for ever can be stopped from outside alone.
    code = """
from fakie_schemas.recordings.fields import body_without_secrets
for part in ('"token":"', '"', chr(92), '"token":["x",', '"token":[' + '"x",' * 9, ' ', '"a" : ', chr(92) + '"token'):
    for begun in ("", '"token":"', '"token":["x"'):
        body_without_secrets(begun + part * (100_000 // len(part)))
"""
    subprocess.run([sys.executable, "-c", code], timeout=30, check=True)
