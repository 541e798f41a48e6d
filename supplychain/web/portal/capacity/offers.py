"""Standing prices of the reader's firm: their forms. Their list is on the page What we make."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, render_template
from werkzeug.wrappers import Response

from supplychain.actions.capacity import offers
from supplychain.graph.capacity import offers as reading
from supplychain.graph.engine.driver import graph
from supplychain.graph.engine.transactions import read
from supplychain.model.money import CURRENCIES, plain_text
from supplychain.model.offers import INCOTERMS, Offer
from supplychain.web.access import once
from supplychain.web.access.policy import actor, policy
from supplychain.web.input import versions
from supplychain.web.input.forms import Shown, load_form, say_done, submit
from supplychain.web.schemas.capabilities import OfferChangeIn, OfferIn

bp = Blueprint("offers", __name__)
FIELDS = ("currency", "moq", "lead_days", "version")
TERMS = (
    "tier_rule",
    "price_per",
    "incoterm",
    "payment_days",
    "freight",
    "tooling",
    "valid_from",
    "valid_until",
)


@bp.get("/offers/new")
@policy("member", roles=("seller",))
def new() -> str:
    """The form to add a standing price."""
    return _render_form(Shown(values={"currency": "CNY", "moq": 1, "tiers": [{"start": 1}]}))


@bp.post("/offers")
@policy("member", roles=("seller",))
def add() -> Response:
    """Add a standing price."""

    def add_offer() -> Response:
        key = once.from_form("add_offer")
        offers.add_offer(graph(), **load_form(OfferIn()), by=actor(), once=key)
        return _return_to_list(
            "Added. Buyers are ranked with this price; they see it only as a cost."
        )

    return submit(add_offer, _render_form)


@bp.get("/offers/<path:id>")
@policy("member", roles=("seller",), thing="offer", seen_by=("owner",))
def edit(id: str) -> str:
    """The form to change one."""
    return _render_form(_fill_form(offers.get(graph(), id, by=actor())), id)


def _fill_form(offer: Offer) -> Shown:
    values: dict[str, Any] = {name: getattr(offer, name) for name in FIELDS}
    values["tiers"] = [
        {"start": tier.start, "price": plain_text(tier.price)} for tier in offer.tiers
    ]
    values |= {name: getattr(offer.terms, name) for name in TERMS}
    for name in ("freight", "tooling"):
        values[name] = None if values[name] is None else plain_text(values[name])
    return Shown(values=values)


@bp.post("/offers/<path:id>")
@policy("member", roles=("seller",), thing="offer", seen_by=("owner",))
def change(id: str) -> Response:
    """Change one."""

    def change_offer() -> Response:
        version = versions.from_form()
        changed = load_form(OfferChangeIn())
        offers.change_offer(graph(), id, **changed, version=version, by=actor())
        return _return_to_list("Saved.")

    return submit(change_offer, lambda form: _render_form(form, id))


@bp.post("/offers/<path:id>/renewal")
@policy("member", roles=("seller",), thing="offer", seen_by=("owner",))
def renew(id: str) -> Response:
    """Say one anew as it is."""

    def renew_offer() -> Response:
        offers.renew_offer(graph(), id, version=versions.from_form(), by=actor())
        return _return_to_list("Renewed. The price counts as stated today.")

    return submit(renew_offer, lambda form: _render_form(form, id))


@bp.post("/offers/<path:id>/removal")
@policy("member", roles=("seller",), thing="offer", seen_by=("owner",))
def remove(id: str) -> Response:
    """Take one away."""

    def remove_offer() -> Response:
        version = versions.from_form()
        offers.remove_offer(graph(), id, version=version, by=actor())
        return _return_to_list("Removed.")

    return submit(remove_offer, lambda form: _render_form(form, id))


def _render_form(form: Shown, id: str = "") -> str:
    return render_template(
        "offers/form.html",
        form=form,
        present=offers.get(graph(), id, by=actor()) if id else None,
        parts=[] if id else read(graph(), reading.list_parts, viewer=actor().firm_id),
        currencies=[(code, code) for code in CURRENCIES],
        incoterms=[("", ""), *((code, code) for code in INCOTERMS)],
    )


def _return_to_list(message: str) -> Response:
    return say_done(message, "capabilities.index")
