"""What actions offer to whoever keeps time: their ``SWEEPS``, ``TIDIES`` and ``LETTERS``.

The modules are named, not looked for: to look into all actions would load the solver, and all that
needs it, into a process that does nothing with it (``tests/tasks/test_gathering.py`` holds that
none is left out).
"""

from __future__ import annotations

import importlib
from typing import Any, Final

OFFERING: Final = (
    "archive",
    "audit",
    "bids",
    "delivery_claims",
    "housekeeping",
    "imports.uploads",
    "kept_files",
    "logbook",
    "orders.orders",
    "orders.reactions",
    "parts_requests.attachments",
    "parts_requests.parts_requests",
    "people.notices",
    "people.registrations",
    "people.resets",
)
"""The modules of ``supplychain.actions`` that offer something."""


def gather_offers(name: str) -> list[Any]:
    """What each module offers under a name, of those that do."""
    modules = [importlib.import_module(f"supplychain.actions.{module}") for module in OFFERING]
    return [getattr(module, name) for module in modules if hasattr(module, name)]
