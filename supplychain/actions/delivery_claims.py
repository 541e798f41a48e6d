"""What suppliers answer to claims about their deliveries, and imports of deliveries taken back."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Final

from neo4j import Driver

from supplychain.actions.imports.ledger import OPERATOR
from supplychain.errors import Conflict, Invalid, NotFound
from supplychain.graph import (
    deliveries,
    delivery_batches,
    delivery_claims,
    events,
    firms,
    track_records,
)
from supplychain.graph.deliveries import Row
from supplychain.graph.engine.transactions import Once, Tx, read, write, write_once
from supplychain.model.delivery_claims import (
    CLAIMED,
    CONFIRMED,
    DISPUTED,
    DeliveryBatch,
    SentBatch,
    check_answer,
)
from supplychain.model.ids import to_text, utc_now
from supplychain.model.people.actors import Actor

PART_LINES: Final = 2000
"""Lines of one transaction: what a batch holds is answered and undone in such parts."""
PART_ITEMS: Final = 50
"""Suppliers and categories whose records are worked out anew in one transaction."""
HASTY_TRIES: Final = 10
"""Parts of a batch that are undone while its maker waits; a sweep undoes what is left."""
BEFORE: Final = {
    CONFIRMED: [CLAIMED, DISPUTED],
    DISPUTED: [CLAIMED, CONFIRMED],
    CLAIMED: [CONFIRMED, DISPUTED],
}
"""By answer, how a claim may stand before; to take an answer back makes it a mere claim again."""


def answer_claim(
    driver: Driver, delivery_id: str, *, answer: str, statement: str = "", by: Actor
) -> None:
    """Confirm or dispute one delivery that a buyer claims, or take the answer back.

    Raises:
        NotFound: no such claim, or about another firm.
        Invalid: no such answer, or a dispute without a statement.
    """
    by.check_role("seller")
    words = check_answer(answer, statement)
    claim = read(driver, delivery_claims.get, delivery_id, viewer=by.firm_id)
    if claim.claim == answer and claim.statement == words:
        return
    names = {"delivery_id": delivery_id}
    write(driver, _answer_part, names, [CLAIMED, CONFIRMED, DISPUTED], answer, words, by, utc_now())


def answer_batch(
    driver: Driver, batch_id: str, *, answer: str, statement: str = "", by: Actor
) -> int:
    """Answer all that a batch claims about the acting firm; returns how many lines changed.

    Confirming leaves what was disputed line by line.

    Raises:
        NotFound: no such batch, or none of it is about the firm.
        Invalid: no such answer, or a dispute without a statement.
    """
    by.check_role("seller")
    words = check_answer(answer, statement)
    read(driver, delivery_claims.get_batch, batch_id, viewer=by.firm_id)
    before = [CLAIMED] if answer == CONFIRMED else BEFORE[answer]
    return _answer_all(driver, {"batch_id": batch_id}, before, answer, words, by)


def trust_buyer(driver: Driver, buyer_id: str, *, by: Actor) -> int:
    """Confirm what a buyer says, once for all; returns how many lines that confirms now.

    Raises:
        NotFound: there is no such firm.
        Invalid: it is the acting firm itself.
    """
    by.check_role("seller")
    if buyer_id == by.firm_id:
        raise Invalid("Choose another firm than your own.", pointer="/buyer_id")
    write(driver, _trust_firm, buyer_id, by, utc_now())
    return _answer_all(driver, {"buyer_id": buyer_id}, [CLAIMED], CONFIRMED, "", by)


def _trust_firm(tx: Tx, buyer_id: str, by: Actor, now: datetime) -> None:
    firms.get(tx, buyer_id)
    delivery_claims.trust(tx, buyer_id, viewer=by.firm_id, at=now)
    events.record(
        tx, "deliveries.trusted", about_kind="deliveries", about_id=by.firm_id, by=by, at=now,
        tells=[buyer_id],
    )  # fmt: skip


def distrust_buyer(driver: Driver, buyer_id: str, *, by: Actor) -> None:
    """From now on each import of the buyer waits for an answer; what is confirmed stays so.

    Raises:
        NotFound: the firm does not confirm all of this buyer.
    """
    by.check_role("seller")
    write(driver, _distrust_firm, buyer_id, by, utc_now())


def _distrust_firm(tx: Tx, buyer_id: str, by: Actor, now: datetime) -> None:
    firms.lock(tx, by.firm_id)
    if not delivery_claims.distrust(tx, buyer_id, viewer=by.firm_id):
        raise NotFound
    events.record(
        tx, "deliveries.distrusted", about_kind="deliveries", about_id=by.firm_id, by=by, at=now,
        tells=[buyer_id],
    )  # fmt: skip


def _answer_all(
    driver: Driver, names: dict[str, str], before: list[str], answer: str, words: str, by: Actor
) -> int:
    """Answer in parts, each one transaction, until nothing is left."""
    count = 0
    while True:
        part = write(driver, _answer_part, names, before, answer, words, by, utc_now())
        count += part
        if part < PART_LINES:
            return count


def _answer_part(
    tx: Tx,
    names: dict[str, str],
    before: list[str],
    answer: str,
    words: str,
    by: Actor,
    now: datetime,
) -> int:
    firms.lock_all(tx, [by.firm_id])
    lines = delivery_claims.hold_claims(
        tx, viewer=by.firm_id, claims=before, limit=PART_LINES, **names
    )
    if not lines:
        return 0
    delivery_claims.answer(tx, [line[0] for line in lines], claim=answer, statement=words)
    _recount_lines(tx, lines)
    if answer != CONFIRMED:
        track_records.forget_empty_records(tx, track_records.list_pairs(lines))
    buyers = sorted(set(map(deliveries.buyer_of, lines)))
    kind = {CONFIRMED: "confirmed", DISPUTED: "disputed", CLAIMED: "reopened"}[answer]
    events.record(
        tx, f"deliveries.{kind}", about_kind="deliveries", about_id=lines[0][0], by=by, at=now,
        tells=buyers, facts={"n": len(lines), "statement": words},
    )  # fmt: skip
    return len(lines)


def _recount_lines(tx: Tx, *groups: list[Row]) -> None:
    """Bring the records and the batches of these rows up to date."""
    lines = [line for group in groups for line in group]
    track_records.write_track_records(tx, track_records.list_pairs(lines), fills=False)
    delivery_batches.count_claims(tx, delivery_batches.list_batch_pairs(lines))


def undo_batch(driver: Driver, batch_id: str, *, by: Actor, once: Once | None = None) -> SentBatch:
    """Take back all deliveries that an import wrote: new ones go, changed ones are as before.

    What a later import wrote over stays as that one left it. A large batch is undone in parts;
    those that are left after ten are a sweep's.

    Args:
        driver: the graph.
        batch_id: of the actor's firm; the operator may undo any.
        by: who takes it back.
        once: the client's key.

    Raises:
        NotFound: no such batch, or another firm's.
        Conflict: it was undone before.
    """
    by.check_role("buyer", "seller")
    write_once(driver, once, _begin_undo, batch_id, by, utc_now())
    for _ in range(HASTY_TRIES):
        if write(driver, _undo_part, batch_id, utc_now()):
            break
    who = {"viewer": by.firm_id, "is_operator": by.is_operator}
    return read(driver, delivery_batches.get_sent, batch_id, **who)


def _begin_undo(tx: Tx, batch_id: str, by: Actor, now: datetime) -> str:
    batch, state = delivery_batches.lock(
        tx, batch_id, viewer=by.firm_id, is_operator=by.is_operator
    )
    if state != "there":
        raise Conflict("This import was undone before.")
    delivery_batches.set_state(tx, batch_id, "undoing", at=now)
    tells = {*delivery_batches.list_suppliers(tx, batch_id), batch.firm_id} - {""}
    events.record(
        tx, "deliveries.undone", about_kind="deliveries", about_id=batch_id, by=by, at=now,
        tells=tells,
    )  # fmt: skip
    return batch_id


def _undo_part(tx: Tx, batch_id: str, now: datetime) -> bool:
    """Undo part of a batch that is being undone; whether that was the rest."""
    _, state = delivery_batches.lock(tx, batch_id, viewer="", is_operator=True)
    if state != "undoing":
        return True
    if delivery_batches.skip_batch(tx, batch_id, limit=PART_LINES):
        return False
    lines = delivery_batches.hold_lines(tx, batch_id, limit=PART_LINES)
    if not lines:
        delivery_batches.set_state(tx, batch_id, "undone", at=now)
        return True
    restored = delivery_batches.take_replaced(tx, batch_id, [line[0] for line in lines])
    deliveries.restore_lines(tx, restored)
    kept = {line[0] for line in restored}
    deliveries.delete_lines(tx, [line[0] for line in lines if line[0] not in kept])
    _recount_lines(tx, lines, restored)
    track_records.forget_empty_records(tx, track_records.list_pairs(lines))
    return False


def finish_undoing(driver: Driver, now: datetime) -> int:
    """Go on with batches that are being undone; returns how many are done."""
    done = 0
    for batch_id in read(driver, delivery_batches.list_unfinished):
        for _ in range(HASTY_TRIES):
            if write(driver, _undo_part, batch_id, now):
                done += 1
                break
    return done


def adopt_old_lines(driver: Driver, progress: Callable[[str], None] | None = None) -> int:
    """Make claims of what firms imported before an import was a batch; returns how many lines.

    A firm that never sent a file wrote none: those are the operator's, and stay as they are.
    """
    count = 0
    for firm_id in read(driver, delivery_claims.list_senders):
        adopted = write(driver, _adopt_lines, firm_id, utc_now())
        count += adopted
        if adopted and progress:
            progress(firm_id)
    return count


def _adopt_lines(tx: Tx, firm_id: str, now: datetime) -> int:
    batch_id = f"before-{firm_id}"
    suppliers, written = delivery_claims.adopt_lines(tx, firm_id, batch_id=batch_id)
    if not written:
        return 0
    batch = DeliveryBatch(id=batch_id, firm_id=firm_id, user_id="", name="", at=to_text(now))
    delivery_batches.add_written(tx, batch, written)
    fresh = delivery_batches.name_suppliers(tx, batch_id, suppliers)
    delivery_batches.count_claims(tx, {(batch_id, supplier) for supplier in suppliers})
    track_records.write_track_records(tx, track_records.list_buyer_pairs(tx, firm_id))
    events.record(
        tx, "deliveries.claimed", about_kind="delivery_batch", about_id=batch_id, by=OPERATOR,
        at=now, tells=fresh, is_news=False,
    )  # fmt: skip
    return written


def recount_words(driver: Driver, _now: datetime) -> int:
    """Work out anew the records that firms have a part in which were verified since, or no longer
    are; returns how many firms.
    """
    stale = read(driver, track_records.list_stale_buyers)
    for firm_id in stale:
        is_verified = bool(read(driver, track_records.find_verified, [firm_id]))
        pairs = read(driver, track_records.list_buyer_pairs, firm_id)
        for start in range(0, len(pairs), PART_ITEMS):
            part = pairs[start : start + PART_ITEMS]
            write(driver, track_records.write_track_records, part)
        write(driver, track_records.settle_word, firm_id, is_verified=is_verified)
    return len(stale)


def recount_ages(driver: Driver, _now: datetime) -> int:
    """Count all records anew by the half-life of this installation, where it was changed or they
    came out of a backup; returns how many.
    """
    rule = read(driver, track_records.find_rule)
    if rule == deliveries.half_life():
        return 0
    count = 0
    while part := write(driver, track_records.fill_aged):
        count += part
    write(driver, track_records.set_rule)
    return count


SWEEPS = (finish_undoing, recount_words, recount_ages)
