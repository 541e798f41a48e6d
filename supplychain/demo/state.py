"""What the demo keeps in its data folder: the day of its data, its password, who runs it."""

from __future__ import annotations

import json
import os
import secrets
from dataclasses import asdict, dataclass, replace
from datetime import date, datetime
from pathlib import Path

import psutil


@dataclass(frozen=True, slots=True, kw_only=True)
class State:
    """``day`` is the last day of the deliveries; ``loaded`` is set when all of it is in.

    ``new`` until the folder's first start has begun.
    """

    day: str
    new: bool = False
    loaded: bool = False
    url: str = ""
    pid: int = 0
    started: float = 0.0

    @property
    def running(self) -> bool:
        """Whether the process that serves this folder still lives."""
        try:
            return self.pid > 0 and psutil.Process(self.pid).create_time() == self.started
        except psutil.Error:
            return False


def today() -> date:
    """The day of this machine, on which a new demo's deliveries end."""
    return datetime.now().astimezone().date()


def read_state(folder: Path, *, day: date) -> State:
    """The state of a folder; a new one has the data of today."""
    try:
        return State(**json.loads((folder / "demo.json").read_text(encoding="utf-8")))
    except FileNotFoundError:
        return State(day=day.isoformat(), new=True)


def keep_state(folder: Path, state: State) -> State:
    """Write the state at once or not at all, and return it."""
    draft = folder / "demo.json.new"
    draft.write_text(json.dumps(asdict(state), indent=2), encoding="utf-8")
    draft.replace(folder / "demo.json")
    return state


def owned(state: State, *, url: str) -> State:
    """The state with this process as the one that serves the folder."""
    started = psutil.Process().create_time()
    return replace(state, new=False, url=url, pid=os.getpid(), started=started)


def password(folder: Path) -> str:
    """The password of this installation's demo accounts: random, made once, mode 0600."""
    path = folder / "demo-password"
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return path.read_text(encoding="ascii").strip()
    with os.fdopen(descriptor, "w", encoding="ascii") as file:
        made = "-".join(secrets.token_hex(2) for _ in range(4))
        file.write(made)
    return made
