"""A buyer's own parts requests with their files, and the requests that a supplier may bid for."""

from __future__ import annotations

from flask import Blueprint

bp = Blueprint("parts_requests", __name__)
"""The files of this folder put the buyer's pages on it."""
