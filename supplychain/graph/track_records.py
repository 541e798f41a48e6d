"""The track records of suppliers: counters of a capability for all, and what a buyer adds.

What counts for everyone stands on the ``Capability``. What a buyer says and others do not count
stands in a ``BuyerRecord``, one a supplier, category and buyer, read by that buyer's rankings
alone. Both are worked out from the ledger by ``delivery_claims.share_record``; only imports at the
machine, which nothing caps, are added to what is there.

``aged`` are the sums of ``AgedRecord`` with the half-life behind them: weights grow forward from a
fixed month, so that a record is right tomorrow without a write (``model/deliveries.py``). What
never came is not among them: ``open_deliveries`` tells what is overdue on the day of reading.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import astuple, dataclass, field
from functools import partial
from typing import Any, TypeAlias

from supplychain.graph import audiences, deliveries, firms, open_deliveries
from supplychain.graph.capacity import calendars
from supplychain.graph.deliveries import Row, half_life
from supplychain.graph.engine.transactions import Tx, nonce, row, rows, run
from supplychain.model.deliveries import COUNTERS, Delivery, TrackRecord
from supplychain.model.delivery_claims import SharedRecord, is_counted, is_operators, share_record
from supplychain.model.quantities import plain_number

Pair: TypeAlias = tuple[str, str]
"""A supplier and a category: what has one track record."""


def group_by_pair(lines: Iterable[Row]) -> dict[Pair, list[Delivery]]:
    """Deliveries by supplier and category; those without a category have no track record."""
    groups: dict[Pair, list[Delivery]] = defaultdict(list)
    for line in lines:
        delivery = deliveries.to_delivery(line)
        if delivery.category_id is not None:
            groups[delivery.supplier_id, delivery.category_id].append(delivery)
    return groups


def list_pairs(lines: Iterable[Row]) -> list[Pair]:
    """The pairs that these lines are of, sorted."""
    return sorted(group_by_pair(lines))


VERIFIED = """
UNWIND $ids AS id
MATCH (f:Firm {id: id}) WHERE f.verified_at IS NOT NULL
RETURN collect(f.id) AS ids LIMIT 1
"""


def find_verified(tx: Tx, firm_ids: Iterable[str]) -> set[str]:
    """Those of the firms that somebody has verified: the others count nothing for others."""
    one = row(tx, VERIFIED, ids=sorted(set(firm_ids)))
    return set(one["ids"]) if one else set()


ADD_RECORDS = """
UNWIND $pairs AS r
MATCH (f:Firm {id: r.firm_id}) MATCH (g:Category {id: r.category_id})
MERGE (c:Capability {id: r.id})
ON CREATE SET c.firm_id = r.firm_id, c.category_id = r.category_id, c.declared = false,
    c.weekly_capacity = 0, c.certificates = [],
    c.delivered_lines = 0, c.on_time_lines = 0, c.received_quantity = 0, c.rejected_quantity = 0,
    c.late_days_sum = 0, c.long_late_lines = 0, c.aged = $nothing, c.version = 1
SET c.lock = $nonce
MERGE (c)-[:COVERS]->(g)
MERGE (f)-[:CAN_MAKE]->(c)
"""


def _add_records(tx: Tx, pairs: Iterable[Pair]) -> None:
    """Lock the capabilities of these pairs.

    A supplier without one gets one that nobody declared: its weekly capacity 0 means that it is
    not known.
    """
    values = [
        {"id": _capability_id(pair), "firm_id": pair[0], "category_id": pair[1]}
        for pair in sorted(pairs)
    ]
    nothing = _list_counters(TrackRecord())["aged"]
    run(tx, ADD_RECORDS, pairs=values, nonce=nonce(), nothing=nothing)
    audiences.copy_open(tx, (entry["id"] for entry in values))
    calendars.copy_to_new(tx, (entry["id"] for entry in values))


def _capability_id(pair: Pair) -> str:
    return f"{pair[0]}|{pair[1]}"


def _list_counters(record: TrackRecord) -> dict[str, Any]:
    """The properties of a record: six counters and ``aged``."""
    counters: dict[str, Any] = {name: plain_number(getattr(record, name)) for name in COUNTERS}
    return counters | {"aged": [*astuple(record.aged), float(half_life())]}


SUPPLIED_LINES = """
UNWIND $firms AS firm
MATCH (d:Delivery {supplier_id: firm})
WHERE d.category_id IN $categories
RETURN collect([d.id, d.supplier_id, d.buyer_id, d.part_id, d.quantity, d.promised_on,
                d.delivered_on, d.delivered_quantity, d.rejected_quantity, d.unit_price_e4,
                d.currency, d.freight_e4, d.category_id, d.source, d.claim, d.batch_id,
                d.statement]) AS lines
LIMIT 1
"""

SET_RECORDS = """
UNWIND $records AS r
MATCH (c:Capability {id: r.id})
SET c.has_buyers = r.has_buyers, c.lock = $nonce
WITH c, r
WHERE $fills OR coalesce(c.delivered_lines, r.delivered_lines) <> r.delivered_lines
   OR coalesce(c.on_time_lines, r.on_time_lines) <> r.on_time_lines
   OR coalesce(c.received_quantity, r.received_quantity) <> r.received_quantity
   OR coalesce(c.rejected_quantity, r.rejected_quantity) <> r.rejected_quantity
   OR coalesce(c.late_days_sum, r.late_days_sum) <> r.late_days_sum
   OR coalesce(c.long_late_lines, r.long_late_lines) <> r.long_late_lines
   OR coalesce(c.aged, r.aged) <> r.aged
SET c.delivered_lines = r.delivered_lines, c.on_time_lines = r.on_time_lines,
    c.received_quantity = r.received_quantity, c.rejected_quantity = r.rejected_quantity,
    c.late_days_sum = r.late_days_sum, c.long_late_lines = r.long_late_lines, c.aged = r.aged
"""


@dataclass(slots=True, kw_only=True)
class _PairLines:
    """The deliveries of one pair by whose word they are."""

    installation: list[Delivery] = field(default_factory=list)
    witnessed: dict[str, list[Delivery]] = field(default_factory=lambda: defaultdict(list))
    unwitnessed: dict[str, list[Delivery]] = field(default_factory=lambda: defaultdict(list))

    @property
    def is_counted(self) -> bool:
        """Whether any of it counts for everyone, were it under way still."""
        return bool(self.installation or self.witnessed)

    def share(self) -> SharedRecord:
        """The record for all and what each buyer adds."""
        of = partial(TrackRecord.of, half_life_months=half_life())
        return share_record(
            of(self.installation),
            {buyer: of(lines) for buyer, lines in self.witnessed.items()},
            {buyer: of(lines) for buyer, lines in self.unwitnessed.items()},
        )


def write_track_records(tx: Tx, pairs: Iterable[Pair], *, fills: bool = True) -> None:
    """Set the records of (supplier, category) pairs to what the ledger says.

    A capability is made only for what counts for everyone: a claim alone makes no candidate of
    a firm in the rankings of others.

    Args:
        tx: the transaction.
        pairs: whose deliveries changed.
        fills: set counters that were never kept, too; where a claim changed nothing that
            counts, it shall not even make them known.
    """
    chosen = sorted(set(pairs))
    if not chosen:
        return
    firms.lock_all(tx, (supplier for supplier, _ in chosen))
    suppliers, categories = (sorted(set(names)) for names in zip(*chosen, strict=True))
    one = row(tx, SUPPLIED_LINES, firms=suppliers, categories=categories)
    lines: list[Row] = one["lines"] if one else []
    deliveries.note_open(tx, lines)
    groups = _group_by_word(tx, lines)
    _add_records(tx, [pair for pair in chosen if pair in groups and groups[pair].is_counted])
    shared = {pair: groups.get(pair, _PairLines()).share() for pair in chosen}
    run(
        tx,
        SET_RECORDS,
        nonce=nonce(),
        fills=fills,
        records=[
            {
                "id": _capability_id(pair),
                "has_buyers": pair in groups and bool(groups[pair].witnessed),
                **_list_counters(record.everyone),
            }
            for pair, record in shared.items()
        ],
    )
    _write_buyer_records(tx, shared)
    _note_words(tx, groups.values())


def _group_by_word(tx: Tx, lines: list[Row]) -> dict[Pair, _PairLines]:
    verified = find_verified(tx, map(deliveries.buyer_of, lines))
    groups: dict[Pair, _PairLines] = defaultdict(_PairLines)
    for line in lines:
        delivery = deliveries.to_delivery(line)
        group = groups[delivery.supplier_id, delivery.category_id or ""]
        source, claim = deliveries.source_of(line), deliveries.claim_of(line)
        if is_operators(source, claim):
            group.installation.append(delivery)
        elif is_counted(source, claim, by_verified=delivery.buyer_id in verified):
            group.witnessed[delivery.buyer_id].append(delivery)
        else:
            group.unwitnessed[delivery.buyer_id].append(delivery)
    return groups


NOTE_WORDS = """
UNWIND $ids AS id
MATCH (f:Firm {id: id}) WHERE f.word_state IS NULL
SET f.word_state = CASE WHEN f.verified_at IS NULL THEN 'uncounted' ELSE 'counted' END
"""


def _note_words(tx: Tx, groups: Iterable[_PairLines]) -> None:
    """Note of firms that say something for the first time whether it counts for others."""
    buyers = {buyer for group in groups for buyer in (*group.witnessed, *group.unwitnessed)}
    if buyers:
        run(tx, NOTE_WORDS, ids=sorted(buyers))


FORGET_BUYER_RECORDS = """
UNWIND $capability_ids AS id
MATCH (r:BuyerRecord {capability_id: id}) WHERE NOT r.id IN $kept
DELETE r
"""

SET_BUYER_RECORDS = """
UNWIND $records AS r
MERGE (b:BuyerRecord {id: r.id})
SET b += r
"""


def _write_buyer_records(tx: Tx, shared: dict[Pair, SharedRecord]) -> None:
    records = [
        {
            "id": f"{_capability_id(pair)}|{buyer}",
            "capability_id": _capability_id(pair),
            "supplier_id": pair[0],
            "category_id": pair[1],
            "buyer_id": buyer,
            **_list_counters(record),
        }
        for pair, one in shared.items()
        for buyer, record in one.more.items()
    ]
    run(
        tx,
        FORGET_BUYER_RECORDS,
        capability_ids=[_capability_id(pair) for pair in shared],
        kept=[record["id"] for record in records],
    )
    if records:
        run(tx, SET_BUYER_RECORDS, records=records)


FORGET_EMPTY = """
UNWIND $ids AS id
MATCH (c:Capability {id: id})
WHERE c.declared = false AND size(coalesce(c.booked_days, [])) = 0
  AND size(coalesce(c.held_days, [])) = 0 AND coalesce(c.asked, 0) = 0
  AND NOT EXISTS { MATCH (d:Delivery {supplier_id: c.firm_id})
                   WHERE d.category_id = c.category_id
                     AND (d.claim IS NULL OR d.claim = 'confirmed') }
DETACH DELETE c
"""


def forget_empty_records(tx: Tx, pairs: Iterable[Pair]) -> None:
    """Take away capabilities that nobody declared and of which no witnessed delivery is left."""
    run(tx, FORGET_EMPTY, ids=[_capability_id(pair) for pair in sorted(set(pairs))])


HOLD_RECORDS = """
UNWIND $ids AS id
MATCH (c:Capability {id: id}) SET c.lock = $nonce
WITH c, CASE WHEN coalesce(c.has_buyers, false) OR c.aged IS NULL OR last(c.aged) <> $half_life
             THEN null
             ELSE c.delivered_lines + c.on_time_lines + c.received_quantity + c.rejected_quantity
                  + c.late_days_sum + c.long_late_lines END AS counted
RETURN collect([c.id, counted]) AS held
LIMIT 1
"""

ADD_TO_RECORDS = """
UNWIND $gains AS g
MATCH (c:Capability {id: g.id})
SET c.delivered_lines = c.delivered_lines + g.delivered_lines,
    c.on_time_lines = c.on_time_lines + g.on_time_lines,
    c.received_quantity = c.received_quantity + g.received_quantity,
    c.rejected_quantity = c.rejected_quantity + g.rejected_quantity,
    c.late_days_sum = c.late_days_sum + g.late_days_sum,
    c.long_late_lines = c.long_late_lines + g.long_late_lines,
    c.aged = [i IN range(0, size(g.aged) - 2) | c.aged[i] + g.aged[i]] + [last(g.aged)]
"""


def add_to_track_records(tx: Tx, gains: dict[Pair, TrackRecord]) -> None:
    """Add what new lines of the operator, written in this transaction, mean to the counters.

    A capability of which a counter was never kept, or to which buyers add too, is worked out anew
    from the ledger; one that is not there begins at 0, for nothing in the ledger counted before.
    """
    ids = {pair: _capability_id(pair) for pair in sorted(gains)}
    one = row(tx, HOLD_RECORDS, ids=list(ids.values()), nonce=nonce(), half_life=float(half_life()))
    held: dict[str, int | None] = dict(one["held"]) if one else {}
    missing = [pair for pair, key in ids.items() if key not in held]
    uncounted = [pair for pair, key in ids.items() if held.get(key, 0) is None]
    if missing:
        _add_records(tx, missing)
    write_track_records(tx, uncounted)
    values = [
        {"id": key, **_list_counters(gains[pair])}
        for pair, key in ids.items()
        if pair not in uncounted
    ]
    run(tx, ADD_TO_RECORDS, gains=values)


BUYER_PAIRS = """
MATCH (d:Delivery {buyer_id: $firm_id})
WHERE d.category_id IS NOT NULL AND (d.claim IS NOT NULL OR d.source = 'received')
RETURN DISTINCT d.supplier_id AS supplier_id, d.category_id AS category_id
ORDER BY supplier_id, category_id LIMIT 20000
"""


def list_buyer_pairs(tx: Tx, firm_id: str) -> list[Pair]:
    """The pairs whose records the word of this firm has a part in."""
    found = rows(tx, BUYER_PAIRS, firm_id=firm_id)
    return [(entry["supplier_id"], entry["category_id"]) for entry in found]


STALE = """
MATCH (f:Firm {word_state: 'counted'}) WHERE f.verified_at IS NULL
RETURN f.id AS id LIMIT 100
UNION ALL
MATCH (f:Firm {word_state: 'uncounted'}) WHERE f.verified_at IS NOT NULL
RETURN f.id AS id LIMIT 100
"""


def list_stale_buyers(tx: Tx) -> list[str]:
    """Firms that were verified, or no longer are, since their word was last counted."""
    return sorted(entry["id"] for entry in rows(tx, STALE))


SETTLE = """
MATCH (f:Firm {id: $firm_id}) SET f.lock = $nonce
WITH f WHERE (f.verified_at IS NOT NULL) = $is_verified
SET f.word_state = CASE WHEN $is_verified THEN 'counted' ELSE 'uncounted' END
"""


def settle_word(tx: Tx, firm_id: str, *, is_verified: bool) -> None:
    """Note that a firm's word was counted as that of such a firm, if it is one still."""
    run(tx, SETTLE, firm_id=firm_id, is_verified=is_verified, nonce=nonce())


UNAGED = """
MATCH (c:Capability) WHERE c.delivered_lines > 0
  AND (c.aged IS NULL OR last(c.aged) <> $half_life)
RETURN c.firm_id AS supplier_id, c.category_id AS category_id
ORDER BY supplier_id, category_id LIMIT 100
UNION
MATCH (b:BuyerRecord) WHERE b.aged IS NULL OR last(b.aged) <> $half_life
RETURN b.supplier_id AS supplier_id, b.category_id AS category_id
ORDER BY supplier_id, category_id LIMIT 100
"""


def fill_aged(tx: Tx) -> int:
    """Count records by age that were never counted so, or by another half-life; how many.

    One batch, until nothing is left: for a migration, and where the setting changed.
    """
    found = rows(tx, UNAGED, half_life=float(half_life()))
    pairs = [(entry["supplier_id"], entry["category_id"]) for entry in found]
    write_track_records(tx, pairs)
    return len(pairs)


RULE = "MATCH (r:RecordRule {id: 'records'}) RETURN r.half_life_months AS half_life_months"

SET_RULE = """
MERGE (r:RecordRule {id: 'records'})
SET r.half_life_months = $half_life_months, r.lock = $nonce
"""


def find_rule(tx: Tx) -> int | None:
    """The half-life that all records are counted by; None before any were."""
    one = row(tx, RULE)
    return one["half_life_months"] if one else None


def set_rule(tx: Tx) -> None:
    """Note that all records are counted by the half-life of this installation."""
    run(tx, SET_RULE, half_life_months=half_life(), nonce=nonce())


FORGET_RULE = "MATCH (r:RecordRule) DELETE r"


def forget_rule(tx: Tx) -> None:
    """Note no half-life: records came from elsewhere, and are counted anew where they need it."""
    run(tx, FORGET_RULE)


def fill_records(tx: Tx) -> int:
    """Note what is not delivered yet, and count all records by age; how many this batch did.

    For the migration that brought both.
    """
    done = open_deliveries.fill_open_deliveries(tx) or fill_aged(tx)
    if not done:
        set_rule(tx)
    return done
