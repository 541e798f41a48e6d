"""Imports as jobs."""

from __future__ import annotations

from supplychain.actions.imports.conversations import read_upload
from supplychain.actions.imports.uploads import import_upload
from supplychain.model.imports.uploads import READING, WRITING

HANDLERS = {WRITING: import_upload, READING: read_upload}
