"""What the processes count is shared only if the folder is named before the counters are made."""

from __future__ import annotations

import subprocess
import sys

import pytest

LOOK = "import supplychain.cli, supplychain.commands.{name}, sys; print(sorted(sys.modules))"


@pytest.mark.parametrize("name", ["web", "worker"])
def test_a_command_makes_no_counter_before_it_has_named_the_folder(name: str) -> None:
    code = LOOK.format(name=name)
    loaded = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )
    assert "supplychain.metrics_folder" in loaded.stdout
    assert "'prometheus_client'" not in loaded.stdout
