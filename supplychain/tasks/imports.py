"""Imports as jobs."""

from __future__ import annotations

from supplychain.actions.uploads import import_upload

HANDLERS = {"import": import_upload}
