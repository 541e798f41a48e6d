"""What firms state beyond price and weekly capacity, lined up with the candidates of a category.

Read once for all lines of a category: one query where the lines require nothing, a few more where
they do. Only firms that state something come over the wire.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from supplychain.graph.engine.transactions import Tx, row
from supplychain.matching.candidates.arrays import UNKNOWN, Flags, Ints, Ragged
from supplychain.matching.candidates.columns import Candidates
from supplychain.matching.candidates.stated import Facts, Stage
from supplychain.matching.feasibility.routing import with_routing
from supplychain.matching.feasibility.windows import merged
from supplychain.matching.need import Need
from supplychain.model.parts_requests.requirements import GEOMETRICAL, LINEAR, SIDES, fold_term


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Stated:
    """What the firms of a category state, rows as in its candidates.

    ``held`` is the capacity that open bids hold, by week; ``stages`` the steps that some line's
    routing names.
    """

    category_id: str
    held: Ragged
    lot_size: Ints | None
    facts: Facts | None
    stages: dict[str, Stage]

    def complete(self, able: Candidates, need: Need) -> Candidates:
        """The candidates of one line with lots, holds, required facts and routing."""
        able = replace(
            able,
            booked=merged(able.booked, self.held),
            lot_size=self.lot_size,
            facts=self.facts,
        )
        named = tuple(self.stages[step] for step in need.requirements.routing)
        return with_routing(able, named, name=self.category_id) if named else able


def of_category(
    tx: Tx,
    firm_ids: list[str],
    needs: Iterable[Need],
    *,
    category_id: str,
    viewer: str,
    chain_id: str | None = None,
    request_id: str = "",
) -> Stated:
    """What the firms of a category state, as far as these lines ask for it.

    Args:
        tx: the transaction.
        firm_ids: of the candidates, in their order.
        needs: the lines.
        category_id: of all of them.
        viewer: the buyer's firm.
        chain_id: of the chain that the request is open to, if it is.
        request_id: what its own bids hold is free for it.
    """
    place = {firm_id: i for i, firm_id in enumerate(firm_ids)}
    more = row(tx, LOTS, category_id=category_id) or {}
    lots = _ints(more, place, "lot_size", 0)
    barred = read_barred(tx, viewer=viewer, chain_id=chain_id) & place.keys()
    own = read_own_holds(tx, request_id) if request_id else {}
    asked = list(needs)
    steps = {step for need in asked for step in need.requirements.routing}
    spellings = _step_spellings(tx, steps, category_id) if steps else {}
    is_asked = barred or any(need.requirements.any or need.certificates for need in asked)
    return Stated(
        category_id=category_id,
        held=_held(more, place, own, [category_id] * len(more.get("firm_ids", []))),
        lot_size=lots if lots.any() else None,
        facts=_facts(tx, asked, category_id, place, barred) if is_asked else None,
        stages={
            step: _stage(tx, step, spellings[step], category_id, place, own)
            for step in sorted(steps)
        },
    )


Holds = dict[str, dict[int, int]]
"""Week -> pieces by capability."""

OWN_HOLDS = """
MATCH (r:PartsRequest {id: $request_id})
MATCH (h:Hold {buyer_id: r.buyer_id})
RETURN collect(h.capability_id) AS capability_ids, collect(h.week) AS weeks,
       collect(h.quantity) AS quantities
"""


def read_own_holds(tx: Tx, request_id: str) -> Holds:
    """What bids for requests of this request's buyer hold of each capability; for matching.

    Free capacity that shrinks with each sealed bid would tell the buyer who bids, and how much.
    """
    found = row(tx, OWN_HOLDS, request_id=request_id) or {}
    held: Holds = {}
    columns = (found.get(name, []) for name in ("capability_ids", "weeks", "quantities"))
    for capability_id, week, quantity in zip(*columns, strict=True):
        weeks = held.setdefault(capability_id, {})
        weeks[week] = weeks.get(week, 0) + quantity
    return held


LOTS = """
MATCH (k:Capability {category_id: $category_id})
WHERE k.lot_size IS NOT NULL OR size(coalesce(k.held_weeks, [])) > 0
RETURN collect(k.firm_id) AS firm_ids,
       collect(coalesce(k.lot_size, 0)) AS lot_size,
       collect(coalesce(k.held_weeks, [])) AS held_weeks,
       collect(coalesce(k.held_quantities, [])) AS held_quantities
"""

STATED = """
MATCH (k:Capability {category_id: $category_id})
WHERE k.processes IS NOT NULL OR k.materials IS NOT NULL OR k.length_mm IS NOT NULL
   OR k.width_mm IS NOT NULL OR k.height_mm IS NOT NULL OR k.weight_kg IS NOT NULL
   OR k.tolerance_linear IS NOT NULL OR k.tolerance_geometrical IS NOT NULL
RETURN collect(k.firm_id) AS firm_ids,
       collect(coalesce(k.processes, [])) AS processes,
       collect(coalesce(k.materials, [])) AS materials,
       collect(coalesce(k.length_mm, -1)) AS length_mm,
       collect(coalesce(k.width_mm, -1)) AS width_mm,
       collect(coalesce(k.height_mm, -1)) AS height_mm,
       collect(coalesce(k.weight_kg, -1)) AS weight_kg,
       collect(coalesce(k.tolerance_linear, '')) AS tolerance_linear,
       collect(coalesce(k.tolerance_geometrical, '')) AS tolerance_geometrical
"""

ENDS = """
MATCH (k:Capability {category_id: $category_id})
WHERE size(coalesce(k.certificate_ends, [])) > 0
RETURN collect(k.firm_id) AS firm_ids, collect(k.certificate_ends) AS certificate_ends
"""

REGIONS = """
MATCH (k:Capability {category_id: $category_id})<-[:CAN_MAKE]-(f:Firm)
RETURN collect(f.id) AS firm_ids, collect(coalesce(f.region, '')) AS region,
       collect(coalesce(f.country, '')) AS country
"""


def _facts(
    tx: Tx, needs: list[Need], category_id: str, place: dict[str, int], barred: set[str]
) -> Facts:
    of_part = any(replace(need.requirements, regions=(), routing=()).any for need in needs)
    stated = (row(tx, STATED, category_id=category_id) if of_part else None) or {}
    dated = any(need.certificates for need in needs)
    ends = (row(tx, ENDS, category_id=category_id) if dated else None) or {}
    placed = any(need.requirements.regions for need in needs)
    where = (row(tx, REGIONS, category_id=category_id) if placed else None) or {}
    pairs = zip(where.get("region", []), where.get("country", []), strict=True)
    return Facts(
        processes=_lists(stated, place, "processes"),
        materials=_lists(stated, place, "materials"),
        envelope_mm=np.stack([_ints(stated, place, side, UNKNOWN) for side in SIDES], axis=1),
        weight_kg=_ints(stated, place, "weight_kg", UNKNOWN),
        linear=_classes(stated, place, "tolerance_linear", LINEAR),
        geometrical=_classes(stated, place, "tolerance_geometrical", GEOMETRICAL),
        certificate_ends=_lists(ends, place, "certificate_ends"),
        regions=_lined_up({**where, "pair": list(pairs)}, place, "pair", ("", "")),
        barred=_flags(place, barred),
    )


LED_BARRED = """
MATCH (:Firm {id: $viewer})-[:LEADS]->(:Chain)<-[b:BELONGS_TO]-(f:Firm)
WHERE b.state = 'barred'
RETURN collect(DISTINCT f.id) AS firm_ids
"""

CHAIN_BARRED = """
MATCH (:Chain {id: $chain_id})<-[b:BELONGS_TO]-(f:Firm)
WHERE b.state = 'barred'
RETURN collect(DISTINCT f.id) AS firm_ids
"""


def read_barred(tx: Tx, *, viewer: str, chain_id: str | None) -> set[str]:
    """The firms barred by a chain that the viewer leads, or by the chain of the request."""
    led = row(tx, LED_BARRED, viewer=viewer) or {}
    asked = (row(tx, CHAIN_BARRED, chain_id=chain_id) if chain_id else None) or {}
    return {*led.get("firm_ids", []), *asked.get("firm_ids", [])}


STEP_NAMES = """
MATCH (k:Capability {category_id: $category_id})<-[:CAN_MAKE]-(f:Firm)
MATCH (f)-[:CAN_MAKE]->(s:Capability)
UNWIND [s.category_id] + coalesce(s.processes, []) AS name
RETURN collect(DISTINCT name) AS names
"""


def _step_spellings(tx: Tx, steps: Iterable[str], category_id: str) -> dict[str, list[str]]:
    """Each step with the ways in which the firms of a category write it."""
    found = row(tx, STEP_NAMES, category_id=category_id) or {}
    names = sorted(name for name in found.get("names", []) if fold_term(name))
    return {step: [name for name in names if fold_term(name) == fold_term(step)] for step in steps}


STEP = """
MATCH (k:Capability {category_id: $category_id})<-[:CAN_MAKE]-(f:Firm)
MATCH (f)-[:CAN_MAKE]->(s:Capability)
WHERE s.category_id IN $spellings
   OR any(name IN coalesce(s.processes, []) WHERE name IN $spellings)
RETURN collect(f.id) AS firm_ids, collect(s.category_id) AS categories,
       collect(coalesce(s.weekly_capacity, 0)) AS weekly,
       collect(coalesce(s.lot_size, 0)) AS lot_size,
       collect(coalesce(s.lead_days, -1)) AS lead_days,
       collect(coalesce(s.booked_weeks, [])) AS booked_weeks,
       collect(coalesce(s.booked_quantities, [])) AS booked_quantities,
       collect(coalesce(s.held_weeks, [])) AS held_weeks,
       collect(coalesce(s.held_quantities, [])) AS held_quantities
"""


def _stage(
    tx: Tx,
    step: str,
    spellings: list[str],
    category_id: str,
    place: dict[str, int],
    own: Holds,
) -> Stage:
    """One step for all firms; of several capabilities for it, the one that ``_preferred`` names."""
    found = row(tx, STEP, category_id=category_id, spellings=spellings) or {}
    best = _preferred(found, spellings, category_id)
    chosen = {name: [column[i] for i in best] for name, column in found.items()}
    has = _flags(place, place.keys() & set(chosen.get("firm_ids", [])))
    categories = chosen.get("categories", [])
    same = {
        firm_id
        for firm_id, kept in zip(chosen.get("firm_ids", []), categories, strict=True)
        if kept == category_id
    }
    booked = _ragged(chosen, place, "booked_weeks", "booked_quantities")
    held = _held(chosen, place, own, categories)
    return Stage(
        name=step,
        has=has,
        own=_flags(place, place.keys() & same),
        weekly=_ints(chosen, place, "weekly", 0),
        lot_size=_ints(chosen, place, "lot_size", 0),
        lead_days=_ints(chosen, place, "lead_days", UNKNOWN),
        booked=merged(booked, held),
    )


def _preferred(found: dict[str, Any], spellings: list[str], category_id: str) -> list[int]:
    """For each firm the one row: of the step's own category, else of the largest capacity.

    Among equals the line's own category comes first, then the category's name.
    """
    best: dict[str, tuple[tuple[bool, int, bool, str], int]] = {}
    columns = (found.get(name, []) for name in ("firm_ids", "categories", "weekly"))
    for i, (firm_id, category, weekly) in enumerate(zip(*columns, strict=True)):
        key = (category not in spellings, -weekly, category != category_id, category)
        if firm_id not in best or key < best[firm_id][0]:
            best[firm_id] = (key, i)
    return [i for _, i in best.values()]


def _lined_up(found: dict[str, Any], place: dict[str, int], name: str, blank: Any) -> list[Any]:
    """A column in the order of the candidates; firms that are none are left out."""
    column = [blank] * len(place)
    for firm_id, value in zip(found.get("firm_ids", []), found.get(name, []), strict=True):
        if (i := place.get(firm_id)) is not None:
            column[i] = value
    return column


def _lists(found: dict[str, Any], place: dict[str, int], name: str) -> list[list[Any]]:
    return _lined_up(found, place, name, [])


def _ints(found: dict[str, Any], place: dict[str, int], name: str, blank: int) -> Ints:
    if not found.get("firm_ids"):
        return np.full(len(place), blank, np.int64)
    return np.array(_lined_up(found, place, name, blank), np.int64).reshape(len(place))


def _ragged(found: dict[str, Any], place: dict[str, int], keys: str, values: str) -> Ragged:
    return Ragged.of(_lists(found, place, keys), _lists(found, place, values))


def _held(
    found: dict[str, Any], place: dict[str, int], own: Holds, categories: list[str]
) -> Ragged:
    """What bids for other requests hold."""
    ids = found.get("firm_ids", [])
    columns = (found.get(name, []) for name in ("held_weeks", "held_quantities"))
    others = [
        [pieces - own.get(f"{firm_id}|{category}", {}).get(week, 0) for week, pieces in pairs]
        for firm_id, category, pairs in zip(
            ids, categories, (zip(*pair, strict=True) for pair in zip(*columns, strict=True)),
            strict=True,
        )
    ]  # fmt: skip
    return _ragged({**found, "others": others}, place, "held_weeks", "others")


def _classes(
    found: dict[str, Any], place: dict[str, int], name: str, classes: tuple[str, ...]
) -> Ints:
    rank = {word: i for i, word in enumerate(classes)}
    words = _lined_up(found, place, name, "")
    return np.fromiter((rank.get(word, UNKNOWN) for word in words), np.int64, len(words))


def _flags(place: dict[str, int], firm_ids: set[str]) -> Flags:
    flags = np.zeros(len(place), np.bool_)
    flags[[place[firm_id] for firm_id in firm_ids]] = True
    return flags
