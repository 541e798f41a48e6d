"""Sending mail, apart from the sweeps: a mail server that is slow holds no deadline up."""

from __future__ import annotations

import importlib
import pkgutil
from functools import lru_cache

from supplychain import actions
from supplychain.actions import mails
from supplychain.graph.engine.driver import graph
from supplychain.model.ids import utc_now


@lru_cache(maxsize=1)
def gather_letters() -> dict[str, mails.Compose]:
    """Kind of mail to what makes its letter: the ``LETTERS`` of all actions."""
    letters: dict[str, mails.Compose] = {}
    for entry in pkgutil.walk_packages(actions.__path__, "supplychain.actions."):
        letters.update(getattr(importlib.import_module(entry.name), "LETTERS", {}))
    return letters


def send_mails() -> None:
    """Send the mail that is due."""
    mails.send_due(graph(), utc_now(), gather_letters())
