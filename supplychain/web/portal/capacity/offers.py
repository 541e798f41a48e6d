"""Standing prices of the reader's firm: their forms. Their list is on the page What we make."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from supplychain.actions.capacity import offers
from supplychain.graph.capacity import offers as reading
from supplychain.graph.engine.driver import graph
from supplychain.graph.engine.transactions import read
from supplychain.model.capabilities import INCOTERMS
from supplychain.model.money import CURRENCIES, plain
from supplychain.web.access import once
from supplychain.web.access.policy import actor, policy
from supplychain.web.input.forms import Shown, load, nested, submit
from supplychain.web.pages.i18n import translate
from supplychain.web.portal.capacity.capabilities import as_version
from supplychain.web.schemas.capabilities import OfferChangeIn, OfferIn

bp = Blueprint("offers", __name__)
FIELDS = ("currency", "moq", "lead_days", "version")
TERMS = ("tier_rule", "incoterm", "payment_days", "freight", "tooling")


@bp.get("/offers/new")
@policy("member", roles=("seller",))
def new() -> str:
    """The form to add a standing price."""
    return _form(Shown(values={"currency": "CNY", "moq": 1, "tiers": [{"start": 1}]}))


@bp.post("/offers")
@policy("member", roles=("seller",))
def add() -> Response:
    """Add a standing price."""

    def do() -> Response:
        given = load(OfferIn(), _values())
        offers.add_offer(graph(), **given, by=actor(), once=once.from_form("add_offer"))
        return _done("Added. Buyers are ranked with this price; they see it only as a cost.")

    return submit(do, _form)


@bp.get("/offers/<path:id>")
@policy("member", roles=("seller",), thing="offer", seen_by=("owner",))
def edit(id: str) -> str:
    """The form to change one."""
    found = offers.get(graph(), id, by=actor())
    values: dict[str, Any] = {name: getattr(found, name) for name in FIELDS}
    values["tiers"] = [{"start": tier.start, "price": plain(tier.price)} for tier in found.tiers]
    values |= {name: getattr(found.terms, name) for name in TERMS}
    for name in ("freight", "tooling"):
        values[name] = None if values[name] is None else plain(values[name])
    return _form(Shown(values=values), id)


@bp.post("/offers/<path:id>")
@policy("member", roles=("seller",), thing="offer", seen_by=("owner",))
def change(id: str) -> Response:
    """Change one."""

    def do() -> Response:
        values = _values()
        version = as_version(values.pop("version", ""))
        given = load(OfferChangeIn(), values)
        offers.change_offer(graph(), id, **given, version=version, by=actor())
        return _done("Saved.")

    return submit(do, lambda form: _form(form, id))


@bp.post("/offers/<path:id>/removal")
@policy("member", roles=("seller",), thing="offer", seen_by=("owner",))
def remove(id: str) -> Response:
    """Take one away."""

    def do() -> Response:
        version = as_version(request.form.get("version"))
        offers.remove_offer(graph(), id, version=version, by=actor())
        return _done("Removed.")

    return submit(do, lambda form: _form(form, id))


def _values() -> dict[str, Any]:
    return nested(request.form)


def _form(form: Shown, id: str = "") -> str:
    return render_template(
        "offers/form.html",
        form=form,
        present=offers.get(graph(), id, by=actor()) if id else None,
        parts=[] if id else read(graph(), reading.list_parts, viewer=actor().firm_id),
        currencies=[(code, code) for code in CURRENCIES],
        incoterms=[("", ""), *((code, code) for code in INCOTERMS)],
    )


def _done(message: str) -> Response:
    flash(translate(message), "success")
    return redirect(url_for("capabilities.index"))
