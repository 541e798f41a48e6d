"""Supply relations: what others say of the firm, what it says itself, and its answers."""

from __future__ import annotations

from collections import Counter

from flask import Blueprint, render_template, request
from werkzeug.wrappers import Response

from supplychain.actions import audiences, supply_relations
from supplychain.graph.engine.driver import graph
from supplychain.graph.engine.transactions import read
from supplychain.graph.parts_requests import choices
from supplychain.model.ids import utc_now
from supplychain.model.money import CURRENCIES
from supplychain.model.supply_relations import RELATION_STATES, SupplyDeclaration, SupplyRelation
from supplychain.web.access import once
from supplychain.web.access.policy import actor, policy
from supplychain.web.input.forms import Shown, load_form, say_done, submit
from supplychain.web.schemas.supply_relations import DeclarationForm, VerbIn

bp = Blueprint("supply_relations", __name__)

PAGE_ROWS = 50


@bp.get("/relations")
@policy("member")
def index() -> str:
    """All relations of the firm, what waits for its answer first."""
    return _render_index(Shown())


def _render_index(form: Shown) -> str:
    return _render_list(supply_relations.list_relations(graph(), by=actor()), form, "")


@bp.get("/relations/new")
@policy("member", roles=("buyer", "seller"))
def new() -> str:
    """The form to declare one."""
    return _render_form(Shown(values={"firm": request.args.get("firm", "")[:200]}))


def _render_form(form: Shown) -> str:
    return render_template(
        "supply_relations/form.html",
        form=form,
        parts=read(graph(), choices.list_parts, viewer=actor().firm_id),
        currencies=[("", ""), *((code, code) for code in CURRENCIES)],
    )


@bp.post("/relations")
@policy("member", roles=("buyer", "seller"))
def declare() -> Response:
    """Declare one."""

    def declare_relation() -> Response:
        key = once.from_form("declare_relation")
        said = load_form(DeclarationForm())
        declaration = SupplyDeclaration(
            partner_id=audiences.find_firm(graph(), said["firm"], by=actor()),
            sells=said["direction"] == "sells",
            part_id=said["part_id"],
            figures=said["figures"],
        )
        supply_relations.declare_relation(graph(), declaration, by=actor(), once=key)
        return say_done(DECLARED, "supply_relations.index")

    return submit(declare_relation, _render_form)


DECLARED = "Declared. The other firm is told, and answers. Until then it counts for yours alone."


@bp.get("/relations/<id>")
@policy("member", thing="firm", seen_by=("partner",))
def show(id: str) -> str:
    """The relations with one firm."""
    relations = supply_relations.list_relations(graph(), by=actor(), partner=id)
    return _render_list(relations, Shown(), id)


def _render_list(relations: list[SupplyRelation], form: Shown, partner_id: str) -> str:
    state = request.args.get("state", "")
    state = state if state in RELATION_STATES else ""
    counts = Counter(relation.state for relation in relations)
    kept = [one for one in relations if not state or one.state == state]
    number = request.args.get("page", "1")
    page = int(number) if number.isascii() and number.isdigit() and len(number) < 6 else 1
    pages = max(1, -(-len(kept) // PAGE_ROWS))
    page = min(max(page, 1), pages)
    return render_template(
        "supply_relations/index.html",
        form=form,
        relations=kept[(page - 1) * PAGE_ROWS : page * PAGE_ROWS],
        page=page,
        pages=pages,
        total=len(relations),
        counts={name: counts[name] for name in RELATION_STATES},
        state=state,
        partner_id=partner_id,
        partner_name=relations[0].partner_name if partner_id else "",
        may_write=actor().role != "viewer",
        now=utc_now(),
    )


@bp.post("/relations/<id>/answers")
@policy("member", roles=("buyer", "seller"), thing="firm", seen_by=("partner",))
def answer(id: str) -> Response:
    """Confirm or refuse all that waits from one firm."""

    def answer_all() -> Response:
        key = once.from_form("answer_claims")
        verb = load_form(VerbIn())["verb"]
        supply_relations.answer_all(graph(), id, verb, by=actor(), once=key)
        message = CONFIRMED if verb == "confirm" else REFUSED
        return say_done(message, "supply_relations.index")

    return submit(answer_all, _render_index)


CONFIRMED = "Confirmed. The relation counts for both firms now."
REFUSED = "Refused. It counts for the other firm alone, which is told."


@bp.post("/relations/claims/<id>/confirmation")
@policy("member", roles=("buyer", "seller"), thing="supply_claim", seen_by=("end",))
def confirm(id: str) -> Response:
    """Say the same as the other firm."""

    def confirm_claim() -> Response:
        supply_relations.confirm_claim(graph(), id, by=actor())
        return say_done(CONFIRMED, "supply_relations.index")

    return submit(confirm_claim, _render_index)


@bp.post("/relations/claims/<id>/refusal")
@policy("member", roles=("buyer", "seller"), thing="supply_claim", seen_by=("end",))
def refuse(id: str) -> Response:
    """Say no to what the other firm says."""

    def refuse_claim() -> Response:
        supply_relations.refuse_claim(graph(), id, by=actor())
        return say_done(REFUSED, "supply_relations.index")

    return submit(refuse_claim, _render_index)


@bp.post("/relations/claims/<id>/withdrawal")
@policy("member", roles=("buyer", "seller"), thing="supply_claim", seen_by=("end",))
def withdraw(id: str) -> Response:
    """Take back what one's own firm says."""

    def withdraw_claim() -> Response:
        supply_relations.withdraw_claim(graph(), id, by=actor())
        return say_done("Taken back. Your firm says it no longer.", "supply_relations.index")

    return submit(withdraw_claim, _render_index)


@bp.post("/relations/claims/<id>/reminder")
@policy("member", roles=("buyer", "seller"), thing="supply_claim", seen_by=("end",))
def remind(id: str) -> Response:
    """Put a claim that was refused long ago to the other firm again."""

    def ask_again() -> Response:
        supply_relations.ask_again(graph(), id, by=actor())
        return say_done("The other firm is told again.", "supply_relations.index")

    return submit(ask_again, _render_index)
