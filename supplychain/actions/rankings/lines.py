"""Ranking the lines of a parts request: lines of one category share what is read of it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import partial
from itertools import groupby

from neo4j import Driver

from supplychain.graph import clusters, cost_settings
from supplychain.graph.engine.transactions import Tx, read
from supplychain.graph.rankings import candidates, overdue
from supplychain.matching.candidates.assembly import assemble_category, assemble_line
from supplychain.matching.candidates.columns import Candidates
from supplychain.matching.candidates.sources import OfferColumns
from supplychain.matching.consortium import together
from supplychain.matching.cost.exchange import Exchange
from supplychain.matching.need import Need, Site, Weights
from supplychain.matching.network import priors_of_records
from supplychain.matching.performance import Performance, Priors, performance, priors
from supplychain.matching.ranking.rank import rank
from supplychain.matching.rows import Ranking
from supplychain.model.audiences import ReadableFirms
from supplychain.model.cost_settings import CostSettings
from supplychain.model.parts_requests.parts_request import PartsRequest, RequestLine


@dataclass(frozen=True, slots=True, kw_only=True)
class Buyer:
    """What a request's buyer reckons with, the same for all its lines.

    ``weight_kg`` is what a piece of each part weighs, where that is known and needed.
    """

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
    driver: Driver, request: PartsRequest, lines: Sequence[RequestLine], *, now: datetime
) -> Iterator[tuple[RequestLine, Ranking]]:
    """Each line with its ranking, category by category; one category's columns are kept at a time.

    Args:
        driver: of the graph.
        request: whose lines are ranked.
        lines: those of its lines that are to be ranked, each with a quantity and a need-by day.
        now: the present; each firm's first day of work is its own.
    """
    buyer = read(driver, _read_buyer, request, [line.part_id for line in lines if line.part_id])
    ordered = sorted(lines, key=lambda line: (line.category_id, line.number))
    for category_id, group in groupby(ordered, key=lambda line: line.category_id):
        yield from _rank_category(driver, request, buyer, category_id, list(group), now)


def _read_buyer(tx: Tx, request: PartsRequest, part_ids: list[str]) -> Buyer:
    settings = cost_settings.get(tx, viewer=request.buyer_id)
    age_days = int(settings.reckoned("rate_age_days"))
    return Buyer(
        settings=settings,
        weights=Weights.of(settings),
        rank_by=request.rank_by or settings.reckoned("rank_by"),
        exchange=cost_settings.exchange(
            tx, currency=request.currency, age_days=age_days, viewer=request.buyer_id
        ),
        site=cost_settings.site(tx, viewer=request.buyer_id),
        weight_kg=cost_settings.part_weights(tx, part_ids) if settings.freight_rates else {},
    )


def _rank_category(
    driver: Driver,
    request: PartsRequest,
    buyer: Buyer,
    category_id: str,
    lines: list[RequestLine],
    now: datetime,
) -> Iterator[tuple[RequestLine, Ranking]]:
    today = request.today(now)
    needs = {line.id: _build_need(request, line, buyer, today) for line in lines}
    sources = read(
        driver,
        candidates.read_category,
        list(needs.values()),
        category_id=category_id,
        viewer=request.buyer_id,
        at=now,
        chain_id=request.chain_id,
        with_places=buyer.needs_places,
    )
    category = assemble_category(sources, exchange=buyer.exchange, site=buyer.site)
    read_offers = partial(
        candidates.read_offers,
        viewer=request.buyer_id,
        readable=sources.readable or ReadableFirms(),
    )
    # The record of the firms depends on the category alone.
    expected = priors(category.firms)
    if expected.delivery.deliveries <= 0:
        records = read(driver, overdue.read_network_records)
        expected = priors(category.firms, priors_of_records(records, today))
    record = performance(category.firms, priors=expected, weights=buyer.weights)
    for batch in _batch_by_parts(lines, candidates.BATCH_PARTS):
        part_ids = [line.part_id for line in batch if line.part_id]
        offers = read(driver, read_offers, part_ids=part_ids)
        for line in batch:
            need = needs[line.id]
            firms = assemble_line(category, need, offers.get(line.part_id or "", OfferColumns()))
            ranking = rank(need, firms, priors=expected, record=record)
            yield line, _with_together(driver, ranking, need, firms, expected, record)


def _with_together(
    driver: Driver,
    ranking: Ranking,
    need: Need,
    firms: Candidates,
    expected: Priors,
    record: Performance,
) -> Ranking:
    """The ranking with firms that can make together what none can make alone."""
    if ranking.alone:
        return ranking
    pool = together.find_pool(need, firms, priors=expected, record=record)
    if pool is None:
        return ranking
    members = read(driver, clusters.members_among, pool.firms.firm_ids)
    return replace(ranking, together=together.propose_consortia(pool, members))


def _batch_by_parts(lines: list[RequestLine], most: int) -> Iterator[list[RequestLine]]:
    """The lines in runs of at most so many different parts, those of one part together."""
    ordered = sorted(lines, key=lambda line: (line.part_id or "", line.number))
    batch: list[RequestLine] = []
    parts: set[str] = set()
    for line in ordered:
        part_id = line.part_id or ""
        if part_id not in parts and len(parts) == most:
            yield batch
            batch, parts = [], set()
        batch.append(line)
        parts.add(part_id)
    if batch:
        yield batch


def _build_need(request: PartsRequest, line: RequestLine, buyer: Buyer, today: date) -> Need:
    """What a line needs, with what its buyer reckons with."""
    return replace(
        Need.of_line(request, line, today=today),
        weights=buyer.weights,
        rank_by=buyer.rank_by,
        settings=buyer.settings,
        exchange=buyer.exchange,
        weight_kg=buyer.weight_kg.get(line.part_id or ""),
        site=buyer.site,
    )
