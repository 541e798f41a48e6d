"""Sending mail, apart from the sweeps: a mail server that is slow holds no deadline up."""

from __future__ import annotations

from functools import lru_cache

from supplychain.actions import mails
from supplychain.graph.engine.driver import graph
from supplychain.model.ids import utc_now
from supplychain.tasks.gathering import gather_offers


@lru_cache(maxsize=1)
def gather_letters() -> dict[str, mails.Compose]:
    """Kind of mail to what makes its letter: the ``LETTERS`` of all actions."""
    letters: dict[str, mails.Compose] = {}
    for some in gather_offers("LETTERS"):
        letters.update(some)
    return letters


def send_mails() -> None:
    """Send the mail that is due."""
    mails.send_due(graph(), utc_now(), gather_letters())
