"""The directory of firms, their cards, and the profile of the reader's own."""

from __future__ import annotations

from flask import Blueprint, render_template, request
from werkzeug.wrappers import Response

from supplychain.actions import chains, clusters, firms
from supplychain.graph.capacity import capabilities
from supplychain.graph.engine.driver import graph
from supplychain.graph.engine.transactions import read
from supplychain.model.chains import Chain, Cluster
from supplychain.web.access.policy import actor, policy
from supplychain.web.input import cursors, versions
from supplychain.web.input.forms import Shown, load_form, say_done, submit
from supplychain.web.schemas.firms import FirmIn

bp = Blueprint("firms", __name__)
FILTERS = ("text", "region", "category", "kind")


@bp.get("/firms")
@policy("member")
def index() -> str:
    """Firms by name, place, category and kind."""
    filters = {name: request.args.get(name, "")[:200] for name in FILTERS}
    after, limit = cursors.text_window()
    listed = firms.search(graph(), **filters, after=after or ("", ""), limit=limit + 1)
    return render_template(
        "firms/index.html",
        given=filters,
        page=cursors.page(listed, limit, lambda firm: [firm.name, firm.id]),
        categories=read(graph(), capabilities.list_categories),
    )


@bp.get("/firms/<id>")
@policy("member")
def show(id: str) -> str:
    """A firm's card."""
    by = actor()
    led = [each for each in chains.list_mine(graph(), by=by) if each.state == "leader"]
    mine = [each for each in clusters.list_mine(graph(), by=by) if each.founder_id == by.firm_id]
    return render_template(
        "firms/show.html",
        card=firms.get_card(graph(), id, by=by),
        own=by.firm_id == id,
        may_show=by.role == "owner",
        led=_keep_if_may(led, "buyer"),
        founded=_keep_if_may(mine, "seller"),
    )


def _keep_if_may(groups: list[Chain] | list[Cluster], role: str) -> list[Chain] | list[Cluster]:
    return groups if actor().role in ("owner", role) else []


@bp.get("/firm")
@policy("member", roles=("owner",))
def edit() -> str:
    """The form for the firm's public profile."""
    firm = firms.get_card(graph(), actor().firm_id, by=actor()).firm
    names = ("name", "kind", "country", "region", "city", "employees", "registration_id", "version")
    return _render_form(Shown(values={name: getattr(firm, name) for name in names}))


@bp.post("/firm")
@policy("member", roles=("owner",))
def change() -> Response:
    """Change the firm's public profile."""

    def change_profile() -> Response:
        version = versions.from_form()
        firms.change_profile(graph(), load_form(FirmIn()), version=version, by=actor())
        return say_done("Saved.", "colleagues.index")

    return submit(change_profile, _render_form)


def _render_form(form: Shown) -> str:
    return render_template("firms/edit.html", form=form)
