"""The ledger of deliveries.

A row of the ledger is a list of values in the order of ``FIELDS``: lists cost an engine less to
read than maps. Rows of an import end where those of ``Delivery`` do: what says whose word a line
is stands behind them. This is the only module that knows what stands where in a row.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import asdict, fields
from datetime import date
from operator import itemgetter
from typing import Any, Final, TypeAlias

from supplychain.config import settings
from supplychain.errors import Conflict
from supplychain.graph import open_deliveries
from supplychain.graph.engine.reading import together
from supplychain.graph.engine.transactions import Tx, nonce, row, run
from supplychain.model.deliveries import (
    Delivery,
    Punctuality,
    TrackRecord,
    month_of,
    weigh_month,
)
from supplychain.model.quantities import plain_number_or_none, tidy_or_none

FIELDS: Final = (
    *(each.name for each in fields(Delivery)), "source", "claim", "batch_id", "statement",
)  # fmt: skip
"""Properties of a delivery in the order in which rows hold them."""

Row: TypeAlias = list[Any]

part_of = itemgetter(FIELDS.index("part_id"))
"""The part of a row."""
supplier_and_id_of = itemgetter(FIELDS.index("supplier_id"), FIELDS.index("id"))
"""The supplier and the id of a row, by which rows are sorted."""
buyer_of = itemgetter(FIELDS.index("buyer_id"))
"""The buyer of a row."""
parties_of = itemgetter(FIELDS.index("supplier_id"), FIELDS.index("buyer_id"))
"""The supplier and the buyer of a row."""
arrival_of = itemgetter(FIELDS.index("delivered_on"))
"""The day on which a row arrived; None while it is under way."""
source_of = itemgetter(FIELDS.index("source"))
"""Where a row of the graph came from: ``imported`` or ``received``."""
claim_of = itemgetter(FIELDS.index("claim"))
"""How its supplier answered a row that its buyer imported; None where it is no such claim."""
batch_of = itemgetter(FIELDS.index("batch_id"))
"""The import that wrote a row; None where it came from an order."""
statement_of = itemgetter(FIELDS.index("statement"))
"""What its supplier says of a disputed row."""

CHANGED: Final = "Something in this file changed during the import. Import it again."


def to_delivery(values: Row) -> Delivery:
    """The delivery that a row holds."""
    (
        delivery_id, supplier_id, buyer_id, part_id, quantity, promised_on, delivered_on,
        delivered_quantity, rejected_quantity, unit_price_e4, currency, freight_e4, category_id,
        *_word,
    ) = values  # fmt: skip
    return Delivery(
        id=delivery_id,
        supplier_id=supplier_id,
        buyer_id=buyer_id,
        part_id=part_id,
        quantity=tidy_or_none(quantity),
        promised_on=None if promised_on is None else date.fromisoformat(promised_on),
        delivered_on=None if delivered_on is None else date.fromisoformat(delivered_on),
        delivered_quantity=tidy_or_none(delivered_quantity),
        rejected_quantity=tidy_or_none(rejected_quantity),
        unit_price_e4=unit_price_e4,
        currency=currency,
        freight_e4=freight_e4,
        category_id=category_id,
    )


def to_row(delivery: Delivery) -> Row:
    """The row of a delivery, without whose word it is."""
    values = asdict(delivery)
    days = {
        name: None if values[name] is None else values[name].isoformat()
        for name in ("promised_on", "delivered_on")
    }
    names = ("quantity", "delivered_quantity", "rejected_quantity")
    quantities = {name: plain_number_or_none(values[name]) for name in names}
    return list((values | days | quantities).values())


def swap_party(line: Row, *, keep_id: str, drop_id: str) -> Row:
    """The row with one firm in the place of another, whichever end it is."""
    ends = {FIELDS.index("supplier_id"), FIELDS.index("buyer_id")}
    return [keep_id if at in ends and value == drop_id else value for at, value in enumerate(line)]


def is_same(line: Row, before: Row) -> bool:
    """Whether a row of an import says what the row of the graph says, whoever wrote it."""
    return line == before[: len(line)]


HAS_DELIVERIES = "MATCH (d:Delivery) RETURN d.id AS id LIMIT 1"


def has_deliveries(tx: Tx) -> bool:
    """Whether the ledger holds anything: a first import need not look for each line."""
    return row(tx, HAS_DELIVERIES) is not None


FIND_LINES = """
UNWIND $ids AS id MATCH (d:Delivery {id: id})
RETURN collect([d.id, d.supplier_id, d.buyer_id, d.part_id, d.quantity, d.promised_on,
                d.delivered_on, d.delivered_quantity, d.rejected_quantity, d.unit_price_e4,
                d.currency, d.freight_e4, d.category_id, d.source, d.claim, d.batch_id,
                d.statement]) AS lines
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
    source: $source, claim: $claim, batch_id: $batch_id})
"""


def add_lines(
    tx: Tx,
    lines: list[Row],
    *,
    source: str,
    claim: str | None = None,
    batch_id: str | None = None,
) -> None:
    """Create lines; one that is there breaks the unique key."""
    run(tx, ADD_LINES, lines=lines, source=source, claim=claim, batch_id=batch_id)
    note_open(tx, lines)


def note_open(tx: Tx, lines: list[Row]) -> None:
    """Let those of the ledger's rows that are under way be found when they are overdue."""
    open_deliveries.open_lines(tx, _list_open(lines))


def _list_open(lines: list[Row]) -> list[open_deliveries.Line]:
    """Those of the rows that are under way to a day."""
    return [
        {
            "id": one.id,
            "supplier_id": one.supplier_id,
            "buyer_id": one.buyer_id,
            "category_id": one.category_id or "",
            "due_on": one.promised_on.isoformat(),
            "order_line_id": "",
        }
        for one in map(to_delivery, (line for line in lines if arrival_of(line) is None))
        if one.promised_on is not None
    ]


def _follow_lines(tx: Tx, lines: list[Row]) -> None:
    """Let what is known to be under way be what these rows, that were written, say."""
    under_way = _list_open(lines)
    kept = {line["id"] for line in under_way}
    open_deliveries.close_lines(tx, [line[0] for line in lines if line[0] not in kept])
    open_deliveries.open_lines(tx, under_way)


HOLD_LINES = """
UNWIND $ids AS id
MATCH (d:Delivery {id: id}) SET d.lock = $nonce
RETURN collect([d.id, d.supplier_id, d.buyer_id, d.part_id, d.quantity, d.promised_on,
                d.delivered_on, d.delivered_quantity, d.rejected_quantity, d.unit_price_e4,
                d.currency, d.freight_e4, d.category_id, d.source, d.claim, d.batch_id,
                d.statement]) AS lines
LIMIT 1
"""

CHANGE_LINES = """
UNWIND $lines AS l
MATCH (d:Delivery {id: l[0]})
SET d.supplier_id = l[1], d.buyer_id = l[2], d.part_id = l[3], d.quantity = l[4],
    d.promised_on = l[5], d.delivered_on = l[6], d.delivered_quantity = l[7],
    d.rejected_quantity = l[8], d.unit_price_e4 = l[9], d.currency = l[10], d.freight_e4 = l[11],
    d.category_id = l[12], d.source = coalesce(d.source, 'imported'), d.claim = $claim,
    d.batch_id = $batch_id, d.statement = null
"""


def hold_lines(tx: Tx, ids: list[str]) -> list[Row]:
    """Lock these lines and return their rows."""
    one = row(tx, HOLD_LINES, ids=ids, nonce=nonce())
    return one["lines"] if one else []


def check_unchanged(tx: Tx, before: list[Row]) -> None:
    """Lock lines and see that they are still as they were ``before`` (rows of the graph).

    Raises:
        Conflict: one is not, so that what its track record must lose is not known.
    """
    held = {line[0]: line for line in hold_lines(tx, [line[0] for line in before])}
    if any(held.get(line[0]) != line for line in before):
        raise Conflict(CHANGED)


def change_lines(tx: Tx, lines: list[Row], *, claim: str | None, batch_id: str) -> None:
    """Write over lines that ``check_unchanged`` has locked; their answers are gone."""
    run(tx, CHANGE_LINES, lines=lines, claim=claim, batch_id=batch_id)
    _follow_lines(tx, lines)


RESTORE_LINES = """
UNWIND $lines AS l
MATCH (d:Delivery {id: l[0]})
SET d.supplier_id = l[1], d.buyer_id = l[2], d.part_id = l[3], d.quantity = l[4],
    d.promised_on = l[5], d.delivered_on = l[6], d.delivered_quantity = l[7],
    d.rejected_quantity = l[8], d.unit_price_e4 = l[9], d.currency = l[10], d.freight_e4 = l[11],
    d.category_id = l[12], d.source = l[13], d.claim = l[14], d.batch_id = l[15],
    d.statement = l[16]
"""


def restore_lines(tx: Tx, lines: list[Row]) -> None:
    """Set lines to what whole rows of the graph say."""
    run(tx, RESTORE_LINES, lines=lines)
    _follow_lines(tx, lines)


DELETE_LINES = "UNWIND $ids AS id MATCH (d:Delivery {id: id}) DELETE d"


def delete_lines(tx: Tx, ids: list[str]) -> None:
    """Delete lines."""
    run(tx, DELETE_LINES, ids=ids)
    open_deliveries.close_lines(tx, ids)


COUNT_TRADE = """
WITH $buyer AS buyer, $supplier AS supplier
CALL (buyer, supplier) {
    MATCH (d:Delivery {buyer_id: buyer}) WHERE d.supplier_id IN $suppliers
    RETURN d, d.supplier_id AS partner
    UNION ALL
    MATCH (d:Delivery {supplier_id: supplier})
    WHERE d.buyer_id IN $buyers AND (d.claim IS NULL OR d.claim = 'confirmed')
    RETURN d, d.buyer_id AS partner
}
WITH partner, substring(d.delivered_on, 0, 7) AS month, d.delivered_on <= d.promised_on AS on_time,
     d.delivered_quantity - d.rejected_quantity > d.quantity - 0.0005 AS in_full
WHERE on_time IS NOT NULL AND in_full IS NOT NULL
WITH partner, month, count(on_time) AS delivered,
     sum(CASE WHEN on_time AND in_full THEN 1 ELSE 0 END) AS good
ORDER BY partner, month LIMIT 100000
RETURN collect(partner) AS partners, collect(month) AS months,
       collect(delivered) AS delivered_lines, collect(good) AS on_time_lines
"""


def _count_trade(
    tx: Tx,
    *,
    buyer: str,
    suppliers: list[str],
    supplier: str,
    buyers: list[str],
    today: date | None,
) -> dict[str, Punctuality]:
    """What ``buyer`` had from ``suppliers`` and ``supplier`` brought to ``buyers``, by partner.

    With what is overdue on the day. Of what buyers say about the supplier only what is witnessed
    counts: an order, or its own word. The query says once more what ``Delivery.on_time_in_full``
    says, for ledgers too long to read; a test holds the two equal on random deliveries.
    """
    sides = {"buyer": buyer, "suppliers": suppliers, "supplier": supplier, "buyers": buyers}
    counts, overdue = together(
        lambda: row(tx, COUNT_TRADE, **sides),
        lambda: open_deliveries.list_overdue_between(tx, **sides, today=today) if today else [],
    )
    assert counts is not None
    traded: dict[str, Punctuality] = defaultdict(Punctuality)
    names = ("partners", "months", "delivered_lines", "on_time_lines")
    for partner, month, delivered, good in zip(*(counts[name] for name in names), strict=True):
        weight = weigh_month(month_of(date.fromisoformat(f"{month}-01")), half_life())
        traded[partner] += Punctuality(
            delivered_lines=delivered,
            on_time_lines=good,
            aged_lines=weight * delivered,
            aged_on_time=weight * good,
        )
    for line in overdue:
        partner = line.supplier_id if line.buyer_id == buyer else line.buyer_id
        owed = TrackRecord.of([line.as_delivery()], half_life_months=half_life(), today=today)
        traded[partner] += owed.punctuality
    return dict(traded)


def half_life() -> int:
    """After how many months a delivery weighs half, in this installation."""
    return settings().record_half_life_months


def count_with_partners(
    tx: Tx, partners: list[str], *, viewer: str, today: date | None = None
) -> dict[str, Punctuality]:
    """How punctual the deliveries between the viewer and each partner were, either way.

    ``today`` is the day on which lines are overdue; None: none is.
    """
    return _count_trade(
        tx, buyer=viewer, suppliers=partners, supplier=viewer, buyers=partners, today=today
    )


def count_between(
    tx: Tx, *, buyer: str, supplier: str, viewer: str, today: date | None = None
) -> Punctuality:
    """How punctual a supplier was towards a buyer, as one of the two counts it.

    A buyer counts its own word, as in its rankings; a supplier what is witnessed of it.
    """
    if viewer == buyer:
        sides = {"buyer": buyer, "suppliers": [supplier], "supplier": "", "buyers": []}
        return _count_trade(tx, **sides, today=today).get(supplier, Punctuality())
    sides = {"buyer": "", "suppliers": [], "supplier": viewer, "buyers": [buyer]}
    return _count_trade(tx, **sides, today=today).get(buyer, Punctuality())


TRADE_LINES = """
MATCH (d:Delivery {supplier_id: $supplier})
WHERE d.category_id = $category_id AND d.delivered_on IS NOT NULL
  AND (d.buyer_id = $viewer
       OR ($supplier = $viewer AND (d.claim IS NULL OR d.claim = 'confirmed')))
RETURN collect([d.id, d.supplier_id, d.buyer_id, d.part_id, d.quantity, d.promised_on,
                d.delivered_on, d.delivered_quantity, d.rejected_quantity, d.unit_price_e4,
                d.currency, d.freight_e4, d.category_id, d.source, d.claim, d.batch_id,
                d.statement]) AS lines
LIMIT 1
"""


def record_of_trade(
    tx: Tx, *, supplier: str, category_id: str, viewer: str, today: date | None = None
) -> TrackRecord:
    """The record of what the viewer bought from a supplier in a category, or supplied itself.

    With what is overdue on the day. What others say of the viewer counts here when it is
    witnessed.
    """
    is_own = supplier == viewer
    one, overdue = together(
        lambda: row(tx, TRADE_LINES, supplier=supplier, category_id=category_id, viewer=viewer),
        lambda: open_deliveries.list_overdue_of(tx, [supplier], today=today) if today else [],
    )
    owed = [
        line.as_delivery()
        for line in overdue
        if line.category_id == category_id
        and (line.buyer_id == viewer or (is_own and line.is_witnessed))
    ]
    lines = [*map(to_delivery, one["lines"] if one else ()), *owed]
    return TrackRecord.of(lines, half_life_months=half_life(), today=today)
