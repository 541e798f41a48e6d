"""A list of parts from a file or pasted: looked at, mended, and made lines of a request."""

from __future__ import annotations

from flask import Blueprint

bp = Blueprint("parts_lists", __name__)
"""The files of this folder put their pages on it."""
