"""By what figures a buyer compares suppliers, its exchange rates and its site.

Only the buyer's own firm reads them.
"""

from __future__ import annotations

import json
from dataclasses import asdict
from datetime import datetime
from typing import Any

from supplychain.graph import firms
from supplychain.graph.engine.transactions import Tx, row, rows, run
from supplychain.matching.cost.exchange import Exchange
from supplychain.matching.need import Site
from supplychain.model.cost_settings import CostSettings, DutyRate, FreightRate, LatestRate
from supplychain.model.ids import to_text

FIND = """
MATCH (c:CostSettings {id: $viewer})
RETURN c.currency AS currency, c.rank_by AS rank_by, c.annual_rate AS annual_rate,
       c.defect_multiple AS defect_multiple, c.defect_cost_e4 AS defect_cost_e4,
       c.late_day_share AS late_day_share, c.switch_share AS switch_share,
       c.freight_share AS freight_share, c.vat_reclaimed AS vat_reclaimed,
       c.rate_age_days AS rate_age_days, c.price_age_days AS price_age_days,
       c.quality AS quality, c.delivery AS delivery,
       c.responsiveness AS responsiveness, c.resilience AS resilience,
       c.freight_rates AS freight_rates, c.duty_rates AS duty_rates, c.version AS version
LIMIT 1
"""


def get(tx: Tx, *, viewer: str) -> CostSettings:
    """The settings of the viewer's firm; version 0 and nothing stated where there are none."""
    record = row(tx, FIND, viewer=viewer)
    if record is None:
        return CostSettings()
    freight = json.loads(record.pop("freight_rates") or "[]")
    duty = json.loads(record.pop("duty_rates") or "[]")
    return CostSettings(
        **record,
        freight_rates=tuple(FreightRate(**entry) for entry in freight),
        duty_rates=tuple(DutyRate(**entry) for entry in duty),
    )


def lock(tx: Tx, *, viewer: str) -> CostSettings:
    """``get``, after taking the firm's write lock."""
    firms.lock(tx, viewer)
    return get(tx, viewer=viewer)


SAVE = """
MATCH (f:Firm {id: $viewer})
MERGE (c:CostSettings {id: $viewer})
SET c.currency = $currency, c.rank_by = $rank_by, c.annual_rate = $annual_rate,
    c.defect_multiple = $defect_multiple, c.defect_cost_e4 = $defect_cost_e4,
    c.late_day_share = $late_day_share, c.switch_share = $switch_share,
    c.freight_share = $freight_share, c.vat_reclaimed = $vat_reclaimed,
    c.rate_age_days = $rate_age_days, c.price_age_days = $price_age_days,
    c.quality = $quality, c.delivery = $delivery,
    c.responsiveness = $responsiveness, c.resilience = $resilience,
    c.freight_rates = $freight_rates, c.duty_rates = $duty_rates, c.version = $version,
    c.changed_at = $at
MERGE (f)-[:RECKONS_WITH]->(c)
"""


def save(tx: Tx, settings: CostSettings, *, viewer: str, at: datetime) -> None:
    """Store the settings of a locked firm."""
    values = asdict(settings)
    for name in ("freight_rates", "duty_rates"):
        values[name] = json.dumps(values[name], ensure_ascii=False)
    run(tx, SAVE, viewer=viewer, at=to_text(at), **values)


RATES = """
MATCH (x:ExchangeRate {firm_id: $viewer})
WHERE x.to_currency = $currency OR x.from_currency = $currency
WITH x ORDER BY x.day DESC LIMIT 50000
RETURN collect(x.from_currency) AS from_currencies, collect(x.to_currency) AS to_currencies,
       collect(x.day) AS days, collect(x.rate) AS rates
"""


def exchange(tx: Tx, *, currency: str, age_days: int, viewer: str) -> Exchange:
    """The viewer's own rates into and out of a currency; nobody else's are ever read."""
    record: dict[str, Any] = row(tx, RATES, currency=currency, viewer=viewer) or {}
    return Exchange.of(to_currency=currency, age_days=age_days, **record)


LATEST = """
MATCH (x:ExchangeRate {firm_id: $viewer})
WITH x.from_currency AS from_currency, x.to_currency AS to_currency, max(x.day) AS day,
     count(x) AS days
MATCH (y:ExchangeRate {id: $viewer + '|' + day + '|' + from_currency + '|' + to_currency})
RETURN from_currency, to_currency, day, days, y.rate AS rate
ORDER BY from_currency, to_currency LIMIT 200
"""


def list_latest_rates(tx: Tx, *, viewer: str) -> list[LatestRate]:
    """The newest rate of each pair that the viewer's firm imported, and how many days it has."""
    return [LatestRate(**record) for record in rows(tx, LATEST, viewer=viewer)]


SITE = """
MATCH (f:Firm {id: $viewer})
RETURN coalesce(f.country, '') AS country, coalesce(f.region, '') AS region,
       f.latitude AS latitude, f.longitude AS longitude
"""


def site(tx: Tx, *, viewer: str) -> Site:
    """Where the viewer's firm is."""
    record = row(tx, SITE, viewer=viewer)
    return Site(**record) if record else Site()


WEIGHTS = """
MATCH (p:Part) WHERE p.id IN $part_ids AND p.piece_kg IS NOT NULL
RETURN collect(p.id) AS part_ids, collect(p.piece_kg) AS weights LIMIT 1
"""


def part_weights(tx: Tx, part_ids: list[str]) -> dict[str, float]:
    """What a piece of each of these parts weighs in kg, where that is known."""
    record = row(tx, WEIGHTS, part_ids=part_ids) or {"part_ids": [], "weights": []}
    return dict(zip(record["part_ids"], record["weights"], strict=True))
