"""Who sees our prices: the reader's own firm chooses, and sees who looked."""

from __future__ import annotations

from flask import Blueprint, render_template, request
from werkzeug.wrappers import Response

from supplychain.actions import audiences
from supplychain.graph.engine.driver import graph
from supplychain.model.audiences import CIRCLES, KINDS, Audience
from supplychain.web.access.policy import actor, policy
from supplychain.web.input import cursors, versions
from supplychain.web.input.forms import Shown, load, nested, say_done, submit
from supplychain.web.schemas.audiences import AudiencesForm, ReaderForm

bp = Blueprint("audiences", __name__)

LISTS = ("prices", "capacity", "prices_firms", "capacity_firms", "firm_kinds", "kinds")
"""Fields of which a form sends several."""


@bp.get("/firm/audiences")
@policy("member", roles=("seller", "viewer"))
def edit() -> str:
    """Who reads prices and capacity, and who did."""
    chosen = audiences.get(graph(), by=actor())
    values = {
        "prices": list(chosen.prices.circles),
        "capacity": list(chosen.capacity.circles),
        "prices_firms": list(chosen.prices.firm_ids),
        "capacity_firms": list(chosen.capacity.firm_ids),
        "version": chosen.version,
    }
    return _render_page(Shown(values=values))


def _render_page(form: Shown) -> str:
    by = actor()
    after, limit = cursors.text_window()
    before, after_id = after or (None, "")
    looks = audiences.list_looks(graph(), before=before, after_id=after_id, limit=limit + 1, by=by)
    named = {one for kind in KINDS for one in form.value(f"{kind}_firms") or ()}
    return render_template(
        "audiences/edit.html",
        form=form,
        circles=CIRCLES,
        names=audiences.name_firms(graph(), sorted(named)),
        page=cursors.page(looks, limit, lambda look: [look.last_at, look.id]),
        may_change=by.role == "owner",
    )


@bp.post("/firm/audiences")
@policy("member", roles=("owner",))
def change() -> Response:
    """Choose anew."""

    def change_audiences() -> Response:
        version = versions.from_form()
        values = nested(request.form, lists=LISTS)
        values.pop("version", None)
        fields = load(AudiencesForm(), values)
        more = audiences.find_firm(graph(), fields["firm"], by=actor()) if fields["firm"] else ""
        chosen = {
            kind: Audience.of(
                fields[kind],
                [
                    *fields[f"{kind}_firms"],
                    *([more] if more and kind in fields["firm_kinds"] else []),
                ],
            )
            for kind in KINDS
        }
        audiences.change(graph(), **chosen, version=version, by=actor())
        return say_done("Saved. It counts from now on, by every door.", "audiences.edit")

    return submit(change_audiences, _render_page)


@bp.post("/firm/audiences/readers")
@policy("member", roles=("owner",))
def set_reader() -> Response:
    """Show one firm more or less, from its card."""

    def show_firm() -> Response:
        fields = load(ReaderForm(), nested(request.form, lists=LISTS))
        kinds = fields["kinds"]
        audiences.set_reader(
            graph(),
            fields["firm_id"],
            prices="prices" in kinds,
            capacity="capacity" in kinds,
            by=actor(),
        )
        return say_done("Saved.", "firms.show", id=fields["firm_id"])

    return submit(show_firm, _render_page)
