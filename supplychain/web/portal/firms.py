"""The directory of firms, their cards, and the profile of the reader's own."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from supplychain.actions import chains, clusters, firms
from supplychain.errors import Stale
from supplychain.graph.capacity import capabilities
from supplychain.graph.engine.driver import graph
from supplychain.graph.engine.transactions import read
from supplychain.model.chains import Chain, Cluster
from supplychain.web.access.policy import actor, policy
from supplychain.web.input import cursors
from supplychain.web.input.forms import Shown, load, nested, submit
from supplychain.web.pages.i18n import translate
from supplychain.web.schemas.firms import FirmIn

bp = Blueprint("firms", __name__)
FILTERS = ("text", "region", "category", "kind")


@bp.get("/firms")
@policy("member")
def index() -> str:
    """Firms by name, place, category and kind."""
    given = {key: request.args.get(key, "")[:200] for key in FILTERS}
    after, limit = cursors.window()
    keys = (str(after[0]), str(after[1])) if after and len(after) == 2 else ("", "")
    found = firms.search(graph(), **given, after=keys, limit=limit + 1)
    return render_template(
        "firms/index.html",
        given=given,
        page=cursors.page(found, limit, lambda firm: [firm["name"], firm["id"]]),
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
        card=firms.card(graph(), id, by=by),
        own=by.firm_id == id,
        led=_if_may(led, "buyer"),
        founded=_if_may(mine, "seller"),
    )


def _if_may(groups: list[Chain] | list[Cluster], role: str) -> list[Chain] | list[Cluster]:
    return groups if actor().role in ("owner", role) else []


@bp.get("/firm")
@policy("member", roles=("owner",))
def edit() -> str:
    """The form for the firm's public profile."""
    firm = firms.card(graph(), actor().firm_id, by=actor()).firm
    names = ("name", "kind", "country", "region", "city", "employees", "registration_id", "version")
    return _form(Shown(values={name: getattr(firm, name) for name in names}))


@bp.post("/firm")
@policy("member", roles=("owner",))
def change() -> Response:
    """Change the firm's public profile."""

    def do() -> Response:
        values = nested(request.form)
        version = str(values.pop("version", ""))
        if not version.isascii() or not version.isdigit():
            raise Stale
        profile = firms.Profile(**load(FirmIn(), values))
        firms.change_profile(graph(), profile, version=int(version[:12]), by=actor())
        flash(translate("Saved."), "success")
        return redirect(url_for("colleagues.index"))

    return submit(do, _form)


def _form(form: Shown) -> str:
    return render_template("firms/edit.html", form=form)
