"""Supply relations of one's own firm, and its answers to what others say of them."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

from supplychain.actions import supply_relations
from supplychain.graph.engine.driver import graph
from supplychain.model.supply_relations import (
    RELATION_STATES,
    SupplyDeclaration,
    SupplyRelation,
)
from supplychain.web.access import once
from supplychain.web.access.policy import actor, policy
from supplychain.web.api import Blueprint
from supplychain.web.input import cursors
from supplychain.web.schemas.supply_relations import (
    AnswersIn,
    AnswersOut,
    DeclaredOut,
    SupplyRelationIn,
    SupplyRelationsPage,
    SupplyRelationsQuery,
)

bp = Blueprint("supply_relations", description="Who supplies whom, as each end says it.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Answered:
    """How many claims were answered."""

    answered: int


@bp.get("/supply-relations")
@bp.arguments(SupplyRelationsQuery, location="query", as_kwargs=True)
@bp.response(200, SupplyRelationsPage)
@policy("member")
def list_supply_relations(
    state: str = "", partner: str | None = None, **_window: str
) -> cursors.Page[SupplyRelation]:
    """The relations of one's firm, what waits for its answer first; filter by state or partner."""
    after, limit = cursors.window()
    relations = supply_relations.list_relations(graph(), by=actor(), partner=partner)
    kept = [
        one
        for one in relations
        if (not state or one.state == state) and (after is None or _page_keys(one) > after)
    ]
    return cursors.page(kept[: limit + 1], limit, _page_keys)


def _page_keys(relation: SupplyRelation) -> list[str]:
    return [
        str(RELATION_STATES.index(relation.state)),
        relation.partner_name,
        relation.partner_id,
        relation.part_id,
        str(relation.sells),
        relation.other_id,
    ]


@dataclass(frozen=True, slots=True, kw_only=True)
class Declared:
    """The claim that was made."""

    claim_id: str


@bp.post("/supply-relations")
@bp.arguments(SupplyRelationIn, as_kwargs=True)
@bp.response(201, DeclaredOut)
@policy("member", roles=("buyer", "seller"))
def declare(**said: Any) -> Declared:
    """Say that one's firm supplies another with a part, or is supplied; the other end is told.

    Said again, the figures are replaced.
    """
    declaration = SupplyDeclaration(**said)
    key = once.from_header("declare_relation", asdict(declaration))
    claim_id = supply_relations.declare_relation(graph(), declaration, by=actor(), once=key)
    return Declared(claim_id=claim_id)


@bp.post("/supply-relations/answers")
@bp.arguments(AnswersIn, as_kwargs=True)
@bp.response(200, AnswersOut)
@policy("member", roles=("buyer", "seller"))
def answer_all(partner_id: str, verb: str) -> Answered:
    """Confirm or refuse all that waits from one firm, as it stands now."""
    key = once.from_header("answer_claims", {"partner_id": partner_id, "verb": verb})
    count = supply_relations.answer_all(graph(), partner_id, verb, by=actor(), once=key)
    return Answered(answered=count)


@bp.put("/supply-relations/claims/<id>/confirmation")
@bp.response(204)
@policy("member", roles=("buyer", "seller"), thing="supply_claim", seen_by=("end",))
def confirm(id: str) -> None:
    """Say the same as the other firm: one's own claim is made, without figures."""
    supply_relations.confirm_claim(graph(), id, by=actor())


@bp.put("/supply-relations/claims/<id>/refusal")
@bp.response(204)
@policy("member", roles=("buyer", "seller"), thing="supply_claim", seen_by=("end",))
def refuse(id: str) -> None:
    """Say no: the claim counts for its writer alone, and is not put again for 90 days."""
    supply_relations.refuse_claim(graph(), id, by=actor())


@bp.put("/supply-relations/claims/<id>/reminder")
@bp.response(204)
@policy("member", roles=("buyer", "seller"), thing="supply_claim", seen_by=("end",))
def remind(id: str) -> None:
    """Put one's own claim to the other firm again, 90 days after it was refused."""
    supply_relations.ask_again(graph(), id, by=actor())


@bp.delete("/supply-relations/claims/<id>")
@bp.response(204)
@policy("member", roles=("buyer", "seller"), thing="supply_claim", seen_by=("end",))
def withdraw(id: str) -> None:
    """Take back what one's own firm says."""
    supply_relations.withdraw_claim(graph(), id, by=actor())
