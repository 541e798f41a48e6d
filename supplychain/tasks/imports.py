"""Imports as jobs."""

from __future__ import annotations

from supplychain.actions.imports.uploads import import_upload

HANDLERS = {"import": import_upload}
