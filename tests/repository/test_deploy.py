"""What stands in deploy/: judged by published schemas, by the linters that are there, and against the fake itself."""

import json
import re
import shutil
import subprocess
from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path
from typing import Any

import jsonschema
import kubernetes_validate
import pytest
import yaml

from fakie.core.service import Service
from fakie_schemas.options.table import options_of
from support.clients.doors import Door, open_door
from support.some import some

ROOT = Path(__file__).parents[2]
DEPLOY = ROOT / "deploy"
# The store that several fakes share is told of by `fakie serve --help` of those that have it.
SHARED_STORE = {"FAKIE_STORE"}
# Words of the snippets themselves, which are no option.
OWN_WORDS = {"FAKIE_ARGUMENTS"}
PROMETHEUS_WORDS = {"by", "sum", "rate", "topk", "increase", "histogram_quantile", "on", "and", "le", "label_values"}


def read(name: str) -> Any:
    return yaml.safe_load((DEPLOY / name).read_text(encoding="utf-8"))


@pytest.mark.parametrize(
    ("schema", "name"),
    [
        ("compose-spec", "compose/compose.yaml"),
        ("github-actions", "github/action.yml"),
        ("gitlab-ci", "gitlab/fakie.gitlab-ci.yml"),
    ],
)
def test_a_file_keeps_its_published_schema(schema: str, name: str) -> None:
    """As the schema store has it; a wrong value in the file would be refused."""
    published = json.loads((files("check_jsonschema") / f"builtin_schemas/vendor/{schema}.json").read_text("utf-8"))
    judge = jsonschema.validators.validator_for(published)(published)
    document = read(name)
    if ".fakie" in document:
        # Hidden jobs are not judged, the jobs that extend them are.
        document = {"tests": {**document[".fakie"], "script": ["true"]}}
    assert [error.message for error in judge.iter_errors(document)] == []
    first = next(iter(document))
    assert not judge.is_valid({**document, first: 3})


@pytest.fixture
def manifests() -> dict[str, Any]:
    text = (DEPLOY / "kubernetes" / "fakie.yaml").read_text(encoding="utf-8")
    return {document["kind"]: document for document in yaml.safe_load_all(text)}


def test_the_manifests_keep_the_schemas_of_kubernetes(manifests: dict[str, Any]) -> None:
    """Strictly: a word that Kubernetes does not know is refused."""
    for manifest in some(manifests.values()):
        kubernetes_validate.validate(manifest, "1.31", strict=True)
    manifests["Service"]["spec"]["portz"] = []
    with pytest.raises(kubernetes_validate.ValidationError):
        kubernetes_validate.validate(manifests["Service"], "1.31", strict=True)


def test_the_manifests_fit_together(manifests: dict[str, Any]) -> None:
    """The service finds the pod, ports and volumes have their names, nobody is root, and probes ask what answers."""
    service, fakes = manifests["Service"], manifests["StatefulSet"]["spec"]
    pod = fakes["template"]
    [container] = pod["spec"]["containers"]
    assert service["spec"]["selector"] == fakes["selector"]["matchLabels"] == pod["metadata"]["labels"]
    assert (fakes["serviceName"], fakes["replicas"]) == (service["metadata"]["name"], 1)
    ports = {port["name"]: port["containerPort"] for port in container["ports"]}
    assert [ports[port["targetPort"]] for port in service["spec"]["ports"]] == [8080]
    claimed = {claim["metadata"]["name"] for claim in fakes["volumeClaimTemplates"]}
    volumes = {volume["name"] for volume in pod["spec"]["volumes"]} | claimed
    assert {mount["name"] for mount in container["volumeMounts"]} == volumes
    # Kubernetes tells pods of services by variables: FAKIE_PORT=tcp://… of this one, and it could not start.
    assert pod["spec"]["enableServiceLinks"] is False
    assert pod["spec"]["securityContext"]["runAsNonRoot"]
    assert f"{pod['spec']['securityContext']['runAsUser']}:" in _instructions()["USER"]
    probes = [container[name]["httpGet"] for name in ("startupProbe", "readinessProbe", "livenessProbe")]
    assert [probe["path"] for probe in probes] == ["/_fakie/ready", "/_fakie/ready", "/_fakie/health"]
    assert {probe["port"] for probe in probes} <= set(ports)


def test_the_paths_that_probes_ask_answer_from_anywhere(service: Service) -> None:
    """Each path below /_fakie that stands in deploy/ is a lever."""
    named = {path for _, text in _texts() for path in re.findall(r"/_fakie/\w+", text)}
    assert named == {"/_fakie/health", "/_fakie/ready", "/_fakie/metrics"}
    with open_door("direct", service) as door:
        assert {path: door.get(path, {}).status for path in named} == dict.fromkeys(named, 200)


def test_the_options_and_variables_are_those_of_the_program() -> None:
    """Whatever is set for `fakie serve` and `fakie wait` is an option of theirs."""
    known = {option.variable for tool in ("serve", "wait") for option in options_of(tool)} | SHARED_STORE | OWN_WORDS
    flags = {flag for tool in ("serve", "wait") for option in options_of(tool) for flag in option.flags_of(tool)}
    for name, text in some(list(_texts())):
        assert set(re.findall(r"\bFAKIE_[A-Z_]+", text)) <= known, name
        words = re.findall(r"(?:fakie|\"|fakie\") (?:serve|wait)\b([^\n|>&`]*)", text)
        words += re.findall(r"^\s+args: \[(.*)\]$", text, flags=re.MULTILINE)
        assert set(re.findall(r"--[a-z-]+", " ".join(words))) <= flags, name


def test_the_image_is_small_and_its_user_is_nobody() -> None:
    """Built in one stage and kept in another without compilers, caches and root; healthy when the fake is ready."""
    text = (DEPLOY / "Containerfile").read_text(encoding="utf-8")
    assert text.count("\nFROM ") == 2
    last = text.rpartition("\nFROM ")[2]
    assert "pip install" not in last
    assert "apt-get" not in text
    found = _instructions()
    assert re.fullmatch(r"[1-9]\d*:[1-9]\d*", found["USER"])
    assert (found["ENTRYPOINT"], found["CMD"]) == ('["fakie"]', '["serve"]')
    assert {"FAKIE_HOST=0.0.0.0", "FAKIE_PORT=8080"} <= set(found["ENV"].split())
    copied = {word for line in re.findall(r"^COPY (?!--)(.*) \S+$", text, flags=re.MULTILINE) for word in line.split()}
    assert [name for name in copied if not (ROOT / name).exists()] == []
    for ignored in (".containerignore", ".dockerignore"):
        kept = {line[1:] for line in (ROOT / ignored).read_text(encoding="utf-8").splitlines() if line[:1] == "!"}
        assert kept == copied


def _instructions() -> dict[str, str]:
    """Return the last instruction of each kind, its lines joined."""
    text = (DEPLOY / "Containerfile").read_text(encoding="utf-8").replace("\\\n", " ")
    return dict(re.findall(r"^([A-Z]+) +(.*)$", text, flags=re.MULTILINE))


def test_the_balancer_and_prometheus_know_both_fakes() -> None:
    """The services of the compose file by their names and their port; the store is durable."""
    services = read("compose/compose.yaml")["services"]
    fakes = {f"{name}:8080" for name in services if name.startswith("fakie")}
    balancer = (DEPLOY / "compose" / "haproxy.cfg").read_text(encoding="utf-8")
    assert len(fakes) == 2
    assert set(re.findall(r"^    server \w+ (\S+)$", balancer, flags=re.MULTILINE)) == fakes
    for said in ("option httpchk GET /_fakie/ready", "option redispatch 1"):
        assert f"    {said}\n" in balancer
    assert [services[name.partition(":")[0]]["environment"]["FAKIE_GRACE"] for name in fakes] == [5, 5]
    [scraped] = read("prometheus/prometheus.yml")["scrape_configs"]
    assert scraped["static_configs"][0]["targets"] == ["balancer:8080"]
    assert "balancer" in services
    assert (scraped["metrics_path"], scraped["authorization"]["type"]) == ("/_fakie/metrics", "Bearer")
    assert services["store"]["command"][1:] == ["--appendonly", "yes", "--appendfsync", "always"]


def test_the_dashboard_asks_for_metrics_and_labels_that_there_are(service: Service) -> None:
    """Every name in a query is one that a scrape shows after some traffic, and every family is on the dashboard."""
    with open_door("direct", service) as door:
        shown = _scraped(door)
    dashboard = json.loads((DEPLOY / "grafana" / "fakie.json").read_text(encoding="utf-8"))
    targets = [target for panel in some(dashboard["panels"]) for target in some(panel["targets"])]
    asked: set[str] = set()
    for query in some([target["expr"] for target in targets]):
        metrics = set(re.findall(r"\b(?:fakie|process)_\w+", query))
        labels = {label for metric in metrics for label in shown.get(metric, ())} | {"instance"}
        assert metrics <= set(shown), query
        bare = re.sub(r'"[^"]*"|\$\w+|\[[^]]*\]', "", query)
        assert set(re.findall(r"\b[a-z_]+\b", bare)) - metrics - PROMETHEUS_WORDS <= labels, query
        asked |= metrics
    assert {name for name in shown if name.startswith("fakie") and not name.endswith(("_sum", "_count"))} - asked == {
        "fakie_accounts"
    }
    places = [tuple(panel["gridPos"].values()) for panel in dashboard["panels"]]
    assert len(set(places)) == len(places) == len({panel["id"] for panel in dashboard["panels"]})


def test_the_page_lists_the_metrics_with_their_labels(service: Service) -> None:
    """Each that a scrape shows, and no other."""
    with open_door("direct", service) as door:
        shown = _scraped(door)
    text = (ROOT / "docs" / "team.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| `(fakie_\w+)` \| ([^|]*)\|", text, flags=re.MULTILINE)
    listed = {name: set(re.findall(r"`(\w+)`", labels)) for name, labels in rows}
    found = {name: labels for name, labels in shown.items() if name.startswith("fakie_")}
    times = found.pop("fakie_request_seconds_bucket")
    for part in ("sum", "count"):
        assert found.pop(f"fakie_request_seconds_{part}") == times - {"le"}
    assert listed == {**found, "fakie_request_seconds": times - {"le"}}


def test_the_job_on_the_page_uses_the_action_as_it_is() -> None:
    """Its path is that of the action, and what it gives are inputs."""
    text = (ROOT / "docs" / "team.md").read_text(encoding="utf-8")
    job = yaml.safe_load(text.split("```yaml\n")[1].split("```")[0])["jobs"]["tests"]
    [step] = [step for step in job["steps"] if "fakie" in step.get("uses", "")]
    path = step["uses"].partition("@")[0].split("/", 2)[2]
    action = yaml.safe_load((ROOT / path / "action.yml").read_text(encoding="utf-8"))
    assert set(step["with"]) <= set(action["inputs"])


def _scraped(door: Door) -> dict[str, set[str]]:
    """Return the labels of each metric that a fake shows after a callback and a scrape."""
    door.new_task(callBackUrl="http://127.0.0.1:9/hook")
    door.post("/_fakie/clock", {"advance": 100})
    text = door.get("/_fakie/metrics").body.decode()
    samples = re.findall(r"^(\w+)(?:\{(.*)\})? \S+$", text, flags=re.MULTILINE)
    out: dict[str, set[str]] = {}
    for name, labels in samples:
        out.setdefault(name, set()).update(re.findall(r'(\w+)="', labels))
    return out


@pytest.mark.parametrize(
    ("tool", "command"),
    [
        ("hadolint", ["hadolint", "Containerfile"]),
        ("kubeconform", ["kubeconform", "-strict", "kubernetes"]),
        ("haproxy", ["haproxy", "-c", "-f", "compose/haproxy.cfg"]),
    ],
)
def test_linters_that_are_here_find_nothing(tool: str, command: list[str]) -> None:
    """Each on its own files; skipped where it is not installed."""
    if shutil.which(tool) is None:
        pytest.skip(f"{tool} is not installed")
    done = subprocess.run(command, cwd=DEPLOY, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="systemd-analyze is not installed")
def test_systemd_reads_the_unit(tmp_path: Path) -> None:
    """It knows every setting; the program is put where it is found, and a wrong word would be told."""
    text = (
        (DEPLOY / "systemd" / "fakie.service").read_text(encoding="utf-8").replace("/opt/fakie/bin/fakie", "/bin/true")
    )
    assert _verified(tmp_path, text) == ""
    assert "Unknown key" in _verified(tmp_path, text.replace("PrivateTmp=", "PrivateTemp="))


def test_a_unit_that_cannot_start_is_given_up() -> None:
    """Tries come a pause apart, and may take ten seconds each: so many lie within the time in which they count."""
    text = (DEPLOY / "systemd" / "fakie.service").read_text(encoding="utf-8")
    # Where the unit says nothing, systemd counts five starts in ten seconds.
    usual = {"StartLimitIntervalSec": "10", "StartLimitBurst": "5"}
    told = {**usual, **dict(re.findall(r"^(\w+)=(\d+)$", text, re.MULTILINE))}
    tries, pause, within = (int(told[name]) for name in ("StartLimitBurst", "RestartSec", "StartLimitIntervalSec"))
    assert tries * (pause + 10) <= within


def _verified(folder: Path, text: str) -> str:
    """Return what systemd says of a unit, without what it says of the machine's own."""
    unit = folder / "fakie.service"
    unit.write_text(text, encoding="utf-8")
    command = ["systemd-analyze", "verify", "--man=no", str(unit)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    return "\n".join(line for line in done.stderr.splitlines() if "fakie.service" in line)


def _texts() -> Iterator[tuple[str, str]]:
    for file in sorted(DEPLOY.rglob("*")):
        if file.is_file():
            yield file.name, file.read_text(encoding="utf-8")
