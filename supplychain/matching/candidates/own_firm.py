"""One firm as the candidates of a line, from what it stated itself and nothing else."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np

from supplychain.matching.candidates import lineup
from supplychain.matching.candidates.arrays import UNKNOWN, Ragged
from supplychain.matching.candidates.columns import Candidates
from supplychain.matching.candidates.stated import Facts, Stage
from supplychain.matching.cost.exchange import Exchange
from supplychain.matching.feasibility.routing import with_routing
from supplychain.matching.feasibility.windows import merged
from supplychain.matching.need import Need, Site
from supplychain.model.parts_requests.requirements import (
    GEOMETRICAL,
    LINEAR,
    SIDES,
    fold_term,
    fold_terms,
)

Row = dict[str, Any]
COUNTS = (
    "delivered_lines", "on_time_lines", "received_quantity", "rejected_quantity", "asked",
    "answered",
)  # fmt: skip
LISTS = ("certificates", "booked_weeks", "booked_quantities")


def candidate(
    need: Need, abilities: list[Row], offer: Row | None, *, place: Row, is_barred: bool
) -> Candidates | None:
    """The firm as the only candidate of a line; None where it never said that it can make it.

    Args:
        need: the line.
        abilities: properties of all its capabilities, with ``held``: week -> pieces that bids for
            other requests hold.
        offer: properties of its offer for the line's part.
        place: its ``region`` and ``country``.
        is_barred: whether the chain of the request bars it.
    """
    own = next((one for one in abilities if one["category_id"] == need.category_id), None)
    if own is None:
        return None
    exchange = Exchange(to_currency=need.currency)
    columns: Row = {"firm_ids": [own["firm_id"]]}
    columns |= {name: [own[name] or 0] for name in (*COUNTS, "min_lot", "max_lot")}
    columns |= {name: [list(own[name] or [])] for name in LISTS}
    columns["weekly_capacity"] = [own["weekly_capacity"] or 0]
    columns["lead_days"] = [_or_unknown(own["lead_days"])]
    shared = lineup.of_category(columns, {}, exchange, site=Site())
    firms = lineup.of_line(
        shared, _offers(own, offer), exchange, part_id=need.part_id, today=need.today
    )
    firms = replace(
        firms,
        booked=merged(firms.booked, _weeks(own["held"])),
        lot_size=np.array([own["lot_size"] or 0], np.int64),
        facts=_facts(own, place, is_barred=is_barred),
    )
    steps = tuple(_stage(step, abilities, need.category_id) for step in need.requirements.routing)
    return with_routing(firms, steps, name=need.category_id) if steps else firms


def _offers(own: Row, offer: Row | None) -> Row:
    if offer is None:
        return {}
    return {
        "firm_ids": [own["firm_id"]],
        "currency": [offer["currency"] or ""],
        "moq": [offer["moq"] or 0],
        "lead_days": [_or_unknown(offer["lead_days"])],
        "tier_from": [list(offer["tier_from"] or [])],
        "tier_prices_e4": [list(offer["tier_prices_e4"] or [])],
        "tier_rule": [offer["tier_rule"] or ""],
        **{name: [UNKNOWN] for name in ("freight_e4", "tooling_e4", "payment_days")},
        "incoterm": [""],
    }


def _facts(own: Row, place: Row, *, is_barred: bool) -> Facts:
    return Facts(
        processes=[list(own["processes"] or [])],
        materials=[list(own["materials"] or [])],
        envelope_mm=np.array([[_or_unknown(own[side]) for side in SIDES]], np.int64),
        weight_kg=np.array([_or_unknown(own["weight_kg"])], np.int64),
        linear=np.array([_class(own["tolerance_linear"], LINEAR)], np.int64),
        geometrical=np.array([_class(own["tolerance_geometrical"], GEOMETRICAL)], np.int64),
        certificate_ends=[list(own["certificate_ends"] or [])],
        regions=[(place["region"] or "", place["country"] or "")],
        barred=np.array([is_barred], np.bool_),
    )


def _stage(step: str, abilities: list[Row], category_id: str) -> Stage:
    """A step of the routing: the capability of its own category, else the largest for it."""
    name = fold_term(step)
    fit = [
        one for one in abilities
        if name and name in fold_terms([one["category_id"], *(one["processes"] or [])])
    ]  # fmt: skip
    best = min(fit, key=lambda one: _preference(one, step, category_id), default=None)
    kept: Row = best or {}
    booked = Ragged.of([kept.get("booked_weeks") or []], [kept.get("booked_quantities") or []])
    return Stage(
        name=step,
        has=np.array([best is not None], np.bool_),
        own=np.array([kept.get("category_id") == category_id], np.bool_),
        weekly=np.array([kept.get("weekly_capacity") or 0], np.int64),
        lot_size=np.array([kept.get("lot_size") or 0], np.int64),
        lead_days=np.array([_or_unknown(kept.get("lead_days"))], np.int64),
        booked=merged(booked, _weeks(kept.get("held", {}))),
    )


def _preference(one: Row, step: str, category_id: str) -> tuple[bool, int, bool, str]:
    category = one["category_id"]
    is_other = fold_term(category) != fold_term(step)
    return is_other, -(one["weekly_capacity"] or 0), category != category_id, category


def _weeks(held: dict[int, int]) -> Ragged:
    pairs = sorted((week, pieces) for week, pieces in held.items() if pieces > 0)
    return Ragged.of([[week for week, _ in pairs]], [[pieces for _, pieces in pairs]])


def _class(word: str | None, classes: tuple[str, ...]) -> int:
    return classes.index(word) if word in classes else UNKNOWN


def _or_unknown(number: int | None) -> int:
    return UNKNOWN if number is None else number
