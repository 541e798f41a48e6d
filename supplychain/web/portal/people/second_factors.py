"""The second step at signing in: setting it up, recovery codes, turning it off.

There is no API for it: a program has no phone, and a token that could change how its user signs in
would reach further than its user.
"""

from __future__ import annotations

from io import BytesIO

import segno
from flask import Blueprint, make_response, render_template
from markupsafe import Markup
from werkzeug.wrappers import Response

from supplychain.actions.people import second_factors
from supplychain.graph.engine.driver import graph
from supplychain.web.access.guards import limiter
from supplychain.web.access.policy import actor, policy, principal
from supplychain.web.access.proofs import check_recent, has_no_proof, proof_key
from supplychain.web.input.forms import Shown, load_form, say_done, submit
from supplychain.web.schemas.accounts import FactorCodeIn, FactorEndIn

bp = Blueprint("second_factors", __name__)

QUIET_MODULES = 4
"""White around a QR code, in its modules (ISO/IEC 18004)."""


@bp.get("/account/second-step")
@policy("signed_in")
def show() -> str:
    """Whether the second step is on; while it is set up, what the phone needs."""
    return _render_page()


@bp.post("/account/second-step")
@limiter.limit("10/hour", key_func=proof_key, exempt_when=has_no_proof)
@policy("signed_in")
def begin() -> Response:
    """Make a secret for the phone."""

    def begin_setup() -> Response:
        check_recent()
        second_factors.begin_setup(graph(), by=actor())
        return say_done("Now add the account to your phone.", "second_factors.show")

    return submit(begin_setup, _render_page)


@bp.post("/account/second-step/confirmation")
@limiter.limit("20/hour", key_func=lambda: f"factor|{actor().user_id}")
@policy("signed_in")
def confirm() -> Response:
    """Turn it on by the phone's first code, and show the recovery codes, this once."""

    def confirm_setup() -> Response:
        code = load_form(FactorCodeIn())["code"]
        session_id = principal().session_id
        codes = second_factors.confirm_setup(graph(), code, session_id=session_id, by=actor())
        return make_response(_render_page(codes=codes))

    return submit(confirm_setup, _render_page)


@bp.post("/account/second-step/recovery-codes")
@limiter.limit("10/hour", key_func=proof_key, exempt_when=has_no_proof)
@policy("signed_in")
def renew_recovery() -> Response:
    """Make the recovery codes anew and show them, this once."""

    def renew_codes() -> Response:
        check_recent()
        codes = second_factors.renew_recovery(graph(), by=actor())
        return make_response(_render_page(codes=codes))

    return submit(renew_codes, _render_page)


@bp.post("/account/second-step/end")
@limiter.limit("10/hour", key_func=lambda: f"factor-end|{actor().user_id}")
@policy("signed_in")
def turn_off() -> Response:
    """Sign in by password alone again."""

    def end_step() -> Response:
        second_factors.turn_off(graph(), **load_form(FactorEndIn()), by=actor())
        return say_done("The second step is off.", "second_factors.show")

    return submit(end_step, _render_page)


def _render_page(form: Shown | None = None, codes: tuple[str, ...] = ()) -> str:
    state = second_factors.get_state(graph(), email=principal().email, by=actor())
    return render_template(
        "accounts/second_step.html",
        form=form or Shown(),
        state=state,
        picture=_draw_code(state.setup.address) if state.setup else "",
        codes=codes,
    )


def _draw_code(address: str) -> Markup:
    """A QR code as SVG that stands in the page: nobody else is asked to draw the secret."""
    out = BytesIO()
    picture = segno.make_qr(address)
    picture.save(
        out,
        kind="svg",
        border=QUIET_MODULES,
        scale=4,
        xmldecl=False,
        svgns=True,
        omitsize=True,
        svgclass="qr",
        lineclass=None,
        light="#fff",
    )
    return Markup(out.getvalue().decode())  # noqa: S704 - drawn above, no text of the address
