"""The ledger of deliveries, and the track records of suppliers that follow from it.

A row of the ledger is a list of values in the order of ``FIELDS``: lists cost an engine less to
read than maps. Rows of an import have no source yet and end one earlier. This is the only module
that knows what stands where in a row.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import asdict, fields
from datetime import date
from operator import itemgetter
from typing import Any, Final, TypeAlias

from supplychain.errors import Conflict
from supplychain.graph.engine.transactions import Tx, nonce, row, run
from supplychain.model.deliveries import Delivery, Punctuality, TrackRecord

FIELDS: Final = (*(each.name for each in fields(Delivery)), "source")
"""Properties of a delivery in the order in which rows hold them."""

Row: TypeAlias = list[Any]
Pair: TypeAlias = tuple[str, str]
"""A supplier and a category: what has one track record."""

part_of = itemgetter(FIELDS.index("part_id"))
"""The part of a row."""
supplier_and_id_of = itemgetter(FIELDS.index("supplier_id"), FIELDS.index("id"))
"""The supplier and the id of a row, by which rows are sorted."""
buyer_of = itemgetter(FIELDS.index("buyer_id"))
"""The buyer of a row."""
parties_of = itemgetter(FIELDS.index("supplier_id"), FIELDS.index("buyer_id"))
"""The supplier and the buyer of a row."""
source_of = itemgetter(FIELDS.index("source"))
"""Where a row of the graph came from: ``imported`` or ``received``."""

CHANGED: Final = "Something in this file changed during the import. Import it again."


def to_delivery(values: Row) -> Delivery:
    """The delivery that a row holds."""
    (
        delivery_id, supplier_id, buyer_id, part_id, quantity, promised_on, delivered_on,
        delivered_quantity, rejected_quantity, unit_price_e4, currency, freight_e4, category_id,
        *_source,
    ) = values  # fmt: skip
    return Delivery(
        id=delivery_id,
        supplier_id=supplier_id,
        buyer_id=buyer_id,
        part_id=part_id,
        quantity=quantity,
        promised_on=None if promised_on is None else date.fromisoformat(promised_on),
        delivered_on=None if delivered_on is None else date.fromisoformat(delivered_on),
        delivered_quantity=delivered_quantity,
        rejected_quantity=rejected_quantity,
        unit_price_e4=unit_price_e4,
        currency=currency,
        freight_e4=freight_e4,
        category_id=category_id,
    )


def to_row(delivery: Delivery) -> Row:
    """The row of a delivery, without a source."""
    values = asdict(delivery)
    days = {
        name: None if values[name] is None else values[name].isoformat()
        for name in ("promised_on", "delivered_on")
    }
    return list((values | days).values())


def is_same(line: Row, before: Row) -> bool:
    """Whether a row of an import says what the row of the graph says, its source aside."""
    return line == before[: len(line)]


def group_by_pair(lines: Iterable[Row]) -> dict[Pair, list[Delivery]]:
    """Deliveries by supplier and category; those without a category have no track record."""
    groups: dict[Pair, list[Delivery]] = defaultdict(list)
    for line in lines:
        delivery = to_delivery(line)
        if delivery.category_id is not None:
            groups[delivery.supplier_id, delivery.category_id].append(delivery)
    return groups


HAS_DELIVERIES = "MATCH (d:Delivery) RETURN d.id AS id LIMIT 1"


def has_deliveries(tx: Tx) -> bool:
    """Whether the ledger holds anything: a first import need not look for each line."""
    return row(tx, HAS_DELIVERIES) is not None


FIND_LINES = """
UNWIND $ids AS id MATCH (d:Delivery {id: id})
RETURN collect([d.id, d.supplier_id, d.buyer_id, d.part_id, d.quantity, d.promised_on,
                d.delivered_on, d.delivered_quantity, d.rejected_quantity, d.unit_price_e4,
                d.currency, d.freight_e4, d.category_id, d.source]) AS lines
LIMIT 1
"""


def find_lines(tx: Tx, ids: list[str]) -> list[Row]:
    """The rows of the deliveries with these ids."""
    one = row(tx, FIND_LINES, ids=ids)
    return one["lines"] if one else []


TAKEN = "UNWIND $ids AS id MATCH (d:Delivery {id: id}) RETURN count(d) AS taken LIMIT 1"


def refuse_taken(tx: Tx, lines: list[Row]) -> None:
    """Look whether lines that should be new are there.

    Raises:
        Conflict: somebody else wrote one meanwhile.
    """
    one = row(tx, TAKEN, ids=[line[0] for line in lines])
    if one and one["taken"]:
        raise Conflict(CHANGED)


ADD_LINES = """
UNWIND $lines AS l
CREATE (d:Delivery {
    id: l[0], supplier_id: l[1], buyer_id: l[2], part_id: l[3], quantity: l[4],
    promised_on: l[5], delivered_on: l[6], delivered_quantity: l[7], rejected_quantity: l[8],
    unit_price_e4: l[9], currency: l[10], freight_e4: l[11], category_id: l[12],
    source: $source})
"""


def add_lines(tx: Tx, lines: list[Row], *, source: str) -> None:
    """Create lines; one that is there breaks the unique key."""
    run(tx, ADD_LINES, lines=lines, source=source)


HOLD_LINES = """
UNWIND $ids AS id
MATCH (d:Delivery {id: id}) SET d.lock = $nonce
RETURN collect([d.id, d.supplier_id, d.buyer_id, d.part_id, d.quantity, d.promised_on,
                d.delivered_on, d.delivered_quantity, d.rejected_quantity, d.unit_price_e4,
                d.currency, d.freight_e4, d.category_id, d.source]) AS lines
LIMIT 1
"""

CHANGE_LINES = """
UNWIND $lines AS l
MATCH (d:Delivery {id: l[0]})
SET d.supplier_id = l[1], d.buyer_id = l[2], d.part_id = l[3], d.quantity = l[4],
    d.promised_on = l[5], d.delivered_on = l[6], d.delivered_quantity = l[7],
    d.rejected_quantity = l[8], d.unit_price_e4 = l[9], d.currency = l[10], d.freight_e4 = l[11],
    d.category_id = l[12], d.source = coalesce(d.source, 'imported')
"""


def change_lines(tx: Tx, lines: list[Row], before: list[Row]) -> None:
    """Change lines that are still as they were ``before`` (rows of the graph, with a source).

    Raises:
        Conflict: one is not, so that what its track record must lose is not known.
    """
    one = row(tx, HOLD_LINES, ids=[line[0] for line in lines], nonce=nonce())
    held = {line[0]: line for line in one["lines"]} if one else {}
    if any(held.get(line[0]) != line for line in before):
        raise Conflict(CHANGED)
    run(tx, CHANGE_LINES, lines=lines)


COUNT_TRADE = """
WITH $buyer AS buyer, $supplier AS supplier
CALL (buyer, supplier) {
    MATCH (d:Delivery {buyer_id: buyer}) WHERE d.supplier_id IN $suppliers
    RETURN d, d.supplier_id AS partner
    UNION ALL
    MATCH (d:Delivery {supplier_id: supplier}) WHERE d.buyer_id IN $buyers
    RETURN d, d.buyer_id AS partner
}
WITH partner, d.delivered_on <= d.promised_on AS on_time,
     d.delivered_quantity - d.rejected_quantity >= d.quantity AS in_full
WHERE on_time IS NOT NULL AND in_full IS NOT NULL
WITH partner, count(on_time) AS delivered,
     sum(CASE WHEN on_time AND in_full THEN 1 ELSE 0 END) AS good
ORDER BY partner LIMIT 100000
RETURN collect(partner) AS partners, collect(delivered) AS delivered_lines,
       collect(good) AS on_time_lines
"""


def _count_trade(
    tx: Tx, *, buyer: str, suppliers: list[str], supplier: str, buyers: list[str]
) -> dict[str, Punctuality]:
    """What ``buyer`` had from ``suppliers`` and ``supplier`` brought to ``buyers``, by partner.

    The query says once more what ``Delivery.on_time_in_full`` says, for ledgers too long to read;
    a test holds the two equal on random deliveries.
    """
    counts = row(
        tx, COUNT_TRADE, buyer=buyer, suppliers=suppliers, supplier=supplier, buyers=buyers
    )
    assert counts is not None
    columns = (counts[name] for name in ("partners", "delivered_lines", "on_time_lines"))
    return {
        partner: Punctuality(delivered_lines=delivered, on_time_lines=on_time)
        for partner, delivered, on_time in zip(*columns, strict=True)
    }


def count_with_partners(tx: Tx, partners: list[str], *, viewer: str) -> dict[str, Punctuality]:
    """How punctual the deliveries between the viewer and each partner were, either way."""
    return _count_trade(tx, buyer=viewer, suppliers=partners, supplier=viewer, buyers=partners)


def count_between(tx: Tx, *, buyer: str, supplier: str) -> Punctuality:
    """How punctual a supplier was towards a buyer; call it with the viewer as one of them only."""
    counts = _count_trade(tx, buyer="", suppliers=[], supplier=supplier, buyers=[buyer])
    return counts.get(buyer, Punctuality())


TRADE_LINES = """
MATCH (d:Delivery {supplier_id: $supplier})
WHERE d.category_id = $category_id AND (d.buyer_id = $viewer OR $supplier = $viewer)
  AND d.delivered_on IS NOT NULL
RETURN collect([d.id, d.supplier_id, d.buyer_id, d.part_id, d.quantity, d.promised_on,
                d.delivered_on, d.delivered_quantity, d.rejected_quantity, d.unit_price_e4,
                d.currency, d.freight_e4, d.category_id, d.source]) AS lines
LIMIT 1
"""


def record_of_trade(tx: Tx, *, supplier: str, category_id: str, viewer: str) -> TrackRecord:
    """The record of what the viewer bought from a supplier in a category, or supplied itself."""
    one = row(tx, TRADE_LINES, supplier=supplier, category_id=category_id, viewer=viewer)
    return TrackRecord.of(map(to_delivery, one["lines"] if one else ()))


ADD_RECORDS = """
UNWIND $pairs AS r
MATCH (f:Firm {id: r.firm_id}) MATCH (g:Category {id: r.category_id})
MERGE (c:Capability {id: r.id})
ON CREATE SET c.firm_id = r.firm_id, c.category_id = r.category_id, c.declared = false,
    c.weekly_capacity = 0, c.certificates = [], c.booked_weeks = [], c.booked_quantities = [],
    c.delivered_lines = 0, c.on_time_lines = 0, c.received_quantity = 0, c.rejected_quantity = 0,
    c.late_days_sum = 0, c.long_late_lines = 0, c.version = 1
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
    run(tx, ADD_RECORDS, pairs=values, nonce=nonce())


def _capability_id(pair: Pair) -> str:
    return f"{pair[0]}|{pair[1]}"


SUPPLIED_LINES = """
UNWIND $firms AS firm
MATCH (d:Delivery {supplier_id: firm})
WHERE d.delivered_on IS NOT NULL AND d.category_id IN $categories
RETURN collect([d.id, d.supplier_id, d.buyer_id, d.part_id, d.quantity, d.promised_on,
                d.delivered_on, d.delivered_quantity, d.rejected_quantity, d.unit_price_e4,
                d.currency, d.freight_e4, d.category_id, d.source]) AS lines
LIMIT 1
"""

SET_RECORDS = """
UNWIND $records AS r
MATCH (c:Capability {id: r.id})
SET c.delivered_lines = r.delivered_lines, c.on_time_lines = r.on_time_lines,
    c.received_quantity = r.received_quantity, c.rejected_quantity = r.rejected_quantity,
    c.late_days_sum = r.late_days_sum, c.long_late_lines = r.long_late_lines
"""


def write_track_records(tx: Tx, pairs: list[Pair]) -> None:
    """Set the six counters of (supplier, category) pairs to what the ledger says."""
    _add_records(tx, pairs)
    firms, categories = (sorted(set(names)) for names in zip(*pairs, strict=True))
    one = row(tx, SUPPLIED_LINES, firms=firms, categories=categories)
    groups = group_by_pair(one["lines"] if one else ())
    run(
        tx,
        SET_RECORDS,
        records=[
            {"id": _capability_id(pair), **asdict(TrackRecord.of(groups.get(pair, ())))}
            for pair in sorted(pairs)
        ],
    )


HOLD_RECORDS = """
UNWIND $ids AS id
MATCH (c:Capability {id: id}) SET c.lock = $nonce
RETURN collect([c.id, c.delivered_lines + c.on_time_lines + c.received_quantity
                + c.rejected_quantity + c.late_days_sum + c.long_late_lines]) AS held
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
    c.long_late_lines = c.long_late_lines + g.long_late_lines
"""


def add_to_track_records(tx: Tx, gains: dict[Pair, TrackRecord]) -> None:
    """Add what lines written in this transaction mean to the six counters of their pairs.

    A capability of which a counter was never kept is worked out anew from the ledger; one that is
    not there begins at 0, for the ledger held nothing of it before.
    """
    ids = {pair: _capability_id(pair) for pair in sorted(gains)}
    one = row(tx, HOLD_RECORDS, ids=list(ids.values()), nonce=nonce())
    held: dict[str, int | None] = dict(one["held"]) if one else {}
    missing = [pair for pair, key in ids.items() if key not in held]
    uncounted = [pair for pair, key in ids.items() if held.get(key, 0) is None]
    if missing:
        _add_records(tx, missing)
    if uncounted:
        write_track_records(tx, uncounted)
    values = [
        {"id": key, **asdict(gains[pair])} for pair, key in ids.items() if pair not in uncounted
    ]
    run(tx, ADD_TO_RECORDS, gains=values)
