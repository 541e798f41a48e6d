"""Parts, offers, stocks, rates, settings and files of a twin, moved to the firm that stays.

Where both have one for the same thing, that of the firm that stays stands.
"""

from __future__ import annotations

from collections.abc import Iterable

from supplychain.graph.engine.transactions import Tx, row, rows, run
from supplychain.graph.list_keys import span_of, with_owner

MOVE_PARTS = """
MATCH (:Firm {id: $drop_id})-[d:DESIGNS]->(p:Part)
MATCH (k:Firm {id: $keep_id})
CREATE (k)-[:DESIGNS]->(p)
DELETE d
"""

NAME_DESIGNER = """
MATCH (p:Part {designer_id: $drop_id})
SET p.designer_id = $keep_id, p.version = coalesce(p.version, 0) + 1
"""

MOVE_IDLE = """
MATCH (:Firm {id: $drop_id})-[h:HAS_IDLE]->(i:IdleCapacity)
MATCH (k:Firm {id: $keep_id})
CREATE (k)-[:HAS_IDLE]->(i)
SET i.firm_id = $keep_id
DELETE h
"""

MOVE_UPLOAD_JOBS = """
MATCH (u:Upload {firm_id: $drop_id})
MATCH (j:Job {id: u.job_id})
SET j.firm_id = $keep_id
"""

MOVE_UPLOADS = "MATCH (u:Upload {firm_id: $drop_id}) SET u.firm_id = $keep_id"

MOVE_FILES = "MATCH (a:Attachment {firm_id: $drop_id}) SET a.firm_id = $keep_id"

FORGET_LOCK = "MATCH (k:KeptFiles {id: $drop_id}) DELETE k"

FORGET_TURNS = """
MATCH (t:JobTurn) WHERE t.id > $after AND t.id < $end
DELETE t
"""


def move_tables(tx: Tx, *, keep_id: str, drop_id: str) -> None:
    """Move what a locked firm keeps of its own, beside trade and capabilities."""
    ids = {"keep_id": keep_id, "drop_id": drop_id}
    run(tx, MOVE_PARTS, **ids)
    run(tx, NAME_DESIGNER, **ids)
    run(tx, MOVE_IDLE, **ids)
    run(tx, MOVE_UPLOAD_JOBS, **ids)
    run(tx, MOVE_UPLOADS, **ids)
    _move_mappings(tx, keep_id, drop_id)
    run(tx, MOVE_FILES, **ids)
    run(tx, FORGET_LOCK, drop_id=drop_id)
    after, end = span_of(drop_id)
    run(tx, FORGET_TURNS, after=after, end=end)
    _move_offers(tx, keep_id, drop_id)
    _move_stocks(tx, keep_id, drop_id)
    _move_rates(tx, keep_id, drop_id)
    _move_settings(tx, keep_id, drop_id)


def name_pairs(
    own_ids: Iterable[str], twin_ids: Iterable[str], *, keep_id: str
) -> tuple[list[dict[str, str]], list[dict[str, str]]]:
    """The ids ``firm|…`` of the twin with what they become: those that are free, those taken."""
    taken = set(own_ids)
    pairs = [{"old_id": one, "new_id": with_owner(one, keep_id)} for one in twin_ids]
    return (
        [pair for pair in pairs if pair["new_id"] not in taken],
        [pair for pair in pairs if pair["new_id"] in taken],
    )


OFFER_IDS = """
OPTIONAL MATCH (:Firm {id: $keep_id})-[:OFFERS]->(k:Offer)
WITH collect(k.id) AS own
OPTIONAL MATCH (:Firm {id: $drop_id})-[:OFFERS]->(d:Offer)
RETURN own, collect(d.id) AS twins LIMIT 1
"""

MOVE_OFFERS = """
UNWIND $pairs AS pair
MATCH (:Firm {id: $drop_id})-[l:OFFERS]->(o:Offer {id: pair.old_id})
MATCH (k:Firm {id: $keep_id})
CREATE (k)-[:OFFERS]->(o)
DELETE l
SET o.id = pair.new_id, o.firm_id = $keep_id
"""

DROP_OFFERS = "UNWIND $pairs AS pair MATCH (o:Offer {id: pair.old_id}) DETACH DELETE o"


def _move_offers(tx: Tx, keep_id: str, drop_id: str) -> None:
    ids = {"keep_id": keep_id, "drop_id": drop_id}
    stored = row(tx, OFFER_IDS, **ids) or {"own": [], "twins": []}
    free, taken = name_pairs(stored["own"], stored["twins"], keep_id=keep_id)
    run(tx, MOVE_OFFERS, pairs=free, **ids)
    run(tx, DROP_OFFERS, pairs=taken)


STOCK_IDS = """
MATCH (s:Stock {firm_id: $firm_id}) RETURN collect(s.id) AS ids LIMIT 1
"""

MOVE_STOCKS = """
UNWIND $pairs AS pair MATCH (s:Stock {id: pair.old_id})
SET s.id = pair.new_id, s.firm_id = $keep_id
"""

DROP_STOCKS = "UNWIND $pairs AS pair MATCH (s:Stock {id: pair.old_id}) DETACH DELETE s"


def _move_stocks(tx: Tx, keep_id: str, drop_id: str) -> None:
    own, twins = ((row(tx, STOCK_IDS, firm_id=one) or {"ids": []}) for one in (keep_id, drop_id))
    free, taken = name_pairs(own["ids"], twins["ids"], keep_id=keep_id)
    run(tx, MOVE_STOCKS, pairs=free, keep_id=keep_id)
    run(tx, DROP_STOCKS, pairs=taken)


RATE_IDS = """
MATCH (x:ExchangeRate {firm_id: $firm_id}) RETURN collect(x.id) AS ids LIMIT 1
"""

MOVE_RATES = """
UNWIND $pairs AS pair MATCH (x:ExchangeRate {id: pair.old_id})
SET x.id = pair.new_id, x.firm_id = $keep_id
"""

DROP_RATES = "UNWIND $pairs AS pair MATCH (x:ExchangeRate {id: pair.old_id}) DETACH DELETE x"


def _move_rates(tx: Tx, keep_id: str, drop_id: str) -> None:
    own, twins = ((row(tx, RATE_IDS, firm_id=one) or {"ids": []}) for one in (keep_id, drop_id))
    free, taken = name_pairs(own["ids"], twins["ids"], keep_id=keep_id)
    run(tx, MOVE_RATES, pairs=free, keep_id=keep_id)
    run(tx, DROP_RATES, pairs=taken)


SETTINGS = "MATCH (s:CostSettings {id: $firm_id}) RETURN s.id AS id"

MOVE_SETTINGS = """
MATCH (:Firm {id: $drop_id})-[l:RECKONS_WITH]->(s:CostSettings {id: $drop_id})
MATCH (k:Firm {id: $keep_id})
CREATE (k)-[:RECKONS_WITH]->(s)
DELETE l
SET s.id = $keep_id
"""

DROP_SETTINGS = "MATCH (s:CostSettings {id: $drop_id}) DETACH DELETE s"


def _move_settings(tx: Tx, keep_id: str, drop_id: str) -> None:
    if rows(tx, SETTINGS, firm_id=keep_id):
        run(tx, DROP_SETTINGS, drop_id=drop_id)
    else:
        run(tx, MOVE_SETTINGS, keep_id=keep_id, drop_id=drop_id)


MAPPING_IDS = """
MATCH (m:ImportMapping {firm_id: $firm_id}) RETURN collect(m.id) AS ids LIMIT 1
"""

MOVE_MAPPINGS = """
UNWIND $pairs AS pair MATCH (m:ImportMapping {id: pair.old_id})
SET m.id = pair.new_id, m.firm_id = $keep_id
"""

DROP_MAPPINGS = "UNWIND $pairs AS pair MATCH (m:ImportMapping {id: pair.old_id}) DETACH DELETE m"


def _move_mappings(tx: Tx, keep_id: str, drop_id: str) -> None:
    """What was said of files; of one shape, what the firm that stays said stands."""
    own, twins = ((row(tx, MAPPING_IDS, firm_id=one) or {"ids": []}) for one in (keep_id, drop_id))
    free, taken = name_pairs(own["ids"], twins["ids"], keep_id=keep_id)
    run(tx, MOVE_MAPPINGS, pairs=free, keep_id=keep_id)
    run(tx, DROP_MAPPINGS, pairs=taken)
