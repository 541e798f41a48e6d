"""Whoever keeps time finds what all actions offer, and loads no more for it than it needs."""

from __future__ import annotations

import importlib
import pkgutil
import subprocess
import sys

from supplychain import actions
from supplychain.tasks.gathering import OFFERING

NAMES = ("SWEEPS", "TIDIES", "LETTERS")
HEAVY = ("highspy", "scipy", "flask")


def test_no_action_that_offers_something_is_left_out() -> None:
    prefix = "supplychain.actions."
    found = [
        entry.name.removeprefix(prefix)
        for entry in pkgutil.walk_packages(actions.__path__, prefix)
        if any(hasattr(importlib.import_module(entry.name), name) for name in NAMES)
    ]
    assert sorted(found) == sorted(OFFERING)


def test_the_clock_loads_no_solver_and_no_pages() -> None:
    code = (
        "import sys; from supplychain.tasks import clock, mails; clock.list_duties(); "
        "from supplychain.tasks.sweeps import gather_tidies; gather_tidies(); "
        "mails.gather_letters(); "
        f"print(*[name for name in {HEAVY!r} if name in sys.modules])"
    )
    told = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60
    )
    assert told.stdout.split() == []


def test_the_process_that_only_starts_the_others_loads_no_driver() -> None:
    code = (
        "import sys; import supplychain.commands.worker; "
        "print(*[name for name in ('neo4j', 'celery', 'numpy') if name in sys.modules])"
    )
    told = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60
    )
    assert told.stdout.split() == []
