"""The net for secrets: whatever form they come back in, whole or cut off."""

import base64
import html
import json
import subprocess
from urllib.parse import quote

import pytest

from fakie_contract.http.exchange import SentRequest, curl_line, redact
from fakie_contract.secrets.secrecy import Secrecy
from fakie_contract.secrets.secret_patterns import shows
from fakie_schemas.shortening import cut

KEY = 'sk-Live_5up3r~s3cret/+x&"\\é'
SAFE = "$FAKIE_API_KEY"


def forms(key: str) -> dict[str, str]:
    """Every form that a key may come back in."""
    return {
        "plain": key,
        "upper": key.upper(),
        "hex": key.encode().hex(),
        "json": json.dumps(key)[1:-1],
        "json-in-json": json.dumps(json.dumps(key)),
        "json-slash": json.dumps(key)[1:-1].replace("/", "\\/"),
        "json-escapes": "".join(f"\\u{ord(one):04x}" for one in key),
        "json-escapes-in-json": "".join(f"\\\\u{ord(one):04X}" for one in key),
        "pointer": key.replace("~", "~0").replace("/", "~1"),
        "quoted": quote(key, safe=""),
        "quoted-path": quote(key),
        "yaml": "".join(f"\\U{ord(one):08x}" for one in key),
        "octal": "".join(f"\\{ord(one):03o}" for one in key),
        "percent": "".join(f"%{byte:02x}" for byte in key.encode()),
        "percent-twice": "".join(f"%25{byte:02X}" for byte in key.encode()),
        "html": html.escape(key),
        "html-decimal": "".join(f"&#{ord(one)};" for one in key),
        "html-hex": "".join(f"&#x{ord(one):x};" for one in key),
        "reversed": key[::-1],
        **{f"base64-{before}": base64.b64encode(b"xyz"[:before] + key.encode()).decode() for before in range(3)},
        "base64-url": base64.urlsafe_b64encode(key.encode()).decode(),
    }


FORMS = forms(KEY)
# So many characters are of six of the key at most; fewer tell nobody what they are of.
FEW = {
    "hex": 11,
    "json-escapes": 35,
    "json-escapes-in-json": 41,
    "yaml": 59,
    "octal": 23,
    "percent": 17,
    "percent-twice": 29,
}
FEW |= {"html-decimal": 36, "html-hex": 36, "json-in-json": 8}


@pytest.fixture
def secrecy() -> Secrecy:
    return Secrecy({"FAKIE_API_KEY": KEY, "FAKIE_ADMIN_TOKEN": "token-token"})


@pytest.mark.parametrize("form", FORMS)
def test_a_key_is_known_in_every_form(form: str, secrecy: Secrecy) -> None:
    """Amid other text, and not so that much of it is left."""
    told = secrecy.of_text(f"<{FORMS[form]}>")
    assert SAFE in told
    assert len(told) <= len(SAFE) + len("<xx\\\\xx>")


@pytest.mark.parametrize("key", [KEY, "contract-0a1b2c3d"])
@pytest.mark.parametrize("form", FORMS)
def test_a_key_is_found_in_every_form(form: str, key: str) -> None:
    """Amid other text, and nothing is found where another key stands."""
    told = f'{{"msg": "no such key: {forms(key)[form]}"}}'
    assert shows(told, key)
    assert not shows(told, "another-key-0a1b")


@pytest.mark.parametrize(
    "told",
    [
        f"{KEY[:9]}\\\n    {KEY[9:]}",
        f"{KEY[:9]}=\r\n{KEY[9:]}",
        "\0".join(KEY),
        "\n".join([FORMS["base64-0"][:14], FORMS["base64-0"][14:]]),
        "\\n".join([FORMS["base64-0"][:14], FORMS["base64-0"][14:]]),
    ],
)
def test_a_key_that_is_broken_into_lines_is_known(told: str, secrecy: Secrecy) -> None:
    """As YAML, mails and base64 break them; and with what UTF-16 has between its letters."""
    assert shows(f"no {told}!", KEY)
    safe = secrecy.of_text(f"no {told}!")
    assert SAFE in safe
    assert len(safe) <= len(f"no {SAFE}Q==!")


@pytest.mark.parametrize("form", FORMS)
def test_a_key_that_was_cut_is_known_in_every_form(form: str, secrecy: Secrecy) -> None:
    """Wherever a text was shortened, also within an escape."""
    few = 11 if form.startswith("base64") else FEW.get(form, 5)
    for length in range(few + 1, len(FORMS[form])):
        told = secrecy.of_text(cut(f"text {FORMS[form]}", 5 + length))
        assert SAFE in told, told
        assert FORMS[form][1:6] not in told


def test_other_texts_stay_as_they_are(secrecy: Secrecy) -> None:
    """Escapes, the start of a key that was not cut, and words that a short secret has."""
    for text in ("%6b%39 \\u006b &#107; &amp; ~0~1 …", f"{KEY[:8]}…"[:8], f"{KEY[:12]}.", "6b39…"):
        assert secrecy.of_text(text) == text
    assert Secrecy({"FAKIE_API_KEY": "held"}).of_text("held") == "held"
    assert secrecy.of_text("token-token") == "$FAKIE_ADMIN_TOKEN"


@pytest.mark.parametrize("part", [KEY[:-4], KEY[4:], KEY[2:-2].upper()])
def test_most_of_a_key_in_one_piece_is_found_and_taken_out(part: str, secrecy: Secrecy) -> None:
    """Whoever has it guesses the rest; a few letters of it, as a mask leaves them, are nothing."""
    assert shows(f"key {part}!", KEY)
    assert secrecy.of_text(f"key {part}!") == f"key {SAFE}!"
    assert not shows(f"key {KEY[:8]}****{KEY[-4:]}", KEY)


def test_a_secret_that_holds_another_is_named_by_its_own_name() -> None:
    """Else a shell would read the name and what follows it as one variable's."""
    names = {"the-key": "$FAKIE_API_KEY", "the-key0": "${FAKIE_API_KEY}0"}
    assert redact("Bearer the-key0, the-key", names) == "Bearer ${FAKIE_API_KEY}0, $FAKIE_API_KEY"


@pytest.mark.parametrize("size", [0, 9000])
@pytest.mark.parametrize("other", ["it's", "a\nb \\", "é", "$HOME"])
def test_a_shell_puts_the_key_back_wherever_a_curl_line_has_it(other: str, size: int) -> None:
    """In the URL, a header and a body, which a lever's are by its account; what else stands there stays as it is."""
    names = {"the-key": "$FAKIE_API_KEY", "the-key0": "${FAKIE_API_KEY}0"}
    body = f'{{"account": "the-key0", "when": "{other}", "key": "the-key"}}'.encode()
    asked = SentRequest("POST", "/x?account=the-key&y=it's", (("Authorization", "Bearer the-key"),), body + b" " * size)
    line = curl_line("http://127.0.0.1:9", asked, names)
    assert "the-key" not in line
    script = f'curl() {{ for one; do printf "%s\\0" "$one"; done; }}\n{line}'
    done = subprocess.run(["bash", "-c", script], env={"FAKIE_API_KEY": "the-key"}, stdout=subprocess.PIPE, check=True)
    said = done.stdout.split(b"\0")
    assert said[3:6] == [b"http://127.0.0.1:9/x?account=the-key&y=it's", b"-H", b"Authorization: Bearer the-key"]
    assert said[7].startswith(body)
