"""The ways of docs/clients.md to point a client at a fake: what is said there to be tried by a test is tried here."""

import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "clients.md").read_text(encoding="utf-8")
URL = "https://api.kie.ai/api/v1/chat/credit"
_PYTHON = f'{sys.executable} -c "'
_KEY = "headers={'Authorization': 'Bearer k'}"
# Each prints the answer to the same question, asked of the vendor's own name with nothing but an authority to trust.
ASK: Mapping[str, str] = {
    "curl": f"curl --silent --max-time 20 -H 'Authorization: Bearer k' {URL}",
    "requests": f"{_PYTHON}import requests; print(requests.get('{URL}', {_KEY}, timeout=20).text)\"",
    "httpx": f"{_PYTHON}import httpx; print(httpx.get('{URL}', {_KEY}, timeout=20).text)\"",
    "urllib": f"{_PYTHON}import urllib.request as u; print(u.urlopen(u.Request('{URL}', {_KEY}), timeout=20).read())\"",
    "Node": f"node -e \"fetch('{URL}', {{headers: {{authorization: 'Bearer k'}}}})"
    '.then((answer) => answer.text()).then(console.log)"',
}
TRUST = "SSL_CERT_FILE REQUESTS_CA_BUNDLE CURL_CA_BUNDLE NODE_EXTRA_CA_CERTS"
SCRIPT = """
ip link set lo up && mount --bind hosts /etc/hosts || exit 77
{fakie} serve --tls tls --port 443 --log quiet > ready & server=$!
for attempt in $(seq 200); do grep -q https ready && break; sleep 0.1; done
for name in {trust}; do export $name="$PWD/tls/ca.pem"; done
{ask}
kill $server && wait $server
"""


def alone(folder: Path, ask: str) -> subprocess.CompletedProcess[str]:
    """Run a command where the vendor's names lead to a fake: a network and a hosts file of its own, for it alone."""
    (folder / "hosts").write_text("127.0.0.1 localhost api.kie.ai kieai.redpandaai.co\n", encoding="utf-8")
    script = SCRIPT.format(fakie=f"{sys.executable} -m fakie", trust=TRUST, ask=ask)
    command = ["unshare", "--mount", "--net", "bash", "-c", script]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=120, check=False)


@pytest.mark.parametrize("client", ASK)
def test_a_client_with_the_host_built_in_is_answered_by_the_vendors_name(client: str, tmp_path: Path) -> None:
    """With a hosts file and a variable that says whom to trust, and without a change to the program."""
    if not all(map(shutil.which, ("unshare", "ip", ASK[client].split()[0]))):
        pytest.skip("unshare, ip or the client itself is not installed")
    done = alone(tmp_path, ASK[client])
    if done.returncode == 77 or "unshare failed" in done.stderr:
        pytest.skip("this machine gives no namespaces: they need rights")
    assert done.returncode == 0, done.stdout + done.stderr
    assert '"code":200' in done.stdout


def test_names_of_variables_are_chosen_by_whoever_calls_exec(tmp_path: Path) -> None:
    """Those of the MCP server on the page, for one."""
    code = (
        "import os, urllib.request as u;"
        "asked = u.Request(os.environ['KIE_AI_BASE_URL'] + '/chat/credit',"
        " headers={'Authorization': 'Bearer ' + os.environ['KIE_AI_API_KEY']});"
        "print(u.urlopen(asked, timeout=20).read().decode())"
    )
    named = ["--env", "KIE_AI_BASE_URL=url/api/v1", "--env", "KIE_AI_API_KEY=key"]
    command = [sys.executable, "-m", "fakie", "exec", *named, "--", sys.executable, "-c", code]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stderr
    assert '"code":200' in done.stdout
    assert "KIE_AI_BASE_URL" in PAGE


def test_the_page_says_what_was_tried() -> None:
    """Each client that a test leads by the hosts file is named in its row, and none besides."""
    [row] = [line for line in PAGE.splitlines() if line.startswith("| has the host built in")]
    tried = row.split("namespace of its own: ")[1].rstrip(" |").split(", ")
    assert tried == [*ASK]
