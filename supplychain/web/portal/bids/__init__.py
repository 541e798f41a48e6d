"""A supplier's bids: list, the form that quotes in three minutes, the page with its receipt."""

from __future__ import annotations

from flask import Blueprint

bp = Blueprint("bids", __name__)
"""The files of this folder put their pages on it."""
