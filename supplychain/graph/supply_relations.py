"""Claims of supply relations: who says that a firm supplies another, and what witnesses it.

Every write locks the supplier first, so that ``settle`` sees all claims of a relation. Claims of
one relation stand side by side, one for each writer.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from supplychain.errors import NotFound
from supplychain.graph import firms
from supplychain.graph.engine.transactions import Tx, row, rows, run
from supplychain.graph.tray_notes import drop_notes, keep_notes
from supplychain.model.ids import new_id, to_text
from supplychain.model.supply_relations import (
    MAX_LISTED_CLAIMS,
    OPERATOR,
    ORDER,
    SupplyClaim,
    SupplyFigures,
    SupplyKey,
    SupplyRelation,
    figures_for,
    is_witnessed,
)
from supplychain.model.trays import Side, TrayNote

CLAIMS = """
UNWIND $starts AS s
MATCH (f:Firm {id: s.id})-[r:SUPPLIES]->(b:Firm)
WITH s, r, b, s.values[b.id + '|' + r.part_id] AS wanted WHERE wanted IS NOT NULL
RETURN collect([r.id, s.id, b.id, r.part_id, r.claimed_by, coalesce(r.witnessed, false),
                r.refused_at, r.changed_at]) AS claims
LIMIT 1
"""


def _read_claims(tx: Tx, keys: Iterable[SupplyKey]) -> list[SupplyClaim]:
    """All claims of these relations, without their figures."""
    starts: dict[str, dict[str, int]] = {}
    for supplier_id, buyer_id, part_id in keys:
        starts.setdefault(supplier_id, {})[f"{buyer_id}|{part_id}"] = 1
    values = [{"id": start, "values": starts[start]} for start in sorted(starts)]
    record = row(tx, CLAIMS, starts=values)
    names = ("id", "supplier_id", "buyer_id", "part_id", "claimed_by", "witnessed", "refused_at")
    return [
        SupplyClaim(**dict(zip(names, one[:7], strict=True)), changed_at=one[7] or "")
        for one in (record["claims"] if record else [])
    ]


REFUSALS = """
UNWIND $ids AS id MATCH (x:SupplyRefusal {id: id}) RETURN x.id AS id, x.at AS at LIMIT 20000
"""

MARK = """
UNWIND $starts AS s
MATCH (f:Firm {id: s.id})-[r:SUPPLIES]->(b:Firm)
WITH r, s.values[b.id + '|' + r.part_id + '|' + r.claimed_by] AS n WHERE n IS NOT NULL
SET r.witnessed = n.witnessed, r.refused_at = n.refused_at
"""


def settle(tx: Tx, keys: Iterable[SupplyKey]) -> list[SupplyClaim]:
    """Bring ``witnessed`` and ``refused_at`` of all claims of these relations up to date.

    Call it after a claim was added or taken away, a refusal written, or an order accepted; the
    suppliers must be locked.

    Returns:
        All claims of the relations as they stand now, without their figures.
    """
    claims = _read_claims(tx, keys)
    writers: dict[SupplyKey, set[str]] = {}
    for claim in claims:
        writers.setdefault(claim.key, set()).add(claim.claimed_by)
    witnessed = {key for key, said in writers.items() if is_witnessed(key[0], key[1], said)}
    open_ids = [refusal_id(one) for one in claims if one.other_end and one.key not in witnessed]
    refusals = {x["id"]: x["at"] for x in rows(tx, REFUSALS, ids=open_ids)} if open_ids else {}
    settled = [
        replace(
            claim,
            witnessed=claim.key in witnessed,
            refused_at=refusals.get(refusal_id(claim)) if claim.other_end else None,
        )
        for claim in claims
    ]
    starts: dict[str, dict[str, Any]] = {}
    for before, after in zip(claims, settled, strict=True):
        # A claim just written has no mark yet; one that is as it was needs no write.
        if before != after or not after.witnessed:
            name = f"{after.buyer_id}|{after.part_id}|{after.claimed_by}"
            marks = {"witnessed": after.witnessed, "refused_at": after.refused_at}
            starts.setdefault(after.supplier_id, {})[name] = marks
    if starts:
        run(tx, MARK, starts=[{"id": start, "values": starts[start]} for start in sorted(starts)])
    keep_notes(tx, [_note_claim(one) for one in settled if one.id and one.other_end])
    return settled


def _note_claim(claim: SupplyClaim) -> TrayNote:
    waits = not claim.witnessed and claim.refused_at is None
    return TrayNote(
        id=claim.id,
        firm_id=claim.other_end,
        side=Side.RELATIONS,
        state="claimed" if waits else "answered",
        about_id=claim.claimed_by,
        at=claim.changed_at,
    )


LOCATE = """
MATCH (:Firm {id: $viewer})-[r:SUPPLIES {id: $claim_id}]-(:Firm)
RETURN startNode(r).id AS supplier_id, endNode(r).id AS buyer_id, r.part_id AS part_id
LIMIT 1
"""


def lock(tx: Tx, claim_id: str, *, viewer: str) -> SupplyClaim:
    """A claim that speaks of the viewer, after taking the locks of both ends.

    Raises:
        NotFound: no such claim, or it speaks of others.
    """
    record = row(tx, LOCATE, claim_id=claim_id, viewer=viewer)
    if record is None:
        raise NotFound
    firms.lock_all(tx, (record["supplier_id"], record["buyer_id"]))
    key = (record["supplier_id"], record["buyer_id"], record["part_id"])
    claim = next((one for one in _read_claims(tx, [key]) if one.id == claim_id), None)
    if claim is None:
        raise NotFound
    return claim


WAITING = """
MATCH (:Firm {id: $viewer})-[r:SUPPLIES]-(:Firm {id: $partner})
WHERE r.claimed_by = $partner AND NOT r.witnessed AND r.refused_at IS NULL
RETURN startNode(r).id AS supplier_id, endNode(r).id AS buyer_id, r.part_id AS part_id,
       r.id AS id, r.claimed_by AS claimed_by
ORDER BY id LIMIT 20000
"""


def list_waiting(tx: Tx, partner: str, *, viewer: str) -> list[SupplyClaim]:
    """What one firm says of the viewer and the viewer did not answer; for actions only."""
    waiting = rows(tx, WAITING, viewer=viewer, partner=partner)
    return [SupplyClaim(**record) for record in waiting]


CREATE = """
UNWIND $rows AS x
MATCH (s:Firm {id: x.supplier_id}) MATCH (b:Firm {id: x.buyer_id})
CREATE (s)-[:SUPPLIES {id: x.id, part_id: x.part_id, claimed_by: $claimed_by,
                       source: 'declared', witnessed: false, changed_at: $at}]->(b)
"""


def create(tx: Tx, keys: Iterable[SupplyKey], *, claimed_by: str, at: datetime) -> None:
    """Add a firm's claims without figures; it must have none yet, and both ends be locked."""
    values = [
        {"id": new_id(), "supplier_id": key[0], "buyer_id": key[1], "part_id": key[2]}
        for key in keys
    ]
    run(tx, CREATE, rows=values, claimed_by=claimed_by, at=to_text(at))


DELETE = "MATCH (:Firm {id: $supplier_id})-[r:SUPPLIES {id: $claim_id}]->(:Firm) DELETE r"


def delete(tx: Tx, claim: SupplyClaim) -> None:
    """Take a locked claim away."""
    run(tx, DELETE, supplier_id=claim.supplier_id, claim_id=claim.id)
    drop_notes(tx, [claim.id])


def list_claims(tx: Tx, key: SupplyKey) -> list[SupplyClaim]:
    """All claims of a relation whose ends are locked, without their figures."""
    return _read_claims(tx, [key])


def refusal_id(claim: SupplyClaim) -> str:
    """The identity of a refusal of this claim, whether there is one or not."""
    return "|".join((*claim.key, claim.claimed_by))


REFUSE = """
UNWIND $rows AS r
MERGE (x:SupplyRefusal {id: r.id})
SET x.firm_id = r.firm_id, x.claimer_id = r.claimer_id, x.at = $at
"""


def refuse(tx: Tx, claims: Iterable[SupplyClaim], *, at: datetime) -> None:
    """Record that the other ends refused these locked claims; ``settle`` marks them."""
    values = [
        {"id": refusal_id(one), "firm_id": one.other_end, "claimer_id": one.claimed_by}
        for one in claims
    ]
    run(tx, REFUSE, rows=values, at=to_text(at))


FORGET = "UNWIND $ids AS id MATCH (x:SupplyRefusal {id: id}) WHERE x.at < $before DELETE x"


def forget_refusals(tx: Tx, refusal_ids: Sequence[str], *, before: datetime) -> None:
    """Forget those of these refusals that are older than an instant."""
    if refusal_ids:
        run(tx, FORGET, ids=list(refusal_ids), before=to_text(before))


OPEN = """
MATCH (:Firm {id: $firm_id})-[r:SUPPLIES]-(:Firm)
WHERE r.claimed_by = $firm_id AND NOT r.witnessed
RETURN count(r) AS n
"""


def count_open(tx: Tx, firm_id: str) -> int:
    """How many claims of a firm are not witnessed."""
    record = row(tx, OPEN, firm_id=firm_id)
    return record["n"] if record else 0


TOLD = """
MATCH (f:Firm {id: $firm_id})
RETURN f.claims_told_on AS day, coalesce(f.claims_told, []) AS ids LIMIT 1
"""

NOTE_TOLD = "MATCH (f:Firm {id: $firm_id}) SET f.claims_told_on = $day, f.claims_told = $ids"


def pick_untold(tx: Tx, claimer_id: str, firm_ids: Iterable[str], *, day: str) -> list[str]:
    """Those of the firms that this claimer did not notify today yet; from now on it did.

    The claimer must be locked: that is what makes it one notice a day.
    """
    record = row(tx, TOLD, firm_id=claimer_id)
    told = set(record["ids"]) if record and record["day"] == day else set()
    fresh = sorted(set(firm_ids) - told)
    if fresh:
        run(tx, NOTE_TOLD, firm_id=claimer_id, day=day, ids=sorted(told.union(fresh)))
    return fresh


SOLD = """
MATCH (v:Firm {id: $viewer})-[r:SUPPLIES]->(o:Firm)
WHERE $partner IS NULL OR o.id = $partner
OPTIONAL MATCH (p:Part {id: r.part_id})
RETURN r.id AS id, v.id AS supplier_id, o.id AS buyer_id, r.part_id AS part_id,
       r.claimed_by AS claimed_by, coalesce(r.witnessed, false) AS witnessed,
       r.refused_at AS refused_at, coalesce(r.changed_at, '') AS changed_at,
       r.share AS share, r.annual_spend_e4 AS annual_spend_e4, r.currency AS currency,
       r.lead_days AS lead_days, r.recover_days AS recover_days,
       o.id AS partner_id, o.name AS partner_name,
       coalesce(p.name, r.part_id) AS part_name, coalesce(p.designer_id, '') AS designer_id
ORDER BY partner_name, partner_id, part_id, claimed_by LIMIT $limit
"""

BOUGHT = """
MATCH (o:Firm)-[r:SUPPLIES]->(v:Firm {id: $viewer})
WHERE $partner IS NULL OR o.id = $partner
OPTIONAL MATCH (p:Part {id: r.part_id})
RETURN r.id AS id, o.id AS supplier_id, v.id AS buyer_id, r.part_id AS part_id,
       r.claimed_by AS claimed_by, coalesce(r.witnessed, false) AS witnessed,
       r.refused_at AS refused_at, coalesce(r.changed_at, '') AS changed_at,
       r.share AS share, r.annual_spend_e4 AS annual_spend_e4, r.currency AS currency,
       r.lead_days AS lead_days, r.recover_days AS recover_days,
       o.id AS partner_id, o.name AS partner_name,
       coalesce(p.name, r.part_id) AS part_name, coalesce(p.designer_id, '') AS designer_id
ORDER BY partner_name, partner_id, part_id, claimed_by LIMIT $limit
"""


def list_relations(
    tx: Tx, *, viewer: str, partner: str | None = None, limit: int = MAX_LISTED_CLAIMS
) -> list[SupplyRelation]:
    """The viewer's relations with its partners, or with one, as the viewer may read them.

    What others say unwitnessed is told without its figures, and without the part where that is
    the other firm's own and the two do not know each other.
    """
    values = {"viewer": viewer, "partner": partner, "limit": limit}
    sides = [*rows(tx, SOLD, **values), *rows(tx, BOUGHT, **values)]
    relations: dict[SupplyKey, list[dict[str, Any]]] = {}
    for side in sides:
        key = (side["supplier_id"], side["buyer_id"], side["part_id"])
        relations.setdefault(key, []).append(side)
    ones = list(relations.values())
    guarded = {one[0]["partner_id"] for one in ones if _is_guarded(one, viewer)}
    acquainted = _list_acquainted(tx, sorted(guarded), viewer=viewer)
    return [
        _make_relation(
            one, viewer, _is_guarded(one, viewer) and one[0]["partner_id"] not in acquainted
        )
        for one in ones
    ]


def _is_guarded(sides: list[dict[str, Any]], viewer: str) -> bool:
    """Whether only the other end says it, of a part that is another's own design."""
    if any(one["witnessed"] or one["claimed_by"] == viewer for one in sides):
        return False
    return sides[0]["designer_id"] not in ("", viewer)


ACQUAINTED = """
UNWIND $ids AS id
MATCH (o:Firm {id: id})
WHERE EXISTS { MATCH (o)-[r:SUPPLIES]-(:Firm {id: $viewer}) WHERE r.witnessed }
   OR EXISTS { MATCH (:TrayNote {id: o.id + '|' + $viewer})-[:LIES_IN]->(t:Tray)
               WHERE t.id = $viewer + '|suppliers|trading' }
   OR EXISTS { MATCH (:TrayNote {id: $viewer + '|' + o.id})-[:LIES_IN]->(t:Tray)
               WHERE t.id = o.id + '|suppliers|trading' }
   OR EXISTS { MATCH (o)-[m:LEADS|BELONGS_TO]->(:Chain)
                     <-[n:LEADS|BELONGS_TO]-(:Firm {id: $viewer})
               WHERE coalesce(m.state, 'member') = 'member'
                 AND coalesce(n.state, 'member') = 'member' }
RETURN o.id AS id LIMIT 10000
"""


def _list_acquainted(tx: Tx, firm_ids: list[str], *, viewer: str) -> set[str]:
    """Those that have a witnessed relation or an order with the viewer, or share a chain."""
    if not firm_ids:
        return set()
    return {entry["id"] for entry in rows(tx, ACQUAINTED, ids=firm_ids, viewer=viewer)}


def _make_relation(
    sides: list[dict[str, Any]], viewer: str, is_part_hidden: bool
) -> SupplyRelation:
    first = sides[0]
    claims = {side["claimed_by"]: _make_claim(side) for side in sides}
    own, other = claims.get(viewer), claims.get(first["partner_id"])
    readable = [one for one in claims.values() if one.witnessed or one is own]
    return SupplyRelation(
        partner_id=first["partner_id"],
        partner_name=first["partner_name"] or "",
        sells=first["supplier_id"] == viewer,
        part_id="" if is_part_hidden else first["part_id"],
        part_name="" if is_part_hidden else first["part_name"],
        own_id=own.id if own else "",
        other_id=other.id if other else "",
        by_order=ORDER in claims,
        by_operator=OPERATOR in claims,
        witnessed=any(one.witnessed for one in claims.values()),
        own_refused_at=own.refused_at if own else None,
        other_refused_at=other.refused_at if other else None,
        changed_at=max(one.changed_at for one in claims.values()),
        figures=figures_for(readable, viewer),
    )


def _make_claim(side: dict[str, Any]) -> SupplyClaim:
    figures = ("share", "annual_spend_e4", "currency", "lead_days", "recover_days")
    names = (
        "id", "supplier_id", "buyer_id", "part_id", "claimed_by", "witnessed", "refused_at",
        "changed_at",
    )  # fmt: skip
    return SupplyClaim(
        **{name: side[name] for name in names},
        figures=SupplyFigures(**{name: side[name] for name in figures}),
    )
