"""Ranking the lines of a parts request: lines of one category share what is read of it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime
from itertools import groupby
from typing import Any

from neo4j import Driver

from supplychain.graph import clusters, cost_settings
from supplychain.graph.engine.transactions import Tx, read
from supplychain.graph.rankings import candidates, capability_facts
from supplychain.graph.rankings.rankings import Asked
from supplychain.matching.candidates import lineup
from supplychain.matching.candidates.columns import Candidates
from supplychain.matching.consortium import together
from supplychain.matching.cost.exchange import Exchange
from supplychain.matching.need import Need, Site, Weights
from supplychain.matching.performance import Performance, Priors, performance, priors
from supplychain.matching.ranking.rank import Ranking, rank
from supplychain.model.cost_settings import CostSettings
from supplychain.model.parts_requests.requirements import Requirements

Line = dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Buyer:
    """What a request's buyer reckons with, the same for all its lines."""

    settings: CostSettings
    weights: Weights
    rank_by: str
    exchange: Exchange
    site: Site
    weight_kg: dict[str, float]

    @property
    def needs_places(self) -> bool:
        """Whether anything depends on where the suppliers are."""
        return bool(self.settings.freight_rates or self.settings.duty_rates)


def rank_lines(
    driver: Driver, asked: Asked, lines: list[Line], *, now: datetime
) -> Iterator[tuple[Line, Ranking]]:
    """Each line with its ranking, category by category; one category's columns are kept at a time.

    Args:
        driver: of the graph.
        asked: the request.
        lines: those of its lines that are to be ranked.
        now: its day is the first of work.
    """
    buyer = read(driver, _buyer, asked, [line["part_id"] for line in lines if line["part_id"]])
    ordered = sorted(lines, key=lambda line: (line["category_id"] or "", line["number"]))
    for category_id, group in groupby(ordered, key=lambda line: line["category_id"] or ""):
        yield from _rank_category(driver, asked, buyer, category_id, list(group), now)


def _buyer(tx: Tx, asked: Asked, part_ids: list[str]) -> Buyer:
    settings = cost_settings.get(tx, viewer=asked.buyer_id)
    age_days = int(settings.reckoned("rate_age_days"))
    return Buyer(
        settings=settings,
        weights=Weights.of(settings),
        rank_by=asked.rank_by or settings.reckoned("rank_by"),
        exchange=cost_settings.exchange(
            tx, currency=asked.currency, age_days=age_days, viewer=asked.buyer_id
        ),
        site=cost_settings.site(tx, viewer=asked.buyer_id),
        weight_kg=cost_settings.part_weights(tx, part_ids) if settings.freight_rates else {},
    )


def _rank_category(
    driver: Driver, asked: Asked, buyer: Buyer, category_id: str, lines: list[Line], now: datetime
) -> Iterator[tuple[Line, Ranking]]:
    shared = read(
        driver,
        candidates.for_category,
        category_id=category_id,
        viewer=asked.buyer_id,
        exchange=buyer.exchange,
        site=buyer.site,
        with_places=buyer.needs_places,
    )
    needs = {line["id"]: _need(asked, buyer, line, now) for line in lines}
    stated = read(
        driver,
        capability_facts.of_category,
        shared.firm_ids,
        list(needs.values()),
        category_id=category_id,
        viewer=asked.buyer_id,
        chain_id=asked.chain_id,
        request_id=asked.id,
    )
    known = record = None
    for some in _by_parts(lines, candidates.PARTS_A_READ):
        part_ids = [line["part_id"] for line in some if line["part_id"]]
        offers = read(driver, candidates.read_offers, part_ids=part_ids, viewer=asked.buyer_id)
        for line in some:
            firms = lineup.of_line(
                shared,
                offers.get(line["part_id"] or "", {}),
                buyer.exchange,
                part_id=line["part_id"],
                today=now.date(),
            )
            # The record of the firms depends on the category alone.
            known = known or priors(firms)
            record = record or performance(firms, priors=known, weights=buyer.weights)
            need = needs[line["id"]]
            firms = stated.complete(firms, need)
            ranking = rank(need, firms, priors=known, record=record)
            yield line, _with_together(driver, ranking, need, firms, known, record)


def _with_together(
    driver: Driver,
    ranking: Ranking,
    need: Need,
    firms: Candidates,
    known: Priors,
    record: Performance,
) -> Ranking:
    """The ranking with firms that can make together what none can make alone."""
    found = None if ranking.alone else together.pool(need, firms, priors=known, record=record)
    if found is None:
        return ranking
    members = read(driver, clusters.members_among, found.firms.firm_ids)
    return replace(ranking, together=together.propose(found, members))


def _by_parts(lines: list[Line], most: int) -> Iterator[list[Line]]:
    """The lines in runs of at most so many different parts, those of one part together."""
    ordered = sorted(lines, key=lambda line: (line["part_id"] or "", line["number"]))
    some: list[Line] = []
    parts: set[str] = set()
    for line in ordered:
        part_id = line["part_id"] or ""
        if part_id not in parts and len(parts) == most:
            yield some
            some, parts = [], set()
        some.append(line)
        parts.add(part_id)
    if some:
        yield some


def _need(asked: Asked, buyer: Buyer, line: Line, now: datetime) -> Need:
    return Need(
        part_id=line["part_id"],
        category_id=line["category_id"] or "",
        quantity=line["quantity"],
        needed_by=date.fromisoformat(line["need_by"]),
        today=now.date(),
        currency=asked.currency,
        certificates=tuple(line["certificates"] or ()),
        target_price_e4=line["target_price_e4"],
        weights=buyer.weights,
        rank_by=buyer.rank_by,
        settings=buyer.settings,
        exchange=buyer.exchange,
        weight_kg=buyer.weight_kg.get(line["part_id"] or ""),
        site=buyer.site,
        requirements=Requirements.from_text(line["requirements"]),
    )
