"""What firms state beyond capacity, in a few words a firm."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np

from supplychain.matching.candidates.arrays import Coded, Ragged
from supplychain.matching.candidates.columns import Candidates
from supplychain.matching.candidates.stated import Facts, Stage
from supplychain.matching.feasibility.routing import with_routing
from supplychain.matching.need import Need
from supplychain.matching.performance import priors
from supplychain.matching.ranking.rank import rank
from supplychain.matching.rows import Ranking
from supplychain.model.parts_requests.requirements import GEOMETRICAL, LINEAR, Requirements
from tests.matching.make import make_candidates, make_need

SIZES = ("length_mm", "width_mm", "height_mm")
OWN = (
    *SIZES, "processes", "materials", "weight_kg", "linear", "geometrical", "ends", "region",
    "barred", "lot_size", "steps",
)  # fmt: skip
"""Words of a firm that are stated facts; all others are columns of ``make_candidates``."""


def make_stated(*firms: dict[str, Any], steps: tuple[str, ...] = ()) -> Candidates:
    """Candidates with facts; ``steps`` of a firm: name -> (weekly, lead_days)."""
    plain = [
        {"firm_id": f"firm-{i:02}", **{k: v for k, v in one.items() if k not in OWN}}
        for i, one in enumerate(firms)
    ]
    able = replace(
        make_candidates(*plain),
        facts=_facts(firms),
        lot_size=np.array([one.get("lot_size", 0) for one in firms], np.int64),
    )
    stages = tuple(_stage(step, firms) for step in steps)
    if not steps:
        return able
    return with_routing(able, stages, name="forgings", own_lead_days=able.lead_days)


def _facts(firms: tuple[dict[str, Any], ...]) -> Facts:
    return Facts(
        processes=[list(one.get("processes", [])) for one in firms],
        materials=[list(one.get("materials", [])) for one in firms],
        envelope_mm=np.array(
            [[one.get(side, -1) for side in SIZES] for one in firms], np.int64
        ).reshape(len(firms), 3),
        weight_kg=np.array([one.get("weight_kg", -1) for one in firms], np.int64),
        linear=np.array([_class(one, "linear", LINEAR) for one in firms], np.int64),
        geometrical=np.array([_class(one, "geometrical", GEOMETRICAL) for one in firms], np.int64),
        certificate_ends=[list(one.get("ends", [])) for one in firms],
        regions=[(one.get("region", ""), "CN" if "region" in one else "") for one in firms],
        barred=np.array([one.get("barred", False) for one in firms], np.bool_),
    )


def _class(one: dict[str, Any], name: str, classes: tuple[str, ...]) -> int:
    return classes.index(one[name]) if name in one else -1


def _stage(step: str, firms: tuple[dict[str, Any], ...]) -> Stage:
    held = [one.get("steps", {}).get(step) for one in firms]
    none = [[] for _ in firms]
    return Stage(
        name=step,
        has=np.array([one is not None for one in held], np.bool_),
        own=np.zeros(len(firms), np.bool_),
        category=Coded.of_values([step if one else "" for one in held]),
        weekly_capacity=np.array([one[0] if one else 0 for one in held], np.int64),
        pace=Coded.of_values([""] * len(firms)),
        lot_size=np.zeros(len(firms), np.int64),
        lead_days=np.array([one[1] if one else -1 for one in held], np.int64),
        booked=Ragged.of(none, none),
    )


def make_asked(**given: Any) -> Need:
    """A need with requirements; other words are those of ``make_need``."""
    names = Requirements.__dataclass_fields__
    asked = {name: value for name, value in given.items() if name in names}
    rest = {name: value for name, value in given.items() if name not in names}
    return make_need(**rest, requirements=Requirements.of(asked))


def ranked(need: Need, firms: Candidates) -> Ranking:
    """The ranking of a line whose firms are all there is of the category."""
    return rank(need, firms, priors=priors(firms))
