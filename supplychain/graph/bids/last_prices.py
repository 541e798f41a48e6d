"""What a firm itself last bid for a part, to begin its next bid with."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from supplychain.graph.bids import seals
from supplychain.graph.bids.rows import read_line_rows
from supplychain.graph.engine.reading import together
from supplychain.graph.engine.transactions import Tx, rows
from supplychain.graph.list_keys import span_of
from supplychain.model.bids.lines import BidLine
from supplychain.model.bids.seals import RequestSeal, open_json


@dataclass(frozen=True, slots=True, kw_only=True)
class LastPrice:
    """What a firm last bid for a part: ``line`` without freight and note, in what, and when."""

    line: BidLine
    currency: str
    submitted_at: str


LAST_PRICES = """
CALL () {
    MATCH (b:Bid) WHERE b.list_key > $after AND b.list_key < $end
    WITH b LIMIT 200
    RETURN b.id AS bid_id
}
MATCH (b:Bid {id: bid_id})-[:HAS_LINE]->(l:BidLine)-[:PRICES]->(q:RequestLine)
WHERE b.submitted_at IS NOT NULL AND b.currency IN $currencies AND b.request_id <> $request_id
  AND q.part_id IN $part_ids
RETURN q.part_id AS part_id, properties(l) AS line, b.currency AS currency,
       b.submitted_at AS submitted_at
ORDER BY submitted_at DESC, part_id LIMIT 500
"""
LAST_SEALED = """
CALL () {
    MATCH (b:Bid) WHERE b.list_key > $after AND b.list_key < $end
    WITH b LIMIT 200
    RETURN b.id AS bid_id
}
MATCH (b:Bid {id: bid_id})-[:ANSWERS]->(r:PartsRequest)
WHERE b.sealed IS NOT NULL AND b.submitted_at IS NOT NULL
  AND (b.currency IS NULL OR b.currency IN $currencies) AND b.request_id <> $request_id
MATCH (r)-[:HAS_SEAL]->(s:RequestSeal)
MATCH (r)-[:HAS_LINE]->(q:RequestLine) WHERE q.part_id IN $part_ids
WITH b, s, collect({id: q.id, part_id: q.part_id}) AS priced
RETURN b.id AS id, b.sealed AS sealed, b.currency AS currency, b.submitted_at AS submitted_at,
       priced AS priced,
       {request_id: s.request_id, public_key: s.public_key, wrapped_key: s.wrapped_key,
        key_id: s.key_id} AS seal
ORDER BY submitted_at DESC, id LIMIT 50
"""


def list_last_prices(
    tx: Tx, part_ids: Iterable[str], *, currencies: Iterable[str], besides: str, viewer: str
) -> dict[str, LastPrice]:
    """What the viewer's firm itself last bid for these parts in these currencies, by part id.

    Bids for the request ``besides`` do not count, nor those before its newest 200.
    """
    codes = list(currencies)
    after, end = span_of(viewer)
    values: dict[str, Any] = {
        "after": after,
        "end": end,
        "currencies": codes,
        "part_ids": sorted(set(part_ids)),
        "request_id": besides,
    }
    entries, sealed = together(
        lambda: rows(tx, LAST_PRICES, **values), lambda: rows(tx, LAST_SEALED, **values)
    )
    lines = read_line_rows(entry["line"] for entry in entries)
    prices = [
        (entry["part_id"], _price_of(entry, line, entry["currency"]))
        for entry, line in zip(entries, lines, strict=True)
    ]
    for entry in sealed:
        prices += _list_sealed_prices(entry, codes)
    newest: dict[str, LastPrice] = {}
    for part_id, price in sorted(prices, key=lambda pair: pair[1].submitted_at, reverse=True):
        bare = replace(price, line=replace(price.line, freight=None, note=""))
        newest.setdefault(part_id, bare)
    return newest


def _price_of(entry: dict[str, Any], line: BidLine, currency: str) -> LastPrice:
    return LastPrice(line=line, currency=currency, submitted_at=entry["submitted_at"])


def _list_sealed_prices(entry: dict[str, Any], codes: Sequence[str]) -> list[tuple[str, LastPrice]]:
    """What an own bid that is still sealed asks for parts in these currencies, by part id."""
    box = seals.find_opener(RequestSeal(**entry["seal"]))
    if box is None:
        return []
    content = open_json(box, entry["id"], entry["sealed"])
    currency = content["bid"].get("currency") or entry["currency"]
    if currency not in codes:
        return []
    parts = {line["id"]: line["part_id"] for line in entry["priced"]}
    return [
        (parts[line.request_line_id], _price_of(entry, line, currency))
        for line in read_line_rows(content["lines"])
        if line.request_line_id in parts
    ]
