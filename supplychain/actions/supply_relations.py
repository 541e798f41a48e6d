"""What a firm says of who supplies it and whom it supplies, and its answers to what others say."""

from __future__ import annotations

from collections.abc import Sequence, Set
from datetime import datetime, timedelta
from typing import Any

from neo4j import Driver

from supplychain.errors import Conflict, Invalid, NotFound
from supplychain.graph import events, firms, supply_relations
from supplychain.graph.engine.transactions import Once, Tx, read, write, write_once
from supplychain.graph.firm_days import find_today, find_zone
from supplychain.graph.imports import links, lookups
from supplychain.model.ids import to_text, utc_now
from supplychain.model.people.actors import Actor
from supplychain.model.supply_relations import (
    MAX_OPEN_CLAIMS,
    OPERATOR,
    ORDER,
    REFUSAL_DAYS,
    RELATION_STATES,
    SupplyClaim,
    SupplyDeclaration,
    SupplyKey,
    SupplyRelation,
)

TOO_MANY = (
    "At most %(most)s supply relations of your firm may wait for the other firms' word. Have some "
    "confirmed or take some back first."
)


def list_relations(
    driver: Driver, *, by: Actor, partner: str | None = None
) -> list[SupplyRelation]:
    """The acting firm's relations, what waits for its answer first, then by partner and part.

    Args:
        driver: the graph.
        by: who looks.
        partner: only those with this firm.

    Raises:
        NotFound: there is no relation with such a firm.
    """
    return read(driver, _list_sorted, by.firm_id, partner)


def _list_sorted(tx: Tx, viewer: str, partner: str | None) -> list[SupplyRelation]:
    relations = supply_relations.list_relations(tx, viewer=viewer, partner=partner)
    if partner is not None and not relations:
        raise NotFound
    return sorted(relations, key=_sort_key)


def _sort_key(relation: SupplyRelation) -> tuple[int, str, str, str, bool, str]:
    return (
        RELATION_STATES.index(relation.state),
        relation.partner_name,
        relation.partner_id,
        relation.part_id,
        relation.sells,
        relation.other_id,
    )


NO_PART = (
    "There is no such part, or it is another firm's own and you have not traded in it. A part of "
    "the catalogue or of your own design can be named."
)


def declare_relation(
    driver: Driver, declaration: SupplyDeclaration, *, by: Actor, once: Once | None = None
) -> str:
    """Say that the acting firm supplies another with a part, or is supplied with it.

    Said again, the figures are replaced. The other end is told and answers; where it said so
    already, both have said it now.

    Returns:
        The id of the firm's claim.

    Raises:
        Forbidden: the actor neither buys nor sells.
        Invalid: no such firm or part, the firm itself, or figures that cannot be.
        Conflict: more than 2,000 of the firm's claims would wait for an answer.
    """
    by.check_role("buyer", "seller")
    declaration.check(by.firm_id)
    return write_once(driver, once, _declare_one, declaration, by, utc_now())


def _declare_one(tx: Tx, declaration: SupplyDeclaration, by: Actor, now: datetime) -> str:
    key = declaration.key_for(by.firm_id)
    if not firms.names(tx, [declaration.partner_id]):
        raise Invalid("There is no such firm. Choose one from the list.", pointer="/partner_id")
    if not lookups.seen_parts(tx, [declaration.part_id], viewer=by.firm_id):
        raise Invalid(NO_PART, pointer="/part_id")
    firms.lock_all(tx, key[:2])
    sides = supply_relations.list_claims(tx, key)
    is_fresh = all(side.claimed_by != by.firm_id for side in sides)
    figures = declaration.figures
    entry = {
        "supplier_id": key[0],
        "buyer_id": key[1],
        "part_id": key[2],
        "share": figures.share,
        "annual_spend_e4": figures.annual_spend_e4,
        "currency": figures.currency,
        "lead_days": figures.lead_days,
        "recover_days": figures.recover_days,
    }
    claims = write_own_claims(tx, [entry], frozenset([key] if is_fresh else ()), by, now)
    return next(claim.id for claim in claims if claim.claimed_by == by.firm_id)


def write_own_claims(
    tx: Tx, values: list[dict[str, Any]], fresh: Set[SupplyKey], by: Actor, now: datetime
) -> list[SupplyClaim]:
    """Write what the acting firm says of relations, and tell the other ends.

    Args:
        tx: a write transaction.
        values: ends, part and figures of each, as the graph keeps them.
        fresh: the relations of which the firm says something for the first time.
        by: who says it.
        now: when.

    Returns:
        All claims of these relations as they stand now, without their figures.

    Raises:
        Conflict: more than 2,000 of the firm's claims would wait for an answer.
    """
    keys = [(row["supplier_id"], row["buyer_id"], row["part_id"]) for row in values]
    refusals = ["|".join((*key, by.firm_id)) for key in keys if key in fresh]
    before = now - timedelta(days=REFUSAL_DAYS)
    supply_relations.forget_refusals(tx, refusals, before=before)
    claims = links.write_supply_claims(tx, values, owner=by.firm_id, at=to_text(now))
    tell_of_witnesses(tx, claims, fresh, by, now)
    tell_of_claims(tx, claims, by, now)
    return claims


def confirm_claim(driver: Driver, claim_id: str, *, by: Actor) -> None:
    """Say the same as the other end does: the acting firm's own claim is made, without figures.

    Doing it again changes nothing.

    Raises:
        NotFound: no such claim speaks of the acting firm.
        Conflict: the claim is its own, or that of an order or the operator.
    """
    by.check_role("buyer", "seller")
    write(driver, _confirm_one, claim_id, by, utc_now())


def _confirm_one(tx: Tx, claim_id: str, by: Actor, now: datetime) -> None:
    claim = supply_relations.lock(tx, claim_id, viewer=by.firm_id)
    claim.check_answerable(by.firm_id)
    if _confirm_locked(tx, claim, by, now):
        _record_event(tx, "supply_relation.confirmed", by, now, [claim.claimed_by])


def _confirm_locked(tx: Tx, claim: SupplyClaim, by: Actor, now: datetime) -> bool:
    sides = supply_relations.list_claims(tx, claim.key)
    if any(side.claimed_by == by.firm_id for side in sides):
        return False
    refusal = supply_relations.refusal_id(claim)
    supply_relations.forget_refusals(tx, [refusal], before=now + timedelta(days=1))
    supply_relations.create(tx, [claim.key], claimed_by=by.firm_id, at=now)
    supply_relations.settle(tx, [claim.key])
    return True


def refuse_claim(driver: Driver, claim_id: str, *, by: Actor) -> None:
    """Say no to what the other end says; it counts for its writer alone, and the writer is told.

    Doing it again changes nothing.

    Raises:
        NotFound: no such claim speaks of the acting firm.
        Conflict: the claim is its own, or counts already.
    """
    by.check_role("buyer", "seller")
    write(driver, _refuse_one, claim_id, by, utc_now())


def _refuse_one(tx: Tx, claim_id: str, by: Actor, now: datetime) -> None:
    claim = supply_relations.lock(tx, claim_id, viewer=by.firm_id)
    claim.check_answerable(by.firm_id)
    if claim.witnessed:
        raise Conflict(
            "This relation is confirmed: by your own claim, an order or the operator. Take your "
            "own claim back first."
        )
    if claim.refused_at is None:
        supply_relations.refuse(tx, [claim], at=now)
        supply_relations.settle(tx, [claim.key])
        _record_event(tx, "supply_relation.refused", by, now, [claim.claimed_by])


def answer_all(
    driver: Driver, partner_id: str, verb: str, *, by: Actor, once: Once | None = None
) -> int:
    """Confirm or refuse all that waits from one firm, as it stands now.

    Args:
        driver: the graph.
        partner_id: the firm that says it.
        verb: ``confirm`` or ``refuse``.
        by: who answers.
        once: makes a repeated call answer with what the first one did.

    Returns:
        How many were answered.

    Raises:
        NotFound: nothing waits from such a firm.
    """
    by.check_role("buyer", "seller")
    return write_once(driver, once, _answer_waiting, partner_id, verb, by, utc_now())


def _answer_waiting(tx: Tx, partner_id: str, verb: str, by: Actor, now: datetime) -> int:
    firms.lock_all(tx, (partner_id, by.firm_id))
    claims = supply_relations.list_waiting(tx, partner_id, viewer=by.firm_id)
    if not claims:
        raise NotFound
    keys = [claim.key for claim in claims]
    if verb == "confirm":
        supply_relations.create(tx, keys, claimed_by=by.firm_id, at=now)
    else:
        supply_relations.refuse(tx, claims, at=now)
    supply_relations.settle(tx, keys)
    kind = "supply_relation.confirmed" if verb == "confirm" else "supply_relation.refused"
    _record_event(tx, kind, by, now, [partner_id])
    return len(claims)


def withdraw_claim(driver: Driver, claim_id: str, *, by: Actor) -> None:
    """Take back what the acting firm said; what the other end, orders or the operator say stays.

    Raises:
        NotFound: no such claim speaks of the acting firm.
        Conflict: another wrote it.
    """
    by.check_role("buyer", "seller")
    write(driver, _withdraw_one, claim_id, by, utc_now())


def _withdraw_one(tx: Tx, claim_id: str, by: Actor, now: datetime) -> None:
    claim = supply_relations.lock(tx, claim_id, viewer=by.firm_id)
    claim.check_own(by.firm_id)
    supply_relations.delete(tx, claim)
    supply_relations.settle(tx, [claim.key])
    # Whoever never answered is not told once more of something that is gone.
    tells = [claim.other_end] if claim.witnessed else []
    _record_event(tx, "supply_relation.withdrawn", by, now, tells)


def ask_again(driver: Driver, claim_id: str, *, by: Actor) -> None:
    """Put a claim that was refused to the other end once more, 90 days later at the earliest.

    Raises:
        NotFound: no such claim speaks of the acting firm.
        Conflict: it is not the firm's own, not refused, or was refused less than 90 days ago.
    """
    by.check_role("buyer", "seller")
    write(driver, _ask_once_more, claim_id, by, utc_now())


def _ask_once_more(tx: Tx, claim_id: str, by: Actor, now: datetime) -> None:
    claim = supply_relations.lock(tx, claim_id, viewer=by.firm_id)
    claim.check_own(by.firm_id)
    claim.check_may_ask(now, zone=find_zone(tx, by.firm_id))
    refusal = supply_relations.refusal_id(claim)
    supply_relations.forget_refusals(tx, [refusal], before=now)
    tell_of_claims(tx, supply_relations.settle(tx, [claim.key]), by, now)


def tell_of_claims(tx: Tx, claims: Sequence[SupplyClaim], by: Actor, now: datetime) -> None:
    """After a firm's claims were written: keep its bound, and tell the other ends.

    One notice a day reaches each other end, however many rows say something of it, and it carries
    no word of the claim.

    Args:
        tx: of the change itself; the acting firm and the suppliers are locked.
        claims: all claims of the relations that were written, settled.
        by: who wrote them.
        now: when.

    Raises:
        Conflict: more than 2,000 of the firm's claims would wait for an answer.
    """
    own = [claim for claim in claims if claim.claimed_by == by.firm_id and not claim.witnessed]
    if own and supply_relations.count_open(tx, by.firm_id) > MAX_OPEN_CLAIMS:
        raise Conflict(TOO_MANY, most=MAX_OPEN_CLAIMS)
    waits = {claim.other_end for claim in own if claim.refused_at is None}
    day = find_today(tx, by.firm_id, now).isoformat()
    untold = supply_relations.pick_untold(tx, by.firm_id, waits, day=day) if waits else []
    if untold:
        _record_event(tx, "supply_relation.claimed", by, now, untold, is_news=False)


def tell_of_witnesses(
    tx: Tx, claims: Sequence[SupplyClaim], fresh: Set[SupplyKey], by: Actor, now: datetime
) -> None:
    """Tell those whose claims are confirmed by the acting firm's new claims (``fresh``)."""
    said = {(claim.key, claim.claimed_by) for claim in claims}
    confirmed = {
        claim.claimed_by
        for claim in claims
        if claim.other_end == by.firm_id
        and claim.key in fresh
        and not {(claim.key, ORDER), (claim.key, OPERATOR)} & said
    }
    if confirmed:
        _record_event(tx, "supply_relation.confirmed", by, now, sorted(confirmed))


def _record_event(
    tx: Tx, kind: str, by: Actor, now: datetime, tells: Sequence[str], *, is_news: bool = True
) -> None:
    events.record(
        tx,
        kind,
        about_kind="supply_relations",
        about_id=by.firm_id,
        by=by,
        at=now,
        tells=tells,
        is_news=is_news,
    )
