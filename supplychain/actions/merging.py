"""Taking in a twin: one firm that stands here twice becomes one.

The usual case: a firm came by import, and somebody of it registered it anew instead of asking for
its link. All that the twin has moves to the firm that stays, in one transaction, or nothing does.
"""

from __future__ import annotations

from datetime import datetime

from neo4j import Driver

from supplychain.actions.verification import drop_verification
from supplychain.errors import Conflict, Invalid
from supplychain.graph import events, verification
from supplychain.graph.engine.transactions import Tx, write
from supplychain.graph.merging import hindrances, merging
from supplychain.model.ids import utc_now
from supplychain.model.merging import check_may_merge
from supplychain.model.people.actors import Actor
from supplychain.model.verification import check_operator


def take_in_twin(driver: Driver, *, keep_id: str, drop_id: str, confirmed: str, by: Actor) -> None:
    """Move all that a twin has to the firm that stays; the twin is gone.

    There is no way back, so its id is typed twice. The record of events of the twin stays as it
    was signed, and ends with this.

    Raises:
        NotFound: there is no such firm, or the actor is no operator.
        Invalid: the ids are one, or were not confirmed.
        Conflict: one is suspended, or something forbids it (``model.merging``), named.
    """
    check_operator(by)
    if keep_id == drop_id:
        raise Invalid("Choose another firm: this is the one that stays.", pointer="/twin_id")
    if confirmed.strip() != drop_id:
        raise Invalid("Type the id of the twin that goes once more.", pointer="/confirmed")
    write(driver, _take_in, keep_id, drop_id, by, utc_now())


def _take_in(tx: Tx, keep_id: str, drop_id: str, by: Actor, now: datetime) -> None:
    locked = {one: verification.lock(tx, one) for one in sorted((keep_id, drop_id))}
    keep, drop = locked[keep_id], locked[drop_id]
    if keep.suspended_at is not None or drop.suspended_at is not None:
        raise Conflict("One of the two is suspended. End the suspension first.")
    check_may_merge(hindrances.list_hindrances(tx, keep_id=keep_id, drop_id=drop_id))
    if drop.verified_at is not None:
        drop_verification(tx, drop_id, drop.name, by, now)
    merging.move_all(tx, keep_id=keep_id, drop_id=drop_id)
    facts = {"firm": keep.name, "twin": drop.name, "twin_id": drop_id}
    # The last link of the twin's own chain, and the news of all who work for the one firm now.
    for ledger_id in (drop_id, ""):
        events.record(
            tx,
            "firm.merged",
            about_kind="firm",
            about_id=keep_id,
            by=by,
            at=now,
            tells=[] if ledger_id else [keep_id],
            facts=facts,
            is_news=not ledger_id,
            ledger_id=ledger_id,
        )
