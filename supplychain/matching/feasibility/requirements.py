"""What a line requires against what firms state: process, material, size, tolerance, region.

What a firm does not state is unknown: it does not fail, it is named. Sides are compared from the
longest to the shortest, because a part may be turned round; a side that a firm does not state
has no limit.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from supplychain.matching.candidates.arrays import UNKNOWN, Coded, Flags, Ints
from supplychain.matching.candidates.columns import Candidates
from supplychain.matching.candidates.stated import Facts
from supplychain.matching.need import Need
from supplychain.matching.rows import FactValues
from supplychain.model.names import covers_certificate, fold_names
from supplychain.model.parts_requests.requirements import (
    GEOMETRICAL,
    LINEAR,
    SIDES,
    fold_term,
    fold_terms,
)

_NO_LIMIT = np.iinfo(np.int64).max


def flag_failures(need: Need, able: Candidates) -> dict[str, Flags]:
    """Per required fact, which of n firms fail it. Facts that nobody asks for are not tried."""
    facts, asked = able.facts, need.requirements
    if facts is None:
        return {}
    found: dict[str, Flags] = {}
    if asked.process:
        found["process_missing"] = _flag_lacking(asked.process, facts.processes)
    if asked.material:
        found["material_missing"] = _flag_lacking(asked.material, facts.materials)
    if any(asked.sides):
        found["envelope_exceeded"] = np.any(
            _sort_part_sides(need) > _sort_stated_sides(facts), axis=1
        )
    if asked.weight_kg:
        found["weight_exceeded"] = _exceed_weight(asked.weight_kg, facts.weight_kg)
    for name, code in (("linear", "tolerance_too_coarse"), ("geometrical", "geometry_too_coarse")):
        if (wanted := _required_class(need, name)) != UNKNOWN:
            found[code] = getattr(facts, name) > wanted
    if need.certificates:
        found["certificate_expires"] = _rows_where(
            facts, lambda i: bool(list_expiring(need, able, i))
        )
    if asked.regions:
        found["region_not_allowed"] = _flag_outside(need, facts)
    if facts.barred.any():
        found["barred_by_chain"] = facts.barred
    return found


def measure_failure(need: Need, able: Candidates, code: str, i: int) -> FactValues:
    """The figures of one failing fact of firm ``i``: by how much.

    Args:
        need: the line.
        able: columns of n firms, with their stated facts.
        code: one of those of ``flag_failures``, but not ``barred_by_chain``, which has no figures.
        i: a row of the columns.
    """
    facts, required = able.facts, need.requirements
    assert facts is not None
    match code:
        case "process_missing":
            return FactValues(process=required.process, processes=facts.processes[i])
        case "material_missing":
            return FactValues(material=required.material, materials=facts.materials[i])
        case "envelope_exceeded":
            return FactValues(
                sides=[excess.as_values() for excess in find_excesses(need, facts, i)]
            )
        case "weight_exceeded":
            weight, most = required.weight_kg or 0, int(facts.weight_kg[i])
            return FactValues(weight_kg=weight, most_kg=most, over_kg=weight - most)
        case "tolerance_too_coarse" | "geometry_too_coarse":
            wanted, offered, steps = compare_tolerance(need, facts, code, i)
            return FactValues(asked=wanted, offered=offered, steps=steps)
        case "certificate_expires":
            ending = [
                FactValues(name=name, ends_on=day) for name, day in list_expiring(need, able, i)
            ]
            return FactValues(certificates=ending, needed_by=need.needed_by.isoformat())
        case _:
            region, country = facts.regions[i]
            return FactValues(regions=list(required.regions), region=region or country)


def list_unstated(need: Need, able: Candidates, i: int) -> list[str]:
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
        "certificate_end": need.certificates and _has_undated(need, able, i),
    }
    return [name for name, is_blank in blank.items() if is_blank]


def list_expiring(need: Need, able: Candidates, i: int) -> list[tuple[str, str]]:
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
    return list(dict.fromkeys(ended))


@dataclass(frozen=True, slots=True, kw_only=True)
class SideExcess:
    """A side of the part that is too long for the firm's machine, in mm."""

    side: str
    part_mm: int
    most_mm: int

    def as_values(self) -> FactValues:
        """As figures of a failing fact."""
        over_mm = self.part_mm - self.most_mm
        return FactValues(
            side=self.side, part_mm=self.part_mm, most_mm=self.most_mm, over_mm=over_mm
        )


def find_excesses(need: Need, facts: Facts, i: int) -> list[SideExcess]:
    """Which sides are too long for the machine of firm ``i``, named as the part's own sides."""
    sides = [side or 0 for side in need.requirements.sides]
    order = sorted(range(3), key=lambda side: -sides[side])
    most = _sort_stated_sides(facts)[i]
    return [
        SideExcess(
            side=SIDES[side].removesuffix("_mm"), part_mm=sides[side], most_mm=int(most[rank])
        )
        for rank, side in enumerate(order)
        if sides[side] > most[rank]
    ]


def compare_tolerance(need: Need, facts: Facts, code: str, i: int) -> tuple[str, str, int]:
    """The tolerance class that is asked, the one firm ``i`` offers, and the steps between."""
    if code == "tolerance_too_coarse":
        wanted, offered, classes = _required_class(need, "linear"), int(facts.linear[i]), LINEAR
    else:
        wanted, offered = _required_class(need, "geometrical"), int(facts.geometrical[i])
        classes = GEOMETRICAL
    return classes[wanted], classes[offered], offered - wanted


def _list_proofs(need: Need, able: Candidates, i: int) -> list[list[tuple[str, str]]]:
    """For each required certificate those of firm ``i`` that prove it, with their ends or ""."""
    assert able.facts is not None
    held, ends = able.certificates[i], able.facts.certificate_ends[i]
    ends = ends if len(ends) == len(held) else [""] * len(held)
    return [
        [pair for pair in zip(held, ends, strict=True) if covers_certificate(pair[0], required)]
        for required in need.certificates
    ]


def _has_undated(need: Need, able: Candidates, i: int) -> bool:
    """Whether a certificate without an end proves some requirement, and none that lasts does."""
    last = need.needed_by.isoformat()
    return any(
        any(not ends_on for _, ends_on in proofs) and all(ends_on < last for _, ends_on in proofs)
        for proofs in _list_proofs(need, able, i)
    )


def _flag_lacking(wanted: str, stated: list[list[str]]) -> Flags:
    """Which of n firms state something, but not what is wanted."""
    name = fold_term(wanted)
    lists = map(fold_terms, stated)
    return np.fromiter((bool(each) and name not in each for each in lists), np.bool_, len(stated))


def _exceed_weight(wanted: int, most: Ints) -> Flags:
    return (most >= 0) & (most < wanted)


def _sort_part_sides(need: Need) -> Ints:
    """The part's sides, longest first; 0 is not asked."""
    return np.array(sorted((side or 0 for side in need.requirements.sides), reverse=True))


def _sort_stated_sides(facts: Facts) -> Ints:
    """n × 3 sides, longest first."""
    sides = np.where(facts.envelope_mm < 0, _NO_LIMIT, facts.envelope_mm)
    return -np.sort(-sides, axis=1)


def _required_class(need: Need, name: str) -> int:
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


def _flag_outside(need: Need, facts: Facts) -> Flags:
    wanted = fold_names(need.requirements.regions)

    def is_outside(pair: tuple[str, str]) -> bool:
        stated = fold_names(pair)
        return bool(stated) and wanted.isdisjoint(stated)

    return Coded.of_values(facts.regions).flags(is_outside)
