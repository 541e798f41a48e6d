"""The reader's own imports of deliveries: how suppliers answered, and taking one back."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from supplychain.actions import delivery_claims as actions
from supplychain.graph import delivery_batches, delivery_claims, firms
from supplychain.graph.engine.driver import graph
from supplychain.graph.engine.transactions import Tx, read
from supplychain.model.delivery_claims import CLAIMS
from supplychain.web.access import once
from supplychain.web.access.policy import actor, policy
from supplychain.web.input import cursors
from supplychain.web.input.forms import Shown, submit
from supplychain.web.pages.i18n import translate

bp = Blueprint("delivery_batches", __name__)


@bp.get("/delivery-batches")
@policy("member")
def index() -> str:
    """Deliveries that the reader's firm imported, file by file."""
    return _render_index(Shown())


def _render_index(form: Shown) -> str:
    after, limit = cursors.text_window()
    items = read(
        graph(), delivery_batches.list_sent, viewer=actor().firm_id, limit=limit + 1, after=after
    )
    return render_template(
        "delivery_batches/index.html",
        page=cursors.page(items, limit, lambda one: [one.batch.at, one.batch.id]),
        form=form,
        may_undo=actor().role != "viewer",
    )


@bp.get("/delivery-batches/<id>")
@policy("member", thing="delivery_batch", seen_by=("maker",))
def show(id: str) -> str:
    """The lines of one import, with what their suppliers answered."""
    after, limit = cursors.text_window()
    word = request.args.get("claim", "")
    claim = word if word in CLAIMS else ""
    view = read(graph(), _read_batch, id, actor().firm_id, claim, after, limit)
    return render_template(
        "delivery_batches/show.html",
        page=cursors.page(view.pop("lines"), limit, lambda one: [one.id, one.id]),
        claim=claim,
        claims=CLAIMS,
        **view,
    )


def _read_batch(
    tx: Tx, batch_id: str, viewer: str, claim: str, after: tuple[str, str] | None, limit: int
) -> dict[str, Any]:
    sent = delivery_batches.get_sent(tx, batch_id, viewer=viewer)
    lines = delivery_claims.list_sent_lines(
        tx, batch_id, viewer=viewer, limit=limit + 1, claim=claim, after=after[0] if after else ""
    )
    names = firms.names(tx, sorted({line.supplier_id for line in lines}))
    return {"sent": sent, "lines": lines, "names": names}


@bp.post("/delivery-batches/<id>/undoing")
@policy("member", roles=("buyer", "seller"), thing="delivery_batch", seen_by=("maker",))
def undo(id: str) -> Response:
    """Take an import back as the whole it was."""

    def undo_batch() -> Response:
        key = once.from_form("undo_delivery_batch")
        batch = actions.undo_batch(graph(), id, by=actor(), once=key)
        done = "The import is taken back: its deliveries count nowhere."
        going_on = "The import is large and is being taken back. Look again in a minute."
        flash(translate(done if batch.state == "undone" else going_on), "success")
        return redirect(url_for("delivery_batches.index"))

    return submit(undo_batch, _render_index)
