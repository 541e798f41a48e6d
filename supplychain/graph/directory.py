"""The directory of firms: public profiles, and what a viewer traded with one of them."""

from __future__ import annotations

from supplychain.graph.capacity.calendars import copy_calendars
from supplychain.graph.engine.transactions import Tx, rows, run
from supplychain.graph.firms import identify_firm
from supplychain.graph.list_keys import newest_first, span_of
from supplychain.graph.verification import list_marks
from supplychain.model.firms import Firm, ListedFirm, TradedOrder

SEARCH = """
MATCH (f:Firm)
WHERE f.name >= $after_name AND (f.name > $after_name OR f.id > $after_id)
  AND ($text = '' OR toLower(f.name) CONTAINS $text)
  AND ($region = '' OR toLower(coalesce(f.region, '')) CONTAINS $region
       OR toLower(coalesce(f.city, '')) CONTAINS $region)
  AND ($kind = '' OR f.kind = $kind)
  AND ($category = '' OR EXISTS {
        MATCH (:Capability {id: f.id + '|' + $category}) })
WITH f ORDER BY f.name, f.id LIMIT $limit
OPTIONAL MATCH (:Capability {firm_id: f.id})-[:COVERS]->(c:Category)
WITH f, c ORDER BY c.id
WITH f, collect(c.name) AS categories
RETURN f.id AS id, f.name AS name, f.kind AS kind, coalesce(f.country, '') AS country,
       coalesce(f.region, '') AS region, coalesce(f.city, '') AS city,
       categories[0..6] AS categories
ORDER BY name, id LIMIT $limit
"""


def search_firms(
    tx: Tx,
    *,
    text: str = "",
    region: str = "",
    category: str = "",
    kind: str = "",
    after: tuple[str, str] = ("", ""),
    limit: int = 50,
) -> list[ListedFirm]:
    """Public profiles by name, with up to six categories each; all filters in lower case."""
    listed = rows(
        tx,
        SEARCH,
        text=text,
        region=region,
        category=category,
        kind=kind,
        after_name=after[0],
        after_id=after[1],
        limit=limit,
    )
    marks = list_marks(tx, [record["id"] for record in listed])
    return [
        ListedFirm(**record, verification=marks[record["id"]])
        for record in listed
        if record["id"] in marks
    ]


BOUGHT = """
MATCH (o:Order) WHERE o.pair_key > $after AND o.pair_key < $end
WITH o LIMIT 20
RETURN o.id AS id, o.number AS number, o.state AS state, o.created_at AS created_at,
       o.buyer_id AS buyer_id
"""


def list_orders_between(tx: Tx, *, buyer: str, supplier: str) -> list[TradedOrder]:
    """The newest orders between two firms; call it with the viewer as one of them only."""
    after, end = span_of(f"{buyer}|{supplier}")
    orders = rows(tx, BOUGHT, after=after, end=end)
    orders.sort(key=lambda one: (*newest_first(one["created_at"]), one["id"]))
    return [TradedOrder(**record) for record in orders]


SAVE = """
MATCH (f:Firm {id: $id})
SET f.name = $name, f.kind = $kind, f.country = $country, f.region = $region, f.city = $city,
    f.employees = $employees, f.registration_id = $registration_id, f.version = $version
SET f += $identity
"""


def save_profile(tx: Tx, firm: Firm) -> None:
    """Store the public profile of a locked firm."""
    run(
        tx,
        SAVE,
        id=firm.id,
        name=firm.name,
        kind=firm.kind,
        country=firm.country,
        region=firm.region,
        city=firm.city,
        employees=firm.employees,
        registration_id=firm.registration_id,
        version=firm.version,
        identity=identify_firm(tx, firm),
    )
    copy_calendars(tx, [firm.id])
