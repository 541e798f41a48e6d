"""Deliveries into the ledger, each batch with what it means for the track records.

Both are one transaction: wherever an import is broken off, the counters say what the ledger says.
What a firm imports is its claim, and its suppliers are told once an import; what the operator
imports is the installation's own record.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from functools import partial
from typing import Final

from neo4j import Driver

from supplychain.actions.imports.comparing import Upserts
from supplychain.actions.imports.network import split_batches
from supplychain.graph import deliveries, delivery_batches, delivery_claims, events, firms
from supplychain.graph.deliveries import Row
from supplychain.graph.engine.transactions import Tx, write
from supplychain.graph.track_records import (
    Pair,
    add_to_track_records,
    group_by_pair,
    list_pairs,
    write_track_records,
)
from supplychain.model.deliveries import TrackRecord
from supplychain.model.delivery_claims import CLAIMED, CONFIRMED, IMPORTED, DeliveryBatch
from supplychain.model.ids import to_text
from supplychain.model.people.actors import Actor

Change = tuple[Row, Row | None]
"""A line, and what it was; None where it is new."""

OPERATOR: Final = Actor(user_id="operator", firm_id="", role="owner", is_operator=True)
"""Who acts at the machine."""


def make_batch(batch_id: str, name: str, *, by: Actor | None, at: datetime) -> DeliveryBatch:
    """The batch of an import; ``by`` None is the operator at the machine."""
    who = by or OPERATOR
    return DeliveryBatch(
        id=batch_id, firm_id=who.firm_id, user_id=who.user_id, name=name, at=to_text(at)
    )


def write_ledger(
    driver: Driver, upserts: Upserts, batch: DeliveryBatch, *, by: Actor | None, at: datetime
) -> Iterator[int]:
    """Write new and changed lines and yield how many each transaction held.

    Lines of one supplier come together, so that a transaction touches few track records.

    Raises:
        Conflict: somebody else wrote one of them meanwhile, or the batch was undone.
    """
    changes: list[Change] = [(line, None) for line in upserts.new]
    changes += zip(upserts.changed, upserts.was, strict=True)
    changes.sort(key=lambda change: deliveries.supplier_and_id_of(change[0]))
    for part in split_batches(changes):
        write(driver, _plan_part(part, batch, by, at))
        yield len(part)


def _plan_part(
    part: list[Change], batch: DeliveryBatch, by: Actor | None, at: datetime
) -> Callable[[Tx], None]:
    """The transaction that writes a part of a batch."""
    new = [line for line, was in part if was is None]
    changed = [line for line, was in part if was is not None]
    before = [was for _, was in part if was is not None]
    is_retry = False

    def write_part(tx: Tx) -> None:
        nonlocal is_retry
        delivery_batches.add_written(tx, batch, len(part))
        if is_retry:
            # What broke the first try may be that another's import was quicker.
            deliveries.refuse_taken(tx, new)
        is_retry = True
        if by is None:
            _write_record(tx, new, changed, before, batch)
        else:
            _write_claims(tx, new, changed, before, batch, by, at)

    return write_part


def _write_record(
    tx: Tx, new: list[Row], changed: list[Row], before: list[Row], batch: DeliveryBatch
) -> None:
    """The operator's lines: they count for everyone."""
    if new:
        deliveries.add_lines(tx, new, source=IMPORTED, batch_id=batch.id)
    if changed:
        deliveries.check_unchanged(tx, before)
        delivery_batches.keep_replaced(tx, before, batch_id=batch.id)
        deliveries.change_lines(tx, changed, claim=None, batch_id=batch.id)
    if before:
        # Sums by age are exact only when they are summed anew: nothing is taken off them.
        write_track_records(tx, list_pairs([*new, *changed, *before]))
        claims = [line for line in before if deliveries.claim_of(line) is not None]
        delivery_batches.count_claims(tx, delivery_batches.list_batch_pairs(claims))
        return
    gains = count_gains(new)
    if gains:
        add_to_track_records(tx, gains)


def _write_claims(
    tx: Tx,
    new: list[Row],
    changed: list[Row],
    before: list[Row],
    batch: DeliveryBatch,
    by: Actor,
    at: datetime,
) -> None:
    """A buyer's lines: they count for it, and for all where the supplier confirms what it says."""
    lines = [*new, *changed]
    suppliers = sorted({deliveries.parties_of(line)[0] for line in lines})
    others = (deliveries.parties_of(line)[0] for line in before)
    firms.lock_all(tx, {by.firm_id, *suppliers, *others})
    deliveries.check_unchanged(tx, before)
    trusting = delivery_claims.find_trusting(tx, suppliers, buyer_id=by.firm_id)
    delivery_batches.keep_replaced(tx, before, batch_id=batch.id)
    for claim in (CLAIMED, CONFIRMED):
        added, rewritten = (
            [
                line
                for line in some
                if (deliveries.parties_of(line)[0] in trusting) == (claim == CONFIRMED)
            ]
            for some in (new, changed)
        )
        if added:
            deliveries.add_lines(tx, added, source=IMPORTED, claim=claim, batch_id=batch.id)
        if rewritten:
            deliveries.change_lines(tx, rewritten, claim=claim, batch_id=batch.id)
    write_track_records(tx, list_pairs([*lines, *before]), fills=False)
    fresh = delivery_batches.name_suppliers(tx, batch.id, suppliers)
    written = {(batch.id, supplier) for supplier in suppliers}
    delivery_batches.count_claims(tx, written | delivery_batches.list_batch_pairs(before))
    if fresh:
        events.record(
            tx, "deliveries.claimed", about_kind="delivery_batch", about_id=batch.id, by=by, at=at,
            tells=fresh, is_news=False,
        )  # fmt: skip


def count_gains(lines: Iterable[Row], before: Iterable[Row] = ()) -> dict[Pair, TrackRecord]:
    """What the track record of each (supplier, category) gains by ``lines``, less ``before``.

    A line still under way counts nothing but names its pair.
    """
    after, earlier = group_by_pair(lines), group_by_pair(before)
    count = partial(TrackRecord.of, half_life_months=deliveries.half_life())
    return {
        pair: count(after.get(pair, ())) - count(earlier.get(pair, ()))
        for pair in after.keys() | earlier.keys()
    }
