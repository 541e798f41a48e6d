"""Problems and answers as the JSON of award files: numbers are decimal texts."""

from __future__ import annotations

from dataclasses import fields, is_dataclass
from decimal import Decimal
from typing import Final

from supplychain.award.answer import Answer, Clash
from supplychain.award.exact import decimal_text
from supplychain.award.problem.problem import (
    DatedCapacity,
    Limits,
    Problem,
    ProblemBid,
    ProblemBundle,
    ProblemLine,
    ProblemTier,
    Supplier,
)
from supplychain.award.rules.kinds import write_rule
from supplychain.errors import FieldError


def to_raw(problem: Problem) -> dict[str, object]:
    """The JSON of a problem; ``reading.parse`` makes the same problem of it."""
    raw: dict[str, object] = {
        "currency": problem.currency,
        "lines": [_write_line(line) for line in problem.lines],
        "suppliers": [_write_supplier(one) for one in problem.suppliers],
        "bids": [_write_bid(bid) for bid in problem.bids],
        "bundles": [_write_bundle(one) for one in problem.bundles],
        "rules": [write_rule(rule) for rule in problem.rules],
        "limits": _write_limits(problem.limits),
    }
    if problem.capacities:
        raw["capacities"] = [_write_capacity(one) for one in problem.capacities]
    if problem.objective != "cost":
        raw["objective"] = problem.objective
    if problem.expected_weight != 1 or problem.objective != "cost":
        raw["expected_weight"] = decimal_text(problem.expected_weight)
    return raw


def _write_line(line: ProblemLine) -> dict[str, object]:
    """A line; what it does not have is left out."""
    raw: dict[str, object] = {"id": line.id, "quantity": decimal_text(line.quantity)}
    if not line.divisible:
        raw["divisible"] = False
    if line.max_suppliers is not None:
        raw["max_suppliers"] = line.max_suppliers
    if line.max_quantity is not None:
        raw["max_quantity"] = decimal_text(line.max_quantity)
    if line.shortage_price is not None:
        raw["shortage_price"] = decimal_text(line.shortage_price)
    if line.step:
        raw["step"] = decimal_text(line.step)
    flags = {
        "single_source": line.single_source,
        "overbuy": line.overbuy,
        "whole": line.whole,
    }
    return raw | {name: True for name, is_set in flags.items() if is_set}


def _write_supplier(supplier: Supplier) -> dict[str, object]:
    raw: dict[str, object] = {"id": supplier.id}
    if supplier.capacity is not None:
        raw["capacity"] = decimal_text(supplier.capacity)
    raw["one_off_cost"] = decimal_text(supplier.one_off_cost)
    raw["attributes"] = {
        name: float(value) if isinstance(value, Decimal) else value
        for name, value in supplier.attributes.items()
    }
    return raw


def _write_bid(bid: ProblemBid) -> dict[str, object]:
    raw: dict[str, object] = {
        "supplier": bid.supplier,
        "line": bid.line,
        "tiers": [_write_tier(tier) for tier in bid.tiers],
        "tier_rule": bid.tier_rule,
        "min_quantity": decimal_text(bid.min_quantity),
        "max_quantity": decimal_text(bid.max_quantity),
        "line_cost": decimal_text(bid.line_cost),
        "expected_cost": decimal_text(bid.expected_cost),
        "late": bid.late,
    }
    if bid.pack:
        raw["pack"] = decimal_text(bid.pack)
    if bid.load_per_unit != 1:
        raw["load_per_unit"] = decimal_text(bid.load_per_unit)
    if bid.lead_days is not None:
        raw["lead_days"] = bid.lead_days
    return raw


def _write_tier(tier: ProblemTier) -> dict[str, object]:
    return {"from": decimal_text(tier.start), "unit_price": decimal_text(tier.unit_price)}


def _write_bundle(bundle: ProblemBundle) -> dict[str, object]:
    return {
        "supplier": bundle.supplier,
        "lines": list(bundle.lines),
        "discount": decimal_text(bundle.discount),
    }


def _write_capacity(one: DatedCapacity) -> dict[str, object]:
    raw: dict[str, object] = {
        "supplier": one.supplier,
        "lines": list(one.lines),
        "by": one.by,
        "at_most": decimal_text(one.at_most),
    }
    if one.lot_size:
        raw["lot_size"] = decimal_text(one.lot_size)
    if one.takes:
        raw["takes"] = [decimal_text(each) for each in one.takes]
    return raw if one.shown else {**raw, "shown": False}


def _write_limits(limits: Limits) -> dict[str, object]:
    seconds = decimal_text(Decimal(repr(limits.seconds)))
    return {"seconds": seconds, "gap": decimal_text(limits.gap)}


def answer_to_raw(answer: Answer) -> dict[str, object]:
    """The JSON of an answer; it says null for what is not there."""
    raw = {one.name: _write_value(getattr(answer, one.name)) for one in fields(answer)}
    raw["clash"] = [_write_clash(one) for one in answer.clash]
    return {name: raw[name] for name in ORDER}


ORDER: Final = (
    "status", "cost", "bound", "gap", "allocations", "suppliers", "shortages", "bundles",
    "switches", "expected", "clash", "seconds",
)  # fmt: skip


def _write_clash(one: Clash) -> dict[str, object]:
    english = FieldError(pointer="", message=one.message, values=one.values)
    return {
        "kind": one.kind,
        "subject": one.subject,
        "message": one.message,
        "values": {name: _write_value(value) for name, value in one.values},
        "text": english.text,
    }


def _write_value(value: object) -> object:
    """A part of an answer; within it, what is not there is left out."""
    if isinstance(value, Decimal):
        return decimal_text(value)
    if is_dataclass(value):
        named = {one.name: getattr(value, one.name) for one in fields(value)}
        return {name: _write_value(one) for name, one in named.items() if one is not None}
    if isinstance(value, tuple | list):
        return [_write_value(one) for one in value]
    return value
