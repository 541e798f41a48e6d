"""Who may read whose standing prices and capacity, and who did.

``read_readable`` answers for one reader: a few queries around it, and what the firms in question
show to everybody. The word ``open_kinds`` of a firm is its circle "everybody" once more. A ranking
reads twenty thousand firms by their capabilities, so each capability has the word of its firm:
``save`` changes both in one transaction, ``copy_open`` gives it to new ones under the firm's lock,
so a change counts from the next read on. A capability without the word shows nothing.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any, Final

from supplychain.graph import firms
from supplychain.graph.engine.reading import together
from supplychain.graph.engine.transactions import Tx, nonce, row, rows, run
from supplychain.graph.list_keys import list_key, span_of
from supplychain.model.audiences import (
    CAPACITY,
    DEFAULT_CIRCLES,
    KINDS,
    PRICES,
    Audience,
    Audiences,
    Look,
    ReadableFirms,
)
from supplychain.model.ids import to_text

FIND = """
MATCH (f:Firm {id: $viewer})
OPTIONAL MATCH (f)-[s:SHOWS]->(reader:Firm)
WITH f, s, reader ORDER BY reader.id
RETURN f.prices_shown_to AS prices, f.capacity_shown_to AS capacity,
       coalesce(f.audience_version, 0) AS version,
       collect(CASE WHEN s.kind = 'prices' THEN reader.id END) AS prices_firm_ids,
       collect(CASE WHEN s.kind = 'capacity' THEN reader.id END) AS capacity_firm_ids
LIMIT 1
"""


def get(tx: Tx, *, viewer: str) -> Audiences:
    """The audiences of the viewer's own firm; the usual ones at version 0 if it never chose."""
    record = row(tx, FIND, viewer=viewer)
    if record is None:
        return Audiences()
    return Audiences(
        prices=_read_audience(record, PRICES),
        capacity=_read_audience(record, CAPACITY),
        version=record["version"],
    )


def _read_audience(record: dict[str, Any], kind: str) -> Audience:
    circles = record[kind]
    return Audience.of(DEFAULT_CIRCLES if circles is None else circles, record[f"{kind}_firm_ids"])


def lock(tx: Tx, *, viewer: str) -> Audiences:
    """``get``, after taking the firm's write lock."""
    firms.lock(tx, viewer)
    return get(tx, viewer=viewer)


OPEN_KINDS: Final = {"both": KINDS, PRICES: (PRICES,), CAPACITY: (CAPACITY,)}
"""What a firm shows to everybody, by the one word that is kept of it; "" is nothing."""


MAP: Final = "map"
"""The source of a look that was on the chain map."""
FILL_ROWS: Final = 5_000
"""Capabilities that one transaction of the migration fills."""


def _name_open(audiences: Audiences) -> str:
    """The word of ``OPEN_KINDS``: what everybody reads is found by it, without a look at all."""
    kinds = tuple(kind for kind in KINDS if audiences.of_kind(kind).is_open)
    return next((word for word, each in OPEN_KINDS.items() if each == kinds), "")


SAVE = """
MATCH (f:Firm {id: $viewer})
SET f.prices_shown_to = $prices, f.capacity_shown_to = $capacity, f.audience_version = $version,
    f.open_kinds = $open_kinds
"""

SAVE_OPEN = """
MATCH (k:Capability {firm_id: $viewer})
SET k.open_kinds = $open_kinds
"""

FORGET_NAMED = "MATCH (:Firm {id: $viewer})-[s:SHOWS]->(:Firm) DELETE s"

NAME_FIRMS = """
MATCH (f:Firm {id: $viewer})
UNWIND $named AS entry
MATCH (reader:Firm {id: entry.firm_id})
CREATE (f)-[:SHOWS {kind: entry.kind, since: $at}]->(reader)
"""


def save(tx: Tx, audiences: Audiences, *, viewer: str, at: datetime) -> None:
    """Store the audiences of a locked firm."""
    open_kinds = _name_open(audiences)
    run(
        tx,
        SAVE,
        viewer=viewer,
        prices=list(audiences.prices.circles),
        capacity=list(audiences.capacity.circles),
        version=audiences.version,
        open_kinds=open_kinds,
    )
    run(tx, SAVE_OPEN, viewer=viewer, open_kinds=open_kinds)
    run(tx, FORGET_NAMED, viewer=viewer)
    named = [
        {"kind": kind, "firm_id": firm_id}
        for kind in (PRICES, CAPACITY)
        for firm_id in audiences.of_kind(kind).firm_ids
    ]
    if named:
        run(tx, NAME_FIRMS, viewer=viewer, named=named, at=to_text(at))


COPY_OPEN = """
UNWIND $ids AS id
MATCH (k:Capability {id: id}) WHERE k.open_kinds IS NULL
MATCH (f:Firm {id: k.firm_id})
SET f.lock = $nonce
WITH k, f
SET k.open_kinds = coalesce(f.open_kinds, '')
"""


def copy_open(tx: Tx, capability_ids: Iterable[str]) -> None:
    """Let new capabilities say what their firms show to everybody.

    The firm is locked first: of a change of its audiences at the same time one comes after the
    other, so that none leaves a word of before.
    """
    run(tx, COPY_OPEN, ids=sorted(set(capability_ids)), nonce=nonce())


FILL_OPEN = """
MATCH (k:Capability) WHERE k.open_kinds IS NULL
WITH k LIMIT $limit
OPTIONAL MATCH (f:Firm {id: k.firm_id})
SET k.open_kinds = coalesce(f.open_kinds, '')
RETURN count(k) AS filled
"""


def fill_open(tx: Tx) -> int:
    """Copy the word to the next capabilities that have none; how many, 0 when nothing is left."""
    return (row(tx, FILL_OPEN, limit=FILL_ROWS) or {"filled": 0})["filled"]


IN_CIRCLES = """
MATCH (:Chain {leader_id: $viewer})<-[m:BELONGS_TO]-(f:Firm) WHERE m.state = 'member'
RETURN 'leaders' AS circle, collect(f.id) AS firm_ids,
       collect(coalesce(f.prices_shown_to, $usual)) AS prices,
       collect(coalesce(f.capacity_shown_to, $usual)) AS capacity
UNION ALL
MATCH (:Tray {id: $viewer + '|chains|member'})<-[:LIES_IN]-(n:TrayNote)
MATCH (:Chain {id: n.about_id})<-[m:BELONGS_TO]-(f:Firm) WHERE m.state = 'member'
RETURN 'members' AS circle, collect(f.id) AS firm_ids,
       collect(coalesce(f.prices_shown_to, $usual)) AS prices,
       collect(coalesce(f.capacity_shown_to, $usual)) AS capacity
UNION ALL
MATCH (:Tray {id: $viewer + '|clusters|member'})<-[:LIES_IN]-(n:TrayNote)
MATCH (:Cluster {id: n.about_id})<-[m:JOINS]-(f:Firm) WHERE m.state = 'member'
RETURN 'peers' AS circle, collect(f.id) AS firm_ids,
       collect(coalesce(f.prices_shown_to, $usual)) AS prices,
       collect(coalesce(f.capacity_shown_to, $usual)) AS capacity
UNION ALL
MATCH (:Firm {id: $viewer})<-[r:SUPPLIES]-(f:Firm) WHERE r.witnessed = true
WITH DISTINCT f
RETURN 'customers' AS circle, collect(f.id) AS firm_ids,
       collect(coalesce(f.prices_shown_to, $usual)) AS prices,
       collect(coalesce(f.capacity_shown_to, $usual)) AS capacity
UNION ALL
MATCH (:Tray {id: $viewer + '|suppliers|trading'})<-[:LIES_IN]-(n:TrayNote)
MATCH (f:Firm {id: n.about_id})
RETURN 'customers' AS circle, collect(f.id) AS firm_ids,
       collect(coalesce(f.prices_shown_to, $usual)) AS prices,
       collect(coalesce(f.capacity_shown_to, $usual)) AS capacity
"""

NAMING_FIRMS = """
MATCH (:Firm {id: $viewer})<-[s:SHOWS]-(f:Firm)
RETURN collect(f.id) AS firm_ids, collect(s.kind) AS kinds
"""

OPEN_AMONG = """
UNWIND $firm_ids AS firm_id
MATCH (f:Firm {id: firm_id}) WHERE f.open_kinds <> ''
RETURN collect(f.id) AS firm_ids, collect(f.open_kinds) AS open_kinds
LIMIT 1
"""


def read_readable(tx: Tx, *, viewer: str, among: Iterable[str]) -> ReadableFirms:
    """The firms whose standing prices, and whose capacity, a reader may see.

    O(firms around the reader + ``among``).

    Args:
        tx: the transaction.
        viewer: the reader's firm; it is not among them.
        among: firms open to everybody are told of these alone.
    """
    near, is_open = together(
        lambda: read_near(tx, viewer=viewer),
        lambda: _list_open(tx, sorted(set(among) - {viewer})),
    )
    return near.joined(is_open)


def read_near(tx: Tx, *, viewer: str) -> ReadableFirms:
    """``read_readable`` without what firms show to everybody: by circles and by name alone."""
    usual = list(DEFAULT_CIRCLES)
    shown: dict[str, set[str]] = {PRICES: set(), CAPACITY: set()}
    in_circles, named = together(
        lambda: rows(tx, IN_CIRCLES, viewer=viewer, usual=usual),
        lambda: row(tx, NAMING_FIRMS, viewer=viewer) or {},
    )
    for columns in in_circles:
        _add_circle(shown, columns["circle"], columns)
    for firm_id, kind in zip(named.get("firm_ids", []), named.get("kinds", []), strict=True):
        shown[kind].add(firm_id)
    return ReadableFirms(
        prices=frozenset(shown[PRICES] - {viewer}), capacity=frozenset(shown[CAPACITY] - {viewer})
    )


def _add_circle(shown: dict[str, set[str]], circle: str, columns: dict[str, Any]) -> None:
    """Add the firms of a query that show a kind to this circle."""
    for kind in KINDS:
        pairs = zip(columns["firm_ids"], columns[kind], strict=True)
        shown[kind].update(firm_id for firm_id, circles in pairs if circle in circles)


def _list_open(tx: Tx, firm_ids: list[str]) -> ReadableFirms:
    """Those of the firms that show something to everybody."""
    record = row(tx, OPEN_AMONG, firm_ids=firm_ids) if firm_ids else None
    return pick_open(**record) if record else ReadableFirms()


def pick_open(*, firm_ids: list[str], open_kinds: list[str]) -> ReadableFirms:
    """What firms show to everybody, by the word of ``OPEN_KINDS`` that each has. O(firms)."""
    pairs = list(zip(firm_ids, open_kinds, strict=True))
    by_word = {
        word: {firm_id for firm_id, each in pairs if each == word}
        for word in OPEN_KINDS.keys() & set(open_kinds)
    }
    shown = {
        kind: frozenset[str]().union(
            *(ids for word, ids in by_word.items() if kind in OPEN_KINDS[word])
        )
        for kind in KINDS
    }
    return ReadableFirms(prices=shown[PRICES], capacity=shown[CAPACITY])


NOTE_LOOKS = """
UNWIND $looks AS look
MERGE (n:Look {id: look.id})
ON CREATE SET n.firm_id = look.firm_id, n.viewer_id = $viewer, n.source = $source,
    n.category_id = look.category_id, n.day = $day, n.times = 0, n.prices = false,
    n.capacity = false, n.day_key = $day_key
SET n.times = n.times + $counted, n.last_at = $at, n.prices = n.prices OR look.prices,
    n.capacity = n.capacity OR look.capacity, n.list_key = look.list_key
"""


def note_looks(
    tx: Tx,
    looks: Iterable[tuple[str, str, bool, bool]],
    *,
    viewer: str,
    source: str,
    at: datetime,
    counted: int = 1,
) -> None:
    """Keep that a reader saw figures of firms: one entry a firm, category, source and day.

    Args:
        tx: the transaction; take the write lock of something of the reader's before.
        looks: firm, category, whether prices were read, whether capacity was; each pair of firm
            and category once.
        viewer: the reader's firm.
        source: ``ranking``, ``award_study`` or ``map``; a look around a firm on the map is kept
            though it showed no figures.
        at: when.
        counted: how often more; 0 is a part of what is counted at its end.
    """
    day = at.date().isoformat()
    entries = [
        {
            "id": f"{firm_id}|{viewer}|{source}|{category_id}|{day}",
            "firm_id": firm_id,
            "category_id": category_id,
            "prices": prices,
            "capacity": capacity,
            "list_key": list_key(
                firm_id, to_text(at), f"{firm_id}|{viewer}|{source}|{category_id}|{day}"
            ),
        }
        for firm_id, category_id, prices, capacity in looks
        if prices or capacity or source == MAP
    ]
    if entries:
        run(
            tx,
            NOTE_LOOKS,
            looks=sorted(entries, key=lambda entry: entry["id"]),
            viewer=viewer,
            source=source,
            day=day,
            day_key=day_key(viewer, day, source),
            at=to_text(at),
            counted=counted,
        )


def day_key(viewer: str, day: str, source: str) -> str:
    """By which the looks of a reader of a day from one place are found."""
    return f"{viewer}|{day}|{source}"


LOOKED_TODAY = """
MATCH (n:Look {day_key: $day_key})
RETURN collect([n.firm_id, n.capacity]) AS looks
"""


def list_looked_today(tx: Tx, *, viewer: str, source: str, at: datetime) -> dict[str, bool]:
    """The firms that a reader looked at today already, and whether it saw their capacity."""
    day = at.date().isoformat()
    found = row(tx, LOOKED_TODAY, day_key=day_key(viewer, day, source)) or {}
    return dict(found.get("looks", []))


LOOKS_PAGE = """
MATCH (n:Look) WHERE n.list_key > $after AND n.list_key < $end
WITH n LIMIT $limit
RETURN n.id AS id
"""

LOOKS = """
UNWIND $ids AS wanted
MATCH (n:Look {id: wanted})
OPTIONAL MATCH (v:Firm {id: n.viewer_id})
RETURN n.id AS id, n.viewer_id AS viewer_id, coalesce(v.name, n.viewer_id) AS viewer_name,
       n.source AS source, n.category_id AS category_id, n.prices AS prices,
       n.capacity AS capacity, n.times AS times, n.last_at AS last_at
ORDER BY last_at DESC, id LIMIT 1000
"""


def list_looks(
    tx: Tx, *, viewer: str, before: str | None = None, after_id: str = "", limit: int = 50
) -> list[Look]:
    """Who read figures of the viewer's own firm, the latest first.

    ``before`` and ``after_id`` are ``last_at`` and ``id`` of the last one seen.
    """
    after, end = span_of(viewer, before=before, after_id=after_id)
    ids = [one["id"] for one in rows(tx, LOOKS_PAGE, after=after, end=end, limit=limit)]
    found = rows(tx, LOOKS, ids=ids) if ids else []
    return [Look(**entry) for entry in found]
