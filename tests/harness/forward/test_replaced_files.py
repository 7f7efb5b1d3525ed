"""What a test puts in place of files, JSON and digests, for all of the program: a fake goes on with the real ones."""

import pytest

CLIENT = """
import hashlib, http.client, os, re
from unittest import mock
import pytest

HEADERS = {"Authorization": "Bearer k", "Content-Type": "application/json"}
VOICE = b'''{
    "model": "elevenlabs/audio-isolation",
    "input": {"audio_url": "https://me.test/a.mp3"},
    "callBackUrl": "https://me.test/told"
}'''
SONG = b'''{
    "prompt": "x",
    "customMode": false,
    "instrumental": true,
    "model": "V4_5",
    "callBackUrl": "https://me.test/told"
}'''
FILE = b'{"base64Data": "data:image/png;base64,iVBORw0KGgo=", "uploadPath": "a", "fileName": "b.png"}'

def ask(method, path, body=None, host="api.kie.ai"):
    line = http.client.HTTPSConnection(host, timeout=5)
    line.request(method, path, body, HEADERS)
    answer = line.getresponse().read()
    line.close()
    return answer

def way(fakie, model):
    made = ask("POST", "/api/v1/jobs/createTask", VOICE)
    assert b'"code":200' in made, made
    task_id = re.search(b"[0-9a-f]{32}", made)[0].decode()
    fakie.advance(600)
    record = ask("GET", f"/api/v1/jobs/recordInfo?taskId={task_id}")
    assert b'"state":"success"' in record, record
    file = re.search(b"/results/[0-9a-z.-]+", record)[0].decode()
    assert len(ask("GET", file, host="fakie.invalid")) > 1000
    assert b'"code":200' in ask("POST", "/api/file-base64-upload", FILE, host="kieai.redpandaai.co")
    assert b'"code":200' in ask("POST", "/api/v1/generate", SONG)
    # Its page is read now; what it demands besides is all the same.
    told = ask("POST", "/api/v1/jobs/createTask", b'{"model": "%s", "input": {"prompt": "a"}}' % model.encode())
    assert re.search(b'"code":(200|422)', told), told
    assert len({each.id for each in fakie.tasks}) == len(fakie.tasks) >= 2
    assert "requests" in repr(fakie) and fakie.callbacks and not fakie.conduct
"""
# A fake makes ids, reads its pages, signs and judges its client as ever, whatever a test has made of these.
MOCKED = """
NAMES = [
    "json.loads",
    "json.dumps",
    "hashlib.sha256",
    "hmac.new",
    "hmac.digest",
    "base64.b64encode",
    "base64.b64decode",
    "secrets.token_hex",
    "secrets.token_bytes",
    "uuid.uuid4",
    "random.random",
    "os.urandom",
    "os.listdir",
    "os.scandir",
    "os.path.exists",
    "os.path.isdir",
    "builtins.open",
    "io.open",
    "pathlib.Path.open",
    "pathlib.Path.read_text",
    "pathlib.Path.read_bytes",
    "pathlib.Path.exists",
    "pathlib.Path.glob",
    "datetime.datetime",
]
from fakie_schemas.catalog.catalog import Catalog

MODELS = Catalog.shipped().models

@pytest.mark.fakie(webhook_key="a key")
@pytest.mark.parametrize(("name", "model"), zip(NAMES, MODELS))
def test_mocked(fakie, name, model):
    with mock.patch(name, mock.Mock(return_value="abcd")):
        way(fakie, model)
"""
# With pyfakefs a fake still has its own, set up before or after it, and whether or not it has been used before.
OTHER = """
import pathlib

def test_before(fs, fakie):
    way(fakie, "google/nano-banana")
    assert not pathlib.Path(__file__).exists()

def test_after(fakie, fs):
    way(fakie, "kling/v3-turbo-text-to-video")
    fs.create_file("/own.png", contents=b"own")
    fakie.plan_next(result=pathlib.Path("/own.png"))
    made = ask("POST", "/api/v1/jobs/createTask", VOICE)
    assert b'"code":200' in made, made

def test_on_a_port(fakie_server, fs):
    line = http.client.HTTPConnection("127.0.0.1", int(fakie_server.url.rpartition(":")[2]), timeout=5)
    headers = HEADERS | {"Authorization": f"Bearer {fakie_server.key}"}
    line.request("POST", "/api/v1/jobs/createTask", VOICE.replace(b"audio-isolation", b"text-to-dialogue-v3"), headers)
    assert b'"code":422' in line.getresponse().read()
    line.close()

def test_red(fs, fakie):
    ask("POST", "/api/v1/jobs/createTask", b"{}")
    assert False

def test_afterwards(fakie):
    assert pathlib.Path(__file__).exists()
    way(fakie, "google/nano-banana")
"""
# No time is skipped over a thread that works, which the system's files tell of.
THREADS = """
import threading

def work(done):
    began = os.times().elapsed
    while os.times().elapsed - began < 0.5:
        hashlib.sha256(bytes(1_000_000)).digest()
    done.append(True)

def join():
    done = []
    thread = threading.Thread(target=work, args=(done,))
    thread.start()
    thread.join(timeout=3600)
    assert done

@pytest.mark.parametrize("name", ["io.open", "pathlib.Path.read_text", "pathlib.Path.open"])
def test_mocked(fakie, name):
    with mock.patch(name, mock.Mock(return_value="abcd")):
        join()

def test_in_other_files(fakie, fs):
    join()
"""


@pytest.fixture
def plugins() -> tuple[str, ...]:
    """That which puts other files in place of the machine's."""
    return ("fakefs",)


def test_what_a_test_puts_in_place_of_files_is_for_the_code_under_test(pytester: pytest.Pytester) -> None:
    """Mocks of functions, and pyfakefs; a red test is explained beside it too."""
    pytester.makepyfile(test_mocked=CLIENT + MOCKED, test_other=CLIENT + OTHER, test_threads=CLIENT + THREADS)
    ran = pytester.runpytest_subprocess()
    ran.assert_outcomes(passed=24 + 4 + 4, failed=1)
    ran.stdout.fnmatch_lines(["*- fakie -*", "the last refused request: createTask*"])
