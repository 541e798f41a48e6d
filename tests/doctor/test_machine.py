"""Machine and files: what the doctor says of each, and that the mend mends it."""

from __future__ import annotations

import collections
import errno
import os
import shlex
import socket
import subprocess
import sys
import time

import pytest

from supplychain import platforms
from supplychain.doctor import checks, files, machine
from supplychain.doctor.findings import FAIL, OK, WARN, Finding, run_check
from supplychain.errors import Misconfigured
from tests.doctor.conftest import Patient, listen

GIGABYTE = 1024**3


def test_an_old_python(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(machine.sys, "version_info", (3, 10, 4))
    (finding,) = run_check("python", machine.check_python)
    assert (finding.state, finding.says) == (FAIL, "Python 3.10.4 is too old")
    assert "3.11" in finding.mend


def test_a_data_folder_that_cannot_be_written(patient: Patient) -> None:
    (patient.folder / "file").write_text("in the way")
    patient.monkeypatch.setenv("SUPPLYCHAIN_DATA", str(patient.folder / "file" / "below"))
    checks.settings.cache_clear()
    findings = {one.check: one for one in checks.check_all(8000)}
    assert findings["data folder"].state == FAIL
    assert "SUPPLYCHAIN_DATA" in findings["data folder"].mend
    patient.set(DATA=str(patient.folder / "another"))  # the mend
    assert patient.look(machine.check_folder)["data folder"].state == OK


def test_a_full_disk(patient: Patient) -> None:
    def full(_folder: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    patient.monkeypatch.setattr(machine, "write_probe", full)
    finding = patient.look(machine.check_folder)["data folder"]
    assert finding.state == FAIL
    assert "is full" in finding.says
    assert "Free some space" in finding.mend


@pytest.mark.parametrize(("free", "state"), [(0.4, FAIL), (3, WARN), (50, OK)])
def test_a_disk_that_runs_low(patient: Patient, free: float, state: str) -> None:
    usage = collections.namedtuple("usage", "free")(free * GIGABYTE)
    patient.monkeypatch.setattr(machine.shutil, "disk_usage", lambda _path: usage)
    finding = patient.look(machine.check_disk)["disk"]
    assert finding.state == state
    assert ("Free some space" in finding.mend) == (state != OK)


def test_logs_that_cannot_be_written(patient: Patient) -> None:
    (patient.folder / "logs").write_text("in the way")
    finding = patient.look(machine.check_folder)["logs"]
    assert finding.state == FAIL
    assert "logs cannot be written" in finding.says


def test_a_log_of_another_user(patient: Patient) -> None:
    (patient.folder / "logs").mkdir()
    (patient.folder / "logs" / "web.log").touch()
    patient.monkeypatch.setattr(machine.os, "access", lambda _path, _mode: False)
    finding = patient.look(machine.check_folder)["logs"]
    assert finding.state == FAIL
    assert "web.log" in finding.says
    assert finding.mend.startswith("Give them to this user: chown")


def test_a_secret_key_that_is_short(patient: Patient) -> None:
    finding = patient.look(files.check_secret_key, SECRET_KEY="short")["secret key"]
    assert (finding.state, finding.says) == (FAIL, "SUPPLYCHAIN_SECRET_KEY has 5 characters")
    command = shlex.split(finding.mend.partition(": ")[2])
    fresh = subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()
    assert patient.look(files.check_secret_key, SECRET_KEY=fresh)["secret key"].state == OK


def test_a_secret_key_file_that_is_empty(patient: Patient) -> None:
    (patient.folder / "secret_key").touch(mode=0o600)
    with pytest.raises(Misconfigured):
        patient.set()
    finding = next(finding for finding in checks.check_all(8000) if finding.check == "keys")
    assert (finding.state, str(patient.folder / "secret_key") in finding.says) == (FAIL, True)
    assert "delete the file" in finding.mend
    (patient.folder / "secret_key").unlink()
    assert patient.look(files.check_secret_key)["secret key"].state == OK


def test_a_file_of_keys_that_is_broken(patient: Patient) -> None:
    patient.set()
    path = patient.folder / "seal_keys"
    kept = path.read_text()
    path.write_text(kept[:20])
    finding = patient.look(files.check_keys)["keys"]
    assert finding.state == FAIL
    assert str(path) in finding.says
    path.write_text(kept)  # the mend: back from its backup
    assert patient.look(files.check_keys)["keys"].state == OK


def test_a_file_of_keys_that_is_no_text(patient: Patient) -> None:
    (patient.folder / "audit_keys").write_bytes(b"\xff\xfe\x00")
    findings = {one.check: one for one in checks.check_all(8000)}
    assert findings["keys"].state == FAIL
    assert "backup" in findings["keys"].mend


@pytest.mark.skipif(os.name != "posix", reason="no modes")
def test_keys_that_others_can_read(patient: Patient) -> None:
    patient.set()
    (patient.folder / "seal_keys").chmod(0o644)
    finding = patient.look(files.check_secrets)["secrets"]
    assert finding.state == FAIL
    subprocess.run(finding.mend, shell=True, check=True)
    assert patient.look(files.check_secrets)["secrets"].state == OK


def test_halves_of_files(patient: Patient) -> None:
    patient.set()
    (patient.folder / "files").mkdir()
    old = patient.folder / "files" / ".drawing.0123456789abcdef"
    fresh = patient.folder / "files" / ".drawing.fedcba9876543210"
    whole = patient.folder / "files" / "drawing"
    for path in (old, fresh, whole):
        path.write_text("half")
    os.utime(old, (0, time.time() - 2 * files.STALE_S))
    os.utime(whole, (0, time.time() - 2 * files.STALE_S))
    finding = patient.look(files.check_leftovers)["leftovers"]
    assert finding.state == WARN
    assert "1 halves of files, 4 bytes" in finding.says
    assert finding.mend == "Delete them: supplychain doctor --delete-leftovers"
    mend = [sys.executable, "-m", "supplychain", "doctor", "--delete-leftovers"]
    subprocess.run(mend, check=True)
    assert not old.exists()
    assert fresh.exists()  # somebody may be writing it
    assert whole.exists()
    assert patient.look(files.check_leftovers)["leftovers"].state == OK


def test_a_setting_that_cannot_be_read(patient: Patient) -> None:
    patient.monkeypatch.setenv("SUPPLYCHAIN_PROXIES", "many")
    checks.settings.cache_clear()
    findings = {one.check: one for one in checks.check_all(8000)}
    assert findings["settings"].state == FAIL
    assert "PROXIES" in findings["settings"].says
    patient.set(PROXIES="1")
    findings = {one.check: one for one in checks.check_all(8000)}
    assert findings["settings"].state == OK


def test_a_setting_that_nobody_knows(patient: Patient) -> None:
    patient.set(BROKER_ULR="amqp://localhost")
    finding = next(one for one in checks.check_all(8000) if one.check == "settings")
    assert finding.state == WARN
    assert finding.says.startswith("SUPPLYCHAIN_BROKER_ULR is no setting")
    assert finding.mend == "Write SUPPLYCHAIN_BROKER_URL, if that is meant"


def test_a_port_that_is_taken() -> None:
    with listen(b"220 something else\r\n") as port:
        (finding,) = run_check("port", lambda: machine.check_port(port))
        assert finding.state == FAIL
        other = int(finding.mend.rpartition(" ")[2])
        assert other == port + 1
    (finding,) = run_check("port", lambda: machine.check_port(port))
    assert finding.state == OK


def test_a_platform_without_the_embedded_graph(patient: Patient) -> None:
    patient.monkeypatch.setattr(platforms, "has_embedded_graph", lambda: False)
    patient.monkeypatch.setattr(platforms, "find_java", lambda: None)
    finding = patient.look(machine.check_platform)["platform"]
    assert finding.state == FAIL
    assert "SUPPLYCHAIN_GRAPH_URI" in finding.mend
    named = patient.look(machine.check_platform, GRAPH_URI="bolt://elsewhere:7687")
    assert named["platform"].state == OK


def test_a_java_that_is_too_old(patient: Patient) -> None:
    patient.monkeypatch.setattr(platforms, "has_embedded_graph", lambda: False)
    patient.monkeypatch.setattr(platforms, "find_java", lambda: 11)
    finding = patient.look(machine.check_platform)["platform"]
    assert finding.state == FAIL
    assert "Java 11 starts no Neo4j" in finding.says
    patient.monkeypatch.setattr(platforms, "find_java", lambda: 17)
    assert patient.look(machine.check_platform)["platform"].state == OK


def test_an_embedded_graph_that_is_not_installed(patient: Patient) -> None:
    patient.monkeypatch.setattr(platforms, "has_embedded_graph", lambda: True)
    patient.monkeypatch.setattr(platforms, "is_embedded_installed", lambda: False)
    finding = patient.look(machine.check_platform)["platform"]
    assert finding.state == FAIL
    assert "scripts/environment" in finding.mend


def test_a_check_that_fails_or_hangs_ends_as_a_finding(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("supplychain.doctor.findings.CHECK_S", 0.2)

    def hang() -> collections.abc.Iterator[Finding]:
        time.sleep(5)
        yield from ()

    def break_down() -> collections.abc.Iterator[Finding]:
        raise KeyError("never seen")
        yield

    (hung,) = run_check("hung", hang)
    assert (hung.check, hung.state) == ("hung", FAIL)
    (broken,) = run_check("broken", break_down)
    assert broken.state == FAIL
    assert "KeyError" in broken.says


def test_nothing_listens_where_a_test_said_so() -> None:
    with listen() as port:
        pass
    with socket.socket() as probe:
        assert probe.connect_ex(("127.0.0.1", port)) != 0
