"""Home: what waits for me."""

from __future__ import annotations

from flask import Blueprint, render_template

from supplychain.web.policy import policy

bp = Blueprint("home", __name__)


@bp.get("/")
@policy("signed_in")
def index() -> str:
    """What waits for the reader."""
    return render_template("home/index.html")
