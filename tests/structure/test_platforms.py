"""Where the product runs: which machines have the embedded graph, and what the rest use."""

from __future__ import annotations

import dataclasses
import os
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from supplychain import platforms
from supplychain.commands.graph import choose_engine
from supplychain.config import settings
from supplychain.errors import Conflict
from supplychain.graph.engine import neo4j_server, server
from tests.structure.sources import ROOT

GLIBC = ("glibc", "2.36")


@pytest.mark.parametrize(
    ("system", "machine", "libc", "runs"),
    [
        ("Linux", "x86_64", ("glibc", "2.36"), True),
        ("Linux", "x86_64", ("glibc", "2.34"), True),
        ("Linux", "x86_64", ("glibc", "2.31"), False),
        ("Linux", "x86_64", ("glibc", "2.9"), False),
        ("Linux", "x86_64", ("", ""), False),  # musl: Alpine
        ("Linux", "aarch64", GLIBC, False),
        ("Linux", "riscv64", GLIBC, False),
        ("Darwin", "arm64", ("", ""), True),
        ("Darwin", "x86_64", ("", ""), False),
        ("Windows", "AMD64", ("", ""), True),
        ("Windows", "ARM64", ("", ""), False),
        ("FreeBSD", "amd64", ("", ""), False),
    ],
)
def test_the_embedded_graph_runs_where_it_has_a_wheel(
    system: str, machine: str, libc: tuple[str, str], runs: bool
) -> None:
    assert platforms.has_embedded_graph(system, machine, libc) is runs


def test_the_markers_of_the_package_name_the_same_machines() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    (line,) = [one for one in project["dependencies"] if one.startswith(platforms.EMBEDDED)]
    for _, machine in platforms.WHEELS:
        assert f"platform_machine == '{machine}'" in line
    assert line.count("platform_machine") == len(platforms.WHEELS)


@pytest.mark.parametrize(
    ("text", "version"),
    [
        ('openjdk version "17.0.15" 2025-04-15', 17),
        ('openjdk version "21" 2023-09-19', 21),
        ('java version "1.8.0_392"', 8),
        ('openjdk version "22-ea" 2024-03-19', 22),
        ("no such thing", None),
    ],
)
def test_java_says_its_version_in_many_ways(text: str, version: int | None) -> None:
    assert platforms.read_java_version(text) == version


@pytest.mark.parametrize("lock", ["requirements.lock", "requirements-dev.lock"])
def test_the_lock_installs_without_the_embedded_graph(lock: str) -> None:
    text = (ROOT / lock).read_text(encoding="utf-8")
    stripped = platforms.strip_lock(text)
    before = {line.partition("==")[0] for line in text.splitlines() if line[:1].isalnum()}
    after = {line.partition("==")[0] for line in stripped.splitlines() if line[:1].isalnum()}
    assert before - after == {"arcadedb-embedded", "jpype1"}
    assert stripped.count("--hash=") > 100


def _say(monkeypatch: pytest.MonkeyPatch, uri: str, *, starts: bool) -> int:
    monkeypatch.setattr(platforms, "has_embedded_graph", lambda: False)
    monkeypatch.setattr(platforms, "can_start_neo4j", lambda: starts)
    monkeypatch.setenv("SUPPLYCHAIN_GRAPH_URI", uri)
    return platforms.main([])


def test_elsewhere_it_is_said_what_the_graph_will_be(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert _say(monkeypatch, "bolt://graph:7687", starts=False) == 3
    assert "The Neo4j at bolt://graph:7687 is used." in capsys.readouterr().out
    assert _say(monkeypatch, "", starts=True) == 3
    assert "A Neo4j is fetched from Maven" in capsys.readouterr().out
    assert _say(monkeypatch, "", starts=False) == 1
    said = capsys.readouterr().err
    assert said.startswith("The embedded graph does not run here (")
    assert "Install Java 17 or later and Maven" in said
    assert "SUPPLYCHAIN_GRAPH_URI=" in said


@pytest.mark.skipif(os.name != "posix", reason="a shell script")
def test_the_script_says_so_before_it_installs(tmp_path: Path) -> None:
    """With a Python that thinks it is elsewhere, and no Java."""
    fake = tmp_path / "python-elsewhere"
    fake.write_text(
        f'#!/bin/sh\n[ "$1" = supplychain/platforms.py ] && shift && exec {sys.executable} -c "'
        "import platform, runpy, sys; platform.machine = lambda: 'aarch64'; "
        "sys.argv = ['x']; runpy.run_path('supplychain/platforms.py', run_name='__main__')\"\n"
        f'exec {sys.executable} "$@"\n'
    )
    fake.chmod(0o755)
    (tmp_path / "bin").mkdir()
    for name in ("bash", "env", "dirname", "sha256sum", "cut", "sh"):
        found = subprocess.run(["which", name], capture_output=True, text=True, check=True)
        (tmp_path / "bin" / name).symlink_to(found.stdout.strip())
    done = subprocess.run(
        [ROOT / "scripts" / "environment"],
        env={
            "PATH": str(tmp_path / "bin"),
            "PYTHON": str(fake),
            "VENV": str(tmp_path / "venv"),
        },
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 1
    assert "The embedded graph does not run here (Linux aarch64" in done.stderr
    assert not (tmp_path / "venv").exists()


def test_what_a_folder_was_begun_with_goes_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(platforms, "is_embedded_installed", lambda: False)
    monkeypatch.setattr(platforms, "has_embedded_graph", lambda: False)
    assert choose_engine(tmp_path) == "neo4j"
    (tmp_path / "engine").mkdir()
    assert choose_engine(tmp_path) == "embedded"  # and says that it cannot run
    (tmp_path / "engine").rmdir()
    monkeypatch.setattr(platforms, "is_embedded_installed", lambda: True)
    assert choose_engine(tmp_path) == "embedded"
    (tmp_path / "neo4j").mkdir()
    assert choose_engine(tmp_path) == "neo4j"


def test_without_the_engine_the_graph_says_what_to_do(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "arcadedb_embedded.server", None)
    monkeypatch.setattr(platforms, "has_embedded_graph", lambda: False)
    monkeypatch.setattr(platforms, "find_java", lambda: 11)
    config = dataclasses.replace(settings(), data_dir=tmp_path)
    with pytest.raises(Conflict, match="supplychain graph --engine neo4j"):
        server.serve_graph(config)
    with pytest.raises(Conflict, match="Install Java 17 or later and Maven"):
        neo4j_server.serve_neo4j(config, port=0, heap="1g")
