"""The directory of firms, their cards, and the profile of the reader's own."""

from __future__ import annotations

from flask import Blueprint, make_response, render_template, request
from werkzeug.wrappers import Response

from supplychain.actions import chains, clusters, firms
from supplychain.actions.people import claims
from supplychain.graph.categories import categories
from supplychain.graph.engine.driver import graph
from supplychain.graph.engine.reading import together
from supplychain.graph.engine.transactions import read
from supplychain.model.chains import Chain, Cluster
from supplychain.model.ids import to_text, utc_now
from supplychain.web.access import once
from supplychain.web.access.hosts import public_link
from supplychain.web.access.policy import actor, policy
from supplychain.web.access.reader_days import reader_today
from supplychain.web.input import cursors, versions
from supplychain.web.input.forms import Shown, load_form, say_done, submit
from supplychain.web.schemas.firms import FirmIn
from supplychain.web.schemas.operator_firms import ClaimIn

bp = Blueprint("firms", __name__)
FILTERS = ("text", "region", "category", "kind")


@bp.get("/firms")
@policy("member")
def index() -> str:
    """Firms by name, place, category and kind."""
    filters = {name: request.args.get(name, "")[:200] for name in FILTERS}
    after, limit = cursors.text_window()
    listed, beside = together(
        lambda: firms.search(graph(), **filters, after=after or ("", ""), limit=limit + 1),
        lambda: read(graph(), categories.list_visible, viewer=actor().firm_id),
    )
    return render_template(
        "firms/index.html",
        given=filters,
        page=cursors.page(listed, limit, lambda firm: [firm.name, firm.id]),
        categories=beside,
    )


@bp.get("/firms/<id>")
@policy("member")
def show(id: str) -> str:
    """A firm's card."""
    return _render_card(id, Shown())


def _render_card(id: str, form: Shown, *, link: str = "", invited: str = "") -> str:
    by = actor()
    card, in_chains, in_clusters, may_invite, links = together(
        lambda: firms.get_card(graph(), id, by=by, today=reader_today()),
        lambda: chains.list_mine(graph(), by=by),
        lambda: clusters.list_mine(graph(), by=by),
        lambda: by.role in ("owner", "buyer") and claims.may_invite(graph(), id, by=by),
        lambda: claims.list_claims(graph(), id, by=by),
    )
    led = [each for each in in_chains if each.state == "leader"]
    mine = [each for each in in_clusters if each.founder_id == by.firm_id]
    return render_template(
        "firms/show.html",
        card=card,
        own=by.firm_id == id,
        may_show=by.role == "owner",
        led=_keep_if_may(led, "buyer"),
        founded=_keep_if_may(mine, "seller"),
        may_claim=may_invite,
        links=links,
        now=to_text(utc_now()),
        form=form,
        link=link,
        invited=invited,
    )


@bp.post("/firms/<id>/claims")
@policy("member", roles=("buyer",))
def claim(id: str) -> Response:
    """Invite the first user of a firm that the reader's firm brought in, and show the link."""

    def invite_first_user() -> Response:
        email, key = load_form(ClaimIn())["email"], once.from_form("invite_first_user")
        _, secret = claims.invite_first_user(graph(), id, email=email, by=actor(), once=key)
        link = public_link("colleagues.join", secret=secret) if secret else ""
        return make_response(_render_card(id, Shown(), link=link, invited=email))

    return submit(invite_first_user, lambda form: _render_card(id, form))


@bp.post("/firms/<id>/claims/<claim_id>/withdrawal")
@policy("member", roles=("buyer",))
def withdraw_claim(id: str, claim_id: str) -> Response:
    """Take an open link back."""
    claims.withdraw_claim(graph(), id, claim_id, by=actor())
    return say_done("The invitation is withdrawn. Its link no longer works.", "firms.show", id=id)


def _keep_if_may(groups: list[Chain] | list[Cluster], role: str) -> list[Chain] | list[Cluster]:
    return groups if actor().role in ("owner", role) else []


@bp.get("/firm")
@policy("member", roles=("owner",))
def edit() -> str:
    """The form for the firm's public profile."""
    firm = firms.get_card(graph(), actor().firm_id, by=actor(), today=reader_today()).firm
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
