"""Ranking rows as the graph keeps them: JSON whose keys are the names of the fields.

An amount's key ends in ``_e4``, also where the field's name does not (``Change``,
``WeightBand``). What has nothing to say is left out. Rankings kept by older versions, which know
less, are read too.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import fields, is_dataclass
from typing import Any

from supplychain.matching.rows import (
    COST_FACTS,
    DEFECT_COST,
    Assumptions,
    Change,
    CodedFact,
    ExpectedCostRow,
    FactValues,
    LandedCostRow,
    LikelyRanks,
    OrderRanks,
    PassingChange,
    PerformanceRow,
    Promise,
    Proposal,
    Proposals,
    ProposedFirm,
    RankedFirm,
    Ranking,
    Reason,
    Reference,
    StaysFirst,
    TermRow,
    ToBeFirst,
    ToPass,
    UnableFirm,
    Unknown,
    WeightBand,
    WeightBands,
)
from supplychain.model.cost_settings import COST_PERFORMANCE

Json = dict[str, Any]

LEFT_OUT: dict[type, frozenset[str]] = {
    RankedFirm: frozenset(
        {"ranks", "expected_cost", "to_be_first", "unknowns", "likely_ranks", "on_request"}
    ),
    UnableFirm: frozenset({"to_pass"}),
    PerformanceRow: frozenset({"responsiveness", "resilience"}),
    Promise: frozenset({"lot_size", "made", "step"}),
    ToBeFirst: frozenset({"stays"}),
    Change: frozenset({"of"}),
    ProposedFirm: frozenset({"figures"}),
}
"""Fields by class whose key is not written where they are as by default; a None is null else."""


def ranking_to_json(ranking: Ranking) -> str:
    """The rows of a ranking; its counts are properties of their own in the graph."""
    body = {
        "best": _write_value(ranking.best),
        "unable": _write_value(ranking.unable),
        "reference": _write_value(ranking.reference),
        "assumptions": _write_value(ranking.assumptions),
        "together": _write_value(ranking.together),
        "weights": _write_value(ranking.weights),
    }
    return json.dumps(body, ensure_ascii=False, separators=(",", ":"))


def ranking_from_json(text: str, *, able: int, failed: int) -> Ranking:
    """A ranking from its rows and counts; ``alone`` is not kept and 0."""
    body: Json = json.loads(text)
    return Ranking(
        able=able,
        failed=failed,
        best=tuple(_read_ranked(row) for row in body["best"]),
        unable=tuple(_read_unable(row) for row in body["unable"]),
        reference=Reference(**body["reference"]),
        assumptions=_read_assumptions(body.get("assumptions") or {}),
        together=_read_proposals(body.get("together")),
        weights=_read_bands(body.get("weights") or {}),
    )


def ranked_firm_to_json(row: RankedFirm) -> Json:
    """One row of a ranking, as it is kept."""
    return _write_value(row)


def facts_to_json(facts: Iterable[CodedFact]) -> list[Json]:
    """Facts with their figures, as they are kept."""
    return [_write_value(fact) for fact in facts]


def facts_from_json(facts: list[Json]) -> tuple[CodedFact, ...]:
    """The same facts, read back."""
    return tuple(
        CodedFact(code=fact["code"], values=_read_values(fact["values"])) for fact in facts
    )


def _write_value(value: Any) -> Any:
    """Rows of any depth as plain values."""
    if isinstance(value, (tuple, list)):
        return [_write_value(one) for one in value]
    if isinstance(value, (FactValues, dict)):
        return {name: _write_value(one) for name, one in value.items()}
    if isinstance(value, Unknown):
        more = {"may_fail": True} if value.may_fail else {}
        facts = {"facts": list(value.facts)} if value.facts else {}
        names = ("what", "treated", "best", "worst")
        return {**{name: getattr(value, name) for name in names}, **more, **facts}
    if is_dataclass(value):
        return _write_fields(value)
    return value


def _write_fields(value: Any) -> Json:
    amounts: tuple[str, ...] = ()
    if isinstance(value, Change | WeightBand) and value.is_amount:
        amounts = ("now", "then", "low", "high")
    sparse = LEFT_OUT.get(type(value), frozenset())
    return {
        f"{field.name}_e4" if field.name in amounts else field.name: _write_value(one)
        for field in fields(value)
        if (one := getattr(value, field.name)) != field.default or field.name not in sparse
    }


def _read_ranked(row: Json) -> RankedFirm:
    ranks, expected, likely = (row.get(name) for name in ("ranks", "expected_cost", "likely_ranks"))
    to_be_first, unknowns = row.get("to_be_first"), row.get("unknowns")
    return RankedFirm(
        firm_id=row["firm_id"],
        rank=row["rank"],
        score=row["score"],
        ranks=OrderRanks(**ranks) if ranks else None,
        landed_cost=_read_landed(row["landed_cost"]),
        expected_cost=ExpectedCostRow(**expected) if expected else None,
        performance=_read_performance(row["performance"]),
        capacity=Promise(**row["capacity"]),
        lead_days=row["lead_days"],
        reasons=tuple(_read_reason(reason) for reason in row["reasons"]),
        to_be_first=_read_to_be_first(to_be_first) if to_be_first else None,
        unknowns=None if unknowns is None else tuple(_read_unknown(one) for one in unknowns),
        likely_ranks=LikelyRanks(**likely) if likely else None,
        on_request=tuple(row.get("on_request", ())),
    )


def _read_landed(cost: Json) -> LandedCostRow:
    names = (field.name for field in fields(LandedCostRow))
    return LandedCostRow(**{name: cost.get(name) for name in names})


def _read_performance(performance: Json) -> PerformanceRow:
    terms = {name: TermRow(**one) for name, one in performance.items() if isinstance(one, dict)}
    return PerformanceRow(**{**performance, **terms})


def _read_reason(reason: Json) -> Reason:
    return Reason(**{**reason, "values": _read_values(reason["values"])})


def _read_values(values: Json) -> FactValues:
    return FactValues(**{name: _read_value(one) for name, one in values.items()})


def _read_value(value: Any) -> Any:
    if isinstance(value, list):
        return [_read_values(one) if isinstance(one, dict) else one for one in value]
    return value


def _read_to_be_first(row: Json) -> ToBeFirst:
    stays = row.get("stays")
    return ToBeFirst(
        changes=tuple(_read_change(change) for change in row["changes"]),
        stays=StaysFirst(**stays) if stays else None,
    )


def _read_change(change: Json) -> Change:
    unit = "_e4" if change["what"] in COST_FACTS else ""
    return Change(
        what=change["what"],
        now=change[f"now{unit}"],
        then=change[f"then{unit}"],
        share=change["share"],
        of=change.get("of"),
        smallest=change["smallest"],
    )


def _read_unknown(unknown: Json) -> Unknown:
    return Unknown(**{**unknown, "facts": tuple(unknown.get("facts", ()))})


def _read_unable(row: Json) -> UnableFirm:
    to_pass = row.get("to_pass")
    changes = tuple(PassingChange(**change) for change in to_pass["changes"]) if to_pass else ()
    return UnableFirm(
        firm_id=row["firm_id"],
        facts=facts_from_json(row["facts"]),
        to_pass=ToPass(alone=to_pass["alone"], changes=changes) if to_pass else None,
    )


def _read_assumptions(row: Json) -> Assumptions:
    return Assumptions(
        rank_by=row.get("rank_by", COST_PERFORMANCE),
        settings=row.get("settings", {}),
        defaults=tuple(row.get("defaults", ())),
        weights=row.get("weights", {}),
        unknown=tuple(row.get("unknown", ())),
        currencies_without_rate=tuple(row.get("currencies_without_rate", ())),
    )


def _read_bands(row: Json) -> WeightBands:
    return WeightBands(
        rank_by=row.get("rank_by", COST_PERFORMANCE),
        bands=tuple(_read_band(band) for band in row.get("bands", ())),
    )


def _read_band(band: Json) -> WeightBand:
    unit = "_e4" if band["name"] == DEFECT_COST else ""
    ends = {name: band[f"{name}{unit}"] for name in ("now", "low", "high")}
    return WeightBand(name=band["name"], **ends, below=band["below"], above=band["above"])


def _read_proposals(row: Json | None) -> Proposals | None:
    if row is None:
        return None
    return Proposals(
        cheapest=_read_proposal(row["cheapest"]),
        most_reliable=_read_proposal(row["most_reliable"]),
        firms_able=row["firms_able"],
        firms_at_most=row["firms_at_most"],
    )


def _read_proposal(row: Json | None) -> Proposal | None:
    if row is None:
        return None
    return Proposal(**{**row, "firms": tuple(_read_proposed(firm) for firm in row["firms"])})


def _read_proposed(row: Json) -> ProposedFirm:
    return ProposedFirm(**{**row, "figures": tuple(row.get("figures", ()))})
