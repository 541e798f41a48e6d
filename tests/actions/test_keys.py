"""Keys that are kept outside the graph are added to, one purpose like the other."""

from __future__ import annotations

from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from supplychain.actions import keys
from supplychain.commands import audit, bids, user
from supplychain.config import Keyring, new_key, settings
from supplychain.errors import Conflict

COMMANDS = {Keyring.AUDIT: audit.command, Keyring.SEAL: bids.command, Keyring.FACTOR: user.command}


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> object:
    for ring in Keyring:
        monkeypatch.delenv(f"SUPPLYCHAIN_{ring.upper()}", raising=False)
    monkeypatch.setenv("SUPPLYCHAIN_DATA", str(tmp_path))
    settings.cache_clear()
    yield tmp_path
    monkeypatch.undo()
    settings.cache_clear()


@pytest.mark.parametrize("ring", Keyring)
def test_a_new_key_stands_behind_the_old_one(folder: Path, ring: Keyring) -> None:
    (old,) = getattr(settings(), ring)
    command: click.Group = COMMANDS[ring]
    done = CliRunner().invoke(command, ["rotate-key"])
    assert done.exit_code == 0
    settings.cache_clear()
    kept = getattr(settings(), ring)
    assert kept[0] == old
    assert len(kept) == 2
    assert kept[-1].id in done.output
    assert kept[-1].secret not in done.output
    assert (folder / ring).stat().st_mode & 0o077 == 0


@pytest.mark.parametrize("ring", Keyring)
def test_keys_of_the_environment_are_changed_there(
    folder: Path, monkeypatch: pytest.MonkeyPatch, ring: Keyring
) -> None:
    first, last = new_key(), new_key()
    monkeypatch.setenv(f"SUPPLYCHAIN_{ring.upper()}", f"{first} {last}")
    settings.cache_clear()
    assert getattr(settings(), ring) == (first, last)
    with pytest.raises(Conflict, match=f"SUPPLYCHAIN_{ring.upper()}"):
        keys.rotate_key(ring)
    assert not (folder / ring).exists()
