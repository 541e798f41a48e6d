"""Claims about my deliveries: what buyers say of the reader's firm, and what it answers."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from supplychain.actions import delivery_claims as actions
from supplychain.graph import delivery_claims, firms
from supplychain.graph.engine.driver import graph
from supplychain.graph.engine.transactions import Tx, read
from supplychain.model.delivery_claims import CLAIMS, CONFIRMED, DISPUTED
from supplychain.web.access.policy import actor, policy
from supplychain.web.input import cursors
from supplychain.web.input.forms import Shown, load, submit
from supplychain.web.pages.i18n import translate
from supplychain.web.schemas.delivery_claims import AnswerIn

bp = Blueprint("delivery_claims", __name__)

DONE = {
    CONFIRMED: "Confirmed. It counts in your record as soon as its buyer is verified.",
    DISPUTED: "Disputed. It counts for its buyer alone, who reads what you wrote.",
}
TAKEN_BACK = "Your answer is taken back."


@bp.get("/delivery-claims")
@policy("member")
def index() -> str:
    """What buyers say, import by import, and the buyers that are confirmed once for all."""
    after, limit = cursors.text_window()
    chosen = {"buyer_id": request.args.get("buyer_id", ""), "claim": _read_claim()}
    view = read(graph(), _read_index, actor().firm_id, chosen, after, limit)
    page = cursors.page(view.pop("batches"), limit, lambda one: [one.at, one.id])
    return render_template(
        "delivery_claims/index.html",
        page=page,
        chosen=chosen,
        claims=CLAIMS,
        **view,
        **_read_rights(),
    )


def _read_index(
    tx: Tx, viewer: str, chosen: dict[str, str], after: tuple[str, str] | None, limit: int
) -> dict[str, Any]:
    buyer_id = chosen["buyer_id"]
    return {
        "batches": delivery_claims.list_batches(
            tx, viewer=viewer, limit=limit + 1, after=after, **chosen
        ),
        "trusted": delivery_claims.list_trusted(tx, viewer=viewer),
        "buyer": firms.names(tx, [buyer_id]).get(buyer_id, "") if buyer_id else "",
    }


@bp.get("/delivery-claims/<id>")
@policy("member", thing="delivery_batch", seen_by=("supplier",))
def show(id: str) -> str:
    """The lines of one import about the reader's firm, with what it may answer."""
    return _render_batch(id, Shown())


def _render_batch(batch_id: str, form: Shown, line_id: str = "") -> str:
    after, limit = cursors.text_window()
    view = read(graph(), _read_batch, batch_id, actor().firm_id, after, limit)
    page = cursors.page(view.pop("lines"), limit, lambda one: [one.id, one.id])
    return render_template(
        "delivery_claims/show.html",
        page=page,
        claim=_read_claim(),
        claims=CLAIMS,
        form=form,
        line_id=line_id,
        **view,
        **_read_rights(),
    )


def _read_batch(
    tx: Tx, batch_id: str, viewer: str, after: tuple[str, str] | None, limit: int
) -> dict[str, Any]:
    return {
        "batch": delivery_claims.get_batch(tx, batch_id, viewer=viewer),
        "lines": delivery_claims.list_claims(
            tx,
            viewer=viewer,
            limit=limit + 1,
            batch_id=batch_id,
            claim=_read_claim(),
            after=after[0] if after else "",
        ),
    }


def _read_claim() -> str:
    word = request.args.get("claim", "")
    return word if word in CLAIMS else ""


def _read_rights() -> dict[str, bool]:
    return {"may_answer": actor().role in ("owner", "seller")}


@bp.post("/delivery-claims/<id>/answer")
@policy("member", roles=("seller",), thing="delivery_batch", seen_by=("supplier",))
def answer_batch(id: str) -> Response:
    """Answer all that an import says."""

    def answer() -> Response:
        choice = _load_answer()
        count = actions.answer_batch(graph(), id, **choice, by=actor())
        flash(translate("Lines answered: %(n)s.", n=count), "success")
        return redirect(url_for("delivery_claims.show", id=id))

    return submit(answer, lambda form: _render_batch(id, form))


@bp.post("/delivery-claims/lines/<id>/answer")
@policy("member", roles=("seller",), thing="delivery_claim", seen_by=("supplier",))
def answer_line(id: str) -> Response:
    """Answer one delivery."""
    batch_id = read(graph(), delivery_claims.get, id, viewer=actor().firm_id).batch_id

    def answer() -> Response:
        choice = _load_answer()
        actions.answer_claim(graph(), id, **choice, by=actor())
        flash(translate(DONE.get(choice["answer"], TAKEN_BACK)), "success")
        return redirect(url_for("delivery_claims.show", id=batch_id))

    return submit(answer, lambda form: _render_batch(batch_id, form, id))


def _load_answer() -> dict[str, str]:
    sent = {name: request.form.get(name, "") for name in ("answer", "statement")}
    return load(AnswerIn(), sent)


@bp.post("/delivery-claims/trusted-buyers")
@policy("member", roles=("seller",))
def trust() -> Response:
    """Confirm once for all what a buyer says."""
    count = actions.trust_buyer(graph(), request.form.get("buyer_id", ""), by=actor())
    flash(
        translate("All that this buyer says is confirmed from now on. Lines now: %(n)s.", n=count),
        "success",
    )
    return redirect(url_for("delivery_claims.index"))


@bp.post("/delivery-claims/trusted-buyers/removal")
@policy("member", roles=("seller",))
def distrust() -> Response:
    """Answer each import of a buyer by itself again."""
    actions.distrust_buyer(graph(), request.form.get("buyer_id", ""), by=actor())
    flash(
        translate("From now on each import of this buyer waits for your answer."),
        "success",
    )
    return redirect(url_for("delivery_claims.index"))
