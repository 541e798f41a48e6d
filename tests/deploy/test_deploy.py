"""The texts of ``deploy/`` are read by the programs they are for, and agree with the product."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from click.testing import CliRunner

from supplychain import config
from supplychain.commands.web import command as web
from supplychain.commands.worker import command as worker
from tests.engines import ROOT

DEPLOY = ROOT / "deploy"
UNITS = sorted((DEPLOY / "systemd").glob("*.*"))
SERVICES = [path for path in UNITS if path.suffix == ".service"]
OWN = "/opt/supplychain/.venv/bin/supplychain"


def _settings_of_config() -> set[str]:
    """Every name that ``config.py`` reads from the environment."""
    text = Path(config.__file__).read_text(encoding="utf-8")
    names = set(re.findall(r"\benv\.\w+\(\s*\"([A-Z][A-Z_]+)\"", text))
    return {f"SUPPLYCHAIN_{name}" for name in names | {ring.upper() for ring in config.Keyring}}


def _settings_of_file() -> list[str]:
    text = (DEPLOY / "supplychain.env").read_text(encoding="utf-8")
    return re.findall(r"^#?(SUPPLYCHAIN_[A-Z_]+)=", text, re.MULTILINE)


def test_the_file_of_settings_has_each_setting_once_and_nothing_else() -> None:
    named = _settings_of_file()
    assert sorted(named) == sorted(_settings_of_config())


def test_each_setting_in_the_file_is_explained_above_it() -> None:
    explained = False
    for line in (DEPLOY / "supplychain.env").read_text(encoding="utf-8").splitlines():
        if re.match(r"#?SUPPLYCHAIN_", line):
            assert explained, line
        elif line.startswith("# ") and not line.startswith("# --"):
            explained = True
        else:
            explained = False


def test_the_file_of_settings_is_read_as_it_is(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """What is commented out shows the default where it has one."""
    text = (DEPLOY / "supplychain.env").read_text(encoding="utf-8")
    shown = dict(re.findall(r"^#(SUPPLYCHAIN_[A-Z_]+)=(.+)$", text, re.MULTILINE))
    for name in list(_settings_of_config()):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("SUPPLYCHAIN_DATA", str(tmp_path))
    config.settings.cache_clear()
    try:
        plain = config.settings()
        examples = {
            name for name, value in shown.items() if "internal" in value or "example" in value
        }
        for name in shown.keys() - examples:
            monkeypatch.setenv(name, shown[name])
        config.settings.cache_clear()
        assert config.settings() == plain
    finally:
        config.settings.cache_clear()


def _unit(path: Path) -> dict[str, list[str]]:
    entries: dict[str, list[str]] = {}
    for line in path.read_text(encoding="utf-8").splitlines():
        if "=" in line and not line.startswith("#"):
            key, _, value = line.partition("=")
            entries.setdefault(key, []).append(value)
    return entries


@pytest.mark.parametrize("path", SERVICES, ids=lambda path: path.stem)
def test_a_service_starts_again_without_end_and_stops(path: Path) -> None:
    unit = _unit(path)
    if unit.get("Type") == ["oneshot"]:
        assert "until" in unit["ExecStart"][0]
    else:
        assert unit["Restart"] == ["always"]
        assert unit["StartLimitIntervalSec"] == ["0"]
        assert unit["KillMode"] == ["mixed"]  # SIGTERM goes to the first process alone
    assert int(unit["TimeoutStopSec"][0]) <= 60
    assert unit["EnvironmentFile"] == ["/etc/supplychain/supplychain.env"]


def test_portal_and_worker_come_after_the_schema_and_that_after_the_graph() -> None:
    for name in ("web", "worker"):
        unit = _unit(DEPLOY / "systemd" / f"supplychain-{name}.service")
        assert "supplychain-migrate.service" in unit["After"][0]
    schema = _unit(DEPLOY / "systemd" / "supplychain-migrate.service")
    assert "supplychain-graph.service" in schema["After"][0]
    assert schema["Type"] == ["oneshot"]  # whoever comes after it waits until it is over


def test_systemd_reads_the_units(tmp_path: Path) -> None:
    if shutil.which("systemd-analyze") is None:
        pytest.skip("no systemd-analyze found")
    program = Path(sys.executable).parent / "supplychain"
    for path in UNITS:
        text = path.read_text(encoding="utf-8")
        assert path.suffix == ".target" or OWN in text
        text = text.replace(OWN, str(program)).replace("User=supplychain", "User=daemon")
        text = text.replace("Group=supplychain", "Group=daemon")
        (tmp_path / path.name).write_text(text, encoding="utf-8")
    done = subprocess.run(
        ["systemd-analyze", "verify", "--man=no", *[str(tmp_path / path.name) for path in UNITS]],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    ours = [line for line in done.stderr.splitlines() if "supplychain" in line]
    assert ours == []


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A certificate and its key, each alone and both in one file."""
    if shutil.which("openssl") is None:
        pytest.skip("no openssl found")
    folder = tmp_path_factory.mktemp("certificate")
    key, cert = folder / "privkey.pem", folder / "fullchain.pem"
    subprocess.run(
        [
            *("openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2"),
            *("-subj", "/CN=parts.example.com", "-keyout", str(key), "-out", str(cert)),
        ],
        capture_output=True,
        timeout=60,
        check=True,
    )
    (folder / "both.pem").write_bytes(cert.read_bytes() + key.read_bytes())
    return folder


def test_haproxy_reads_its_text(tmp_path: Path, certificate: Path) -> None:
    if shutil.which("haproxy") is None:
        pytest.skip("no haproxy found")
    text = (DEPLOY / "haproxy.cfg").read_text(encoding="utf-8")
    path = tmp_path / "haproxy.cfg"
    named = "/etc/haproxy/certs/parts.example.com.pem"
    assert named in text
    path.write_text(text.replace(named, str(certificate / "both.pem")), encoding="utf-8")
    done = _run("haproxy", "-c", "-f", str(path))
    assert done.returncode == 0, done.stderr
    assert "WARNING" not in done.stdout + done.stderr


def test_nginx_reads_its_text(tmp_path: Path, certificate: Path) -> None:
    if shutil.which("nginx") is None:
        pytest.skip("no nginx found")
    text = (DEPLOY / "nginx.conf").read_text(encoding="utf-8")
    for named, here in (
        ("/etc/letsencrypt/live/parts.example.com/", f"{certificate}/"),
        ("/var/log/nginx/", f"{tmp_path}/"),
        ("/run/nginx.pid", f"{tmp_path}/nginx.pid"),
    ):
        assert named in text
        text = text.replace(named, here)
    # Ports below 1024 are root's: only the test listens elsewhere.
    text = text.replace("listen 443", "listen 8443").replace("listen 80 ", "listen 8480 ")
    path = tmp_path / "nginx.conf"
    path.write_text(text, encoding="utf-8")
    done = _run("nginx", "-t", "-c", str(path), "-p", str(tmp_path), "-e", f"{tmp_path}/e.log")
    assert done.returncode == 0, done.stderr
    assert "warn" not in done.stderr


def _run(*command: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)


@pytest.mark.parametrize("name", ["haproxy.cfg", "nginx.conf"])
def test_a_proxy_passes_on_what_the_portal_trusts_and_nothing_more(name: str) -> None:
    """The portal trusts one X-Forwarded-For and one X-Forwarded-Proto, and the Host."""
    text = (DEPLOY / name).read_text(encoding="utf-8")
    assert "X-Forwarded-Proto https" in text
    for claimed in ("X-Forwarded-Host", "Forwarded"):
        dropped = f"del-header {claimed}" in text or f'proxy_set_header {claimed} ""' in text
        assert dropped, claimed
    assert "del-header X-Forwarded-For" in text or "X-Forwarded-For $remote_addr" in text
    for waits in ("10s", "75s", "3s"):  # heads, answers, connecting
        assert waits in text


def test_the_proxies_take_what_the_portal_takes() -> None:
    """An upload of the largest size passes with its form around it, and little more."""
    default = config.settings().upload_megabytes
    nginx = (DEPLOY / "nginx.conf").read_text(encoding="utf-8")
    haproxy = (DEPLOY / "haproxy.cfg").read_text(encoding="utf-8")
    assert f"client_max_body_size {default + 1}m;" in nginx
    assert f"gt {(default + 1) * 1024 * 1024} }}" in haproxy


@pytest.fixture
def compose() -> dict[str, Any]:
    """The Compose file."""
    return yaml.safe_load((DEPLOY / "compose.yaml").read_text(encoding="utf-8"))


def _commands(node: Any) -> Iterator[list[str]]:
    """Every list of arguments of our own program in a Compose file or manifest."""
    if isinstance(node, dict):
        if str(node.get("image", "")).partition(":")[0] == "supplychain":
            yield node.get("command") or node.get("args")
        for below in node.values():
            yield from _commands(below)
    elif isinstance(node, list):
        for below in node:
            yield from _commands(below)


def _manifests() -> list[dict[str, Any]]:
    return [
        document
        for path in sorted((DEPLOY / "kubernetes").glob("*.yaml"))
        for document in yaml.safe_load_all(path.read_text(encoding="utf-8"))
    ]


def test_what_containers_run_is_what_the_program_takes(compose: dict[str, Any]) -> None:
    seen = [*_commands(compose["services"]), *_commands(_manifests())]
    assert {arguments[0] for arguments in seen} == {"web", "worker", "migrate"}
    for name, *options in seen:
        if name != "migrate":
            about = CliRunner().invoke({"web": web, "worker": worker}[name], ["--help"]).output
            assert all(word in about for word in options if word.startswith("--")), (name, options)


def test_settings_in_compose_and_kubernetes_are_settings(compose: dict[str, Any]) -> None:
    texts = [path.read_text(encoding="utf-8") for path in DEPLOY.rglob("*") if path.is_file()]
    named = {name for text in texts for name in re.findall(r"\bSUPPLYCHAIN_[A-Z_]+", text)}
    assert named <= _settings_of_config()
    assert compose["services"]["portal1"]["env_file"] == ".env.supplychain"


def test_compose_has_three_of_each_and_starts_them_when_the_schema_is_current(
    compose: dict[str, Any],
) -> None:
    services = compose["services"]
    for name in ("portal1", "portal2", "portal3", "worker1", "worker2", "worker3"):
        assert services[name]["restart"] == "always"
        waits = services[name]["depends_on"]["migrate"]["condition"]
        assert waits == "service_completed_successfully"
    text = (DEPLOY / "haproxy.cfg").read_text(encoding="utf-8")
    for number in (1, 2, 3):
        address = services[f"portal{number}"]["networks"]["inner"]["ipv4_address"]
        assert f"server portal{number} {address}:8000" in text
    assert set(compose["volumes"]) >= {"data", "graph", "broker"}


def test_manifests_name_what_is_there() -> None:
    manifests = _manifests()
    apps = {
        one["metadata"]["name"] for one in manifests if one["kind"] in {"Deployment", "StatefulSet"}
    }
    assert apps == {"portal", "worker", "graph", "broker", "limits"}
    for one in manifests:
        assert one["metadata"]["namespace"] == "supplychain"
        if one["kind"] == "Service":
            assert one["spec"]["selector"]["app"] in apps
            assert one["metadata"]["name"] == one["spec"]["selector"]["app"]
        if one["kind"] in {"Deployment", "StatefulSet"}:
            labels = one["spec"]["template"]["metadata"]["labels"]
            assert one["spec"]["selector"]["matchLabels"] == labels
    text = (DEPLOY / "kubernetes" / "supplychain.yaml").read_text(encoding="utf-8")
    hosts = set(re.findall(r"(?:@|//)(graph|broker|limits):", text))
    assert hosts == {"graph", "broker", "limits"}


def test_probes_ask_what_is_there(compose: dict[str, Any]) -> None:
    portal = next(
        one
        for one in _manifests()
        if one["metadata"]["name"] == "portal" and one["kind"] == "Deployment"
    )
    container = portal["spec"]["template"]["spec"]["containers"][0]
    assert container["livenessProbe"]["httpGet"]["path"] == "/healthz"
    assert container["readinessProbe"]["httpGet"]["path"] == "/readyz"
    assert "/readyz" in compose["services"]["portal1"]["healthcheck"]["test"][-1]
    haproxy = (DEPLOY / "haproxy.cfg").read_text(encoding="utf-8")
    assert "httpchk GET /readyz" in haproxy


def test_the_image_is_made_of_what_is_here() -> None:
    text = (DEPLOY / "Dockerfile").read_text(encoding="utf-8")
    for line in text.splitlines():
        if line.startswith("COPY") and "--from" not in line:
            *sources, _ = line.split()[1:]
            assert all((ROOT / source).exists() for source in sources), line
    assert "--require-hashes -r requirements.lock" in text
    assert "USER 10001" in text
