"""The data folder is its owner's alone: sealed prices lie in the graph's files."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from neo4j import Driver

from supplychain.config import is_loose, settings
from supplychain.doctor.files import check_secrets
from supplychain.doctor.findings import FAIL

MAKES_A_FILE = """
from supplychain.config import settings
folder = settings().data_dir
(folder / "graph").mkdir(exist_ok=True)
(folder / "graph" / "log").write_text("a price")
"""


@pytest.mark.parametrize("there_before", [True, False])
def test_every_process_shuts_the_folder_whatever_the_umask_of_its_user(
    tmp_path: Path, there_before: bool
) -> None:
    data = tmp_path / "data"
    if there_before:
        data.mkdir(mode=0o755)
        data.chmod(0o755)
    subprocess.run(
        [sys.executable, "-c", MAKES_A_FILE],
        env={**os.environ, "SUPPLYCHAIN_DATA": str(data)},
        umask=0o022,
        check=True,
    )
    made = [data, *data.rglob("*")]
    assert [path.name for path in made if is_loose(path)] == []
    assert {"graph", "log", "secret_key"} <= {path.name for path in made}


def test_no_file_of_a_running_graph_can_be_read_by_others(server: Driver) -> None:
    folder = settings().data_dir
    if settings().embedded:  # the files of a Neo4j of one's own are its own affair
        assert [path for path in (folder / "graph").rglob("*") if is_loose(path)] == []
    assert not is_loose(folder)


def test_the_doctor_sees_a_folder_that_others_can_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SUPPLYCHAIN_DATA", str(tmp_path))
    settings.cache_clear()
    try:
        config = settings()
        assert not is_loose(tmp_path)
        tmp_path.chmod(0o755)
        found = list(check_secrets(config))
    finally:
        monkeypatch.undo()
        settings.cache_clear()
    assert [(one.state, one.mend) for one in found] == [(FAIL, f"chmod 700 '{tmp_path}'")]
