"""What a line requires against what firms state: process, material, size, tolerance, region.

What a firm does not state is unknown: it does not fail, it is named. Sides are compared from the
longest to the shortest, because a part may be turned round; a side that a firm does not state
has no limit.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from supplychain.matching.candidates.arrays import UNKNOWN, Coded, Flags, Ints
from supplychain.matching.candidates.columns import Candidates
from supplychain.matching.candidates.stated import Facts
from supplychain.matching.need import Need
from supplychain.model.names import covers_certificate, fold_names
from supplychain.model.parts_requests.requirements import (
    GEOMETRICAL,
    LINEAR,
    SIDES,
    fold_term,
    fold_terms,
)

_NO_LIMIT = np.iinfo(np.int64).max


def fails(need: Need, able: Candidates) -> dict[str, Flags]:
    """Per required fact, which of n firms fail it. Facts that nobody asks for are not tried."""
    facts, asked = able.facts, need.requirements
    if facts is None:
        return {}
    found: dict[str, Flags] = {}
    if asked.process:
        found["process_missing"] = _lack(asked.process, facts.processes)
    if asked.material:
        found["material_missing"] = _lack(asked.material, facts.materials)
    if any(asked.sides):
        found["envelope_exceeded"] = np.any(_asked_sides(need) > _sorted_sides(facts), axis=1)
    if asked.weight_kg:
        found["weight_exceeded"] = _over(asked.weight_kg, facts.weight_kg)
    for name, code in (("linear", "tolerance_too_coarse"), ("geometrical", "geometry_too_coarse")):
        if (wanted := _class_asked(need, name)) != UNKNOWN:
            found[code] = getattr(facts, name) > wanted
    if need.certificates:
        found["certificate_expires"] = _rows_where(facts, lambda i: bool(expiring(need, able, i)))
    if asked.regions:
        found["region_not_allowed"] = _outside(need, facts)
    if facts.barred.any():
        found["barred_by_chain"] = facts.barred
    return found


def values(need: Need, able: Candidates, code: str, i: int) -> dict[str, Any]:
    """The numbers of one failing fact of firm ``i``: by how much."""
    assert able.facts is not None
    return _VALUES[code](need, able, able.facts, i)


def unknowns(need: Need, able: Candidates, i: int) -> list[str]:
    """What the line asks and firm ``i`` does not state: process, material, envelope, …"""
    facts, asked = able.facts, need.requirements
    if facts is None:
        return []
    stated = fold_names(facts.regions[i] if facts.regions else ())
    blank = {
        "process": asked.process and not fold_terms(facts.processes[i]),
        "material": asked.material and not fold_terms(facts.materials[i]),
        "envelope": any(asked.sides) and (facts.envelope_mm[i] < 0).any(),
        "weight": asked.weight_kg and facts.weight_kg[i] < 0,
        "tolerance_linear": asked.tolerance_linear and facts.linear[i] < 0,
        "tolerance_geometrical": asked.tolerance_geometrical and facts.geometrical[i] < 0,
        "region": asked.regions and not stated,
        "certificate_end": need.certificates and _undated(need, able, i),
    }
    return [name for name, is_blank in blank.items() if is_blank]


def expiring(need: Need, able: Candidates, i: int) -> list[dict[str, str]]:
    """Certificates of firm ``i`` that end before the need date, where none that lasts proves it.

    Of several that prove one requirement the one that ends last counts; one without an end may
    last.
    """
    last = need.needed_by.isoformat()
    ended = [
        max(proofs, key=lambda proof: proof[1])
        for proofs in _list_proofs(need, able, i)
        if proofs and all(ends_on and ends_on < last for _, ends_on in proofs)
    ]
    return [{"name": name, "ends_on": ends_on} for name, ends_on in dict.fromkeys(ended)]


def _list_proofs(need: Need, able: Candidates, i: int) -> list[list[tuple[str, str]]]:
    """For each required certificate those of firm ``i`` that prove it, with their ends or ""."""
    assert able.facts is not None
    held, ends = able.certificates[i], able.facts.certificate_ends[i]
    ends = ends if len(ends) == len(held) else [""] * len(held)
    return [
        [pair for pair in zip(held, ends, strict=True) if covers_certificate(pair[0], required)]
        for required in need.certificates
    ]


def _undated(need: Need, able: Candidates, i: int) -> bool:
    """Whether a certificate without an end proves some requirement, and none that lasts does."""
    last = need.needed_by.isoformat()
    return any(
        any(not ends_on for _, ends_on in proofs) and all(ends_on < last for _, ends_on in proofs)
        for proofs in _list_proofs(need, able, i)
    )


def _lack(wanted: str, stated: list[list[str]]) -> Flags:
    """Which of n firms state something, but not what is wanted."""
    name = fold_term(wanted)
    lists = map(fold_terms, stated)
    return np.fromiter((bool(each) and name not in each for each in lists), np.bool_, len(stated))


def _over(wanted: int, most: Ints) -> Flags:
    return (most >= 0) & (most < wanted)


def _asked_sides(need: Need) -> Ints:
    """The part's sides, longest first; 0 is not asked."""
    return np.array(sorted((side or 0 for side in need.requirements.sides), reverse=True))


def _sorted_sides(facts: Facts) -> Ints:
    """n × 3 sides, longest first."""
    sides = np.where(facts.envelope_mm < 0, _NO_LIMIT, facts.envelope_mm)
    return -np.sort(-sides, axis=1)


def _class_asked(need: Need, name: str) -> int:
    asked = getattr(need.requirements, f"tolerance_{name}")
    classes = LINEAR if name == "linear" else GEOMETRICAL
    return classes.index(asked) if asked in classes else UNKNOWN


def _rows_where(facts: Facts, holds: Callable[[int], bool]) -> Flags:
    """Flags of the rows with certificate ends of which something holds; the others are not."""
    flags = np.zeros(len(facts.certificate_ends), np.bool_)
    for i, ends in enumerate(facts.certificate_ends):
        if ends:
            flags[i] = holds(i)
    return flags


def _outside(need: Need, facts: Facts) -> Flags:
    wanted = fold_names(need.requirements.regions)

    def is_outside(pair: tuple[str, str]) -> bool:
        stated = fold_names(pair)
        return bool(stated) and wanted.isdisjoint(stated)

    return Coded.of_values(facts.regions).flags(is_outside)


def _envelope(need: Need, _able: Candidates, facts: Facts, i: int) -> dict[str, Any]:
    """Which sides are too long for the machine, named as the part's own sides."""
    asked = [side or 0 for side in need.requirements.sides]
    order = sorted(range(3), key=lambda side: -asked[side])
    most = _sorted_sides(facts)[i]
    return {
        "sides": [
            {
                "side": SIDES[side].removesuffix("_mm"),
                "part_mm": asked[side],
                "most_mm": int(most[rank]),
                "over_mm": asked[side] - int(most[rank]),
            }
            for rank, side in enumerate(order)
            if asked[side] > most[rank]
        ]
    }


def _weight(need: Need, _able: Candidates, facts: Facts, i: int) -> dict[str, Any]:
    weight, most = need.requirements.weight_kg or 0, int(facts.weight_kg[i])
    return {"weight_kg": weight, "most_kg": most, "over_kg": weight - most}


def _linear(need: Need, _able: Candidates, facts: Facts, i: int) -> dict[str, Any]:
    return _coarse(_class_asked(need, "linear"), int(facts.linear[i]), LINEAR)


def _geometrical(need: Need, _able: Candidates, facts: Facts, i: int) -> dict[str, Any]:
    return _coarse(_class_asked(need, "geometrical"), int(facts.geometrical[i]), GEOMETRICAL)


def _coarse(asked: int, offered: int, classes: tuple[str, ...]) -> dict[str, Any]:
    return {"asked": classes[asked], "offered": classes[offered], "steps": offered - asked}


def _expires(need: Need, able: Candidates, _facts: Facts, i: int) -> dict[str, Any]:
    needed_by = need.needed_by.isoformat()
    return {"certificates": expiring(need, able, i), "needed_by": needed_by}


def _region(need: Need, _able: Candidates, facts: Facts, i: int) -> dict[str, Any]:
    region, country = facts.regions[i]
    return {"regions": list(need.requirements.regions), "region": region or country}


_VALUES: dict[str, Callable[[Need, Candidates, Facts, int], dict[str, Any]]] = {
    "process_missing": lambda need, _able, facts, i: {
        "process": need.requirements.process, "processes": facts.processes[i]
    },
    "material_missing": lambda need, _able, facts, i: {
        "material": need.requirements.material, "materials": facts.materials[i]
    },
    "envelope_exceeded": _envelope,
    "weight_exceeded": _weight,
    "tolerance_too_coarse": _linear,
    "geometry_too_coarse": _geometrical,
    "certificate_expires": _expires,
    "region_not_allowed": _region,
    "barred_by_chain": lambda _need, _able, _facts, _i: {},
}  # fmt: skip
