"""The operator's pages: firms with their marks, verifying, suspending, people; no trade at all."""

from __future__ import annotations

import secrets
from collections.abc import Callable

from flask import Blueprint, make_response, render_template, request
from werkzeug.wrappers import Response

from supplychain.actions import merging, verification
from supplychain.actions.people import accounts, claims, colleagues, resets
from supplychain.errors import NotFound
from supplychain.graph.engine.driver import graph
from supplychain.graph.engine.reading import together
from supplychain.model.ids import to_text, utc_now
from supplychain.model.verification import FILTERS
from supplychain.web.access.guards import limiter
from supplychain.web.access.hosts import public_link
from supplychain.web.access.policy import actor, policy
from supplychain.web.access.proofs import check_recent, has_no_proof, proof_key
from supplychain.web.input import cursors
from supplychain.web.input.forms import Shown, load_form, say_done, submit
from supplychain.web.pages.words import roles
from supplychain.web.schemas.operator_firms import (
    ClaimIn,
    NewUserIn,
    SuspensionIn,
    TwinIn,
)

bp = Blueprint("operator_firms", __name__)


@bp.get("/operator/firms")
@policy("operator")
def index() -> str:
    """Firms by name, all or those with a mark."""
    text, mark = request.args.get("text", "")[:200], request.args.get("mark", "")
    mark = mark if mark in FILTERS else ""
    after, limit = cursors.text_window()
    watched = verification.watch_firms(
        graph(), by=actor(), text=text, mark=mark, after=after or ("", ""), limit=limit + 1
    )
    page = cursors.page(watched, limit, lambda firm: [firm.name, firm.id])
    return render_template("operator_firms/index.html", page=page, text=text, mark=mark)


@bp.get("/operator/firms/<id>")
@policy("operator")
def show(id: str) -> str:
    """One firm: its marks, its twins, its people."""
    return _render_firm(id, Shown())


def _render_firm(id: str, form: Shown, *, link: str = "", made_for: str = "") -> str:
    by = actor()
    (firm, twins), people, links = together(
        lambda: verification.watch_firm(graph(), id, by=by),
        lambda: colleagues.list_people(graph(), id, by=by),
        lambda: claims.list_claims(graph(), id, by=by),
    )
    return render_template(
        "operator_firms/show.html",
        firm=firm,
        twins=twins,
        people=people,
        links=links,
        now=to_text(utc_now()),
        form=form,
        blank=Shown(),
        role_options=[(value, word) for value, word, _hint in roles()],
        link=link,
        made_for=made_for,
    )


@bp.post("/operator/firms/<id>/verification")
@policy("operator")
def verify(id: str) -> Response:
    """Note that the firm is who it says."""
    return _act_on(id, verification.verify_firm, "The firm is verified. Every firm sees that.")


@bp.post("/operator/firms/<id>/verification/removal")
@policy("operator")
def unverify(id: str) -> Response:
    """Take the verification back."""
    return _act_on(id, verification.take_back_verification, "The firm is verified no more.")


@bp.post("/operator/firms/<id>/suspension")
@policy("operator")
def suspend(id: str) -> Response:
    """Keep the firm out, with a reason that its people read."""

    def suspend_firm() -> Response:
        reason = load_form(SuspensionIn())["reason"]
        verification.suspend_firm(graph(), id, reason, by=actor())
        return _return_to_firm(id, "The firm is suspended. Its people are signed out and told why.")

    return submit(suspend_firm, lambda form: _render_firm(id, form))


@bp.post("/operator/firms/<id>/suspension/end")
@policy("operator")
def end_suspension(id: str) -> Response:
    """Let the firm in again."""
    return _act_on(id, verification.end_suspension, "The suspension has ended.")


@bp.post("/operator/firms/<id>/claims")
@limiter.limit("10/hour", key_func=proof_key, exempt_when=has_no_proof)
@policy("operator")
def invite(id: str) -> Response:
    """Invite the first user of an unclaimed firm and show the link, this once."""

    def invite_first_user() -> Response:
        check_recent()
        email = load_form(ClaimIn())["email"]
        _, secret = claims.invite_first_user(graph(), id, email=email, by=actor())
        link = public_link("colleagues.join", secret=secret)
        return make_response(_render_firm(id, Shown(), link=link, made_for=email))

    return submit(invite_first_user, lambda form: _render_firm(id, form))


@bp.post("/operator/firms/<id>/claims/<claim_id>/withdrawal")
@policy("operator")
def withdraw(id: str, claim_id: str) -> Response:
    """Take an open link back."""
    claims.withdraw_claim(graph(), id, claim_id, by=actor())
    return _return_to_firm(id, "The invitation is withdrawn. Its link no longer works.")


@bp.post("/operator/firms/<id>/users")
@limiter.limit("10/hour", key_func=proof_key, exempt_when=has_no_proof)
@policy("operator")
def add_user(id: str) -> Response:
    """Add a user, and show the link by which the password is chosen, this once."""

    def add_with_link() -> Response:
        check_recent()
        person = load_form(NewUserIn())
        accounts.add_user(graph(), **person, firm_id=id, password=secrets.token_urlsafe(32))
        return _show_reset_link(id, person["email"])

    return submit(add_with_link, lambda form: _render_firm(id, form))


@bp.post("/operator/firms/<id>/users/<user_id>/password-reset")
@limiter.limit("10/hour", key_func=proof_key, exempt_when=has_no_proof)
@policy("operator")
def reset_user(id: str, user_id: str) -> Response:
    """Make a link by which a user sets a new password, and show it, this once."""

    def make_link() -> Response:
        people = colleagues.list_people(graph(), id, by=actor())
        email = next((one.email for one in people if one.id == user_id), None)
        if email is None:
            raise NotFound
        check_recent()
        return _show_reset_link(id, email)

    return submit(make_link, lambda form: _render_firm(id, form))


def _show_reset_link(id: str, email: str) -> Response:
    secret = resets.make_reset_by_operator(graph(), email)
    link = public_link("resets.show", secret=secret)
    return make_response(_render_firm(id, Shown(), link=link, made_for=email))


@bp.post("/operator/firms/<id>/twins")
@policy("operator")
def take_in(id: str) -> Response:
    """Take a twin in, for good."""

    def take_in_twin() -> Response:
        twin = load_form(TwinIn())
        merging.take_in_twin(
            graph(), keep_id=id, drop_id=twin["twin_id"], confirmed=twin["confirmed"], by=actor()
        )
        return _return_to_firm(id, "The two firms are one now.")

    return submit(take_in_twin, lambda form: _render_firm(id, form))


def _act_on(id: str, act: Callable[..., None], message: str) -> Response:
    def act_on_firm() -> Response:
        act(graph(), id, by=actor())
        return _return_to_firm(id, message)

    return submit(act_on_firm, lambda form: _render_firm(id, form))


def _return_to_firm(id: str, message: str) -> Response:
    return say_done(message, "operator_firms.show", id=id)
