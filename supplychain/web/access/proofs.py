"""Who signed in a while ago proves again who it is before something that reaches far.

The question comes in between: what was sent goes along in it, and is done once the answer is right.
"""

from __future__ import annotations

from flask import render_template, request

from supplychain.actions.people import second_factors
from supplychain.errors import Invalid, NotRecent
from supplychain.graph.engine.driver import graph
from supplychain.web.access.policy import actor, principal
from supplychain.web.input.forms import Shown


def check_recent() -> None:
    """Refuse where the reader proved too long ago who it is; a form may bring the proof along.

    Raises:
        NotRecent: no proof came, or a wrong one.
    """
    who, proof = principal(), request.form.get("proof", "")
    if second_factors.is_recent(who.proved_at):
        return
    if not proof:
        raise NotRecent
    try:
        second_factors.prove(graph(), proof, session_id=who.session_id, by=actor())
    except Invalid as error:
        raise NotRecent from error


def proof_key() -> str:
    """Whose proofs are counted."""
    return f"proof|{actor().user_id}"


def has_no_proof() -> bool:
    """Whether the request brings none: then none is counted."""
    return not request.form.get("proof")


def render_question() -> str:
    """The page that asks for the proof and sends the same form again."""
    wrong = Invalid(
        "This is neither your password nor a code of your phone.", pointer="/proof"
    )  # fmt: skip
    return render_template(
        "accounts/again.html",
        form=Shown(error=None if has_no_proof() else wrong),
        fields=[
            (name, value)
            for name, value in request.form.items(multi=True)
            if name not in ("proof", "csrf_token")
        ],
        takes_code=principal().has_second_factor,
    )
