"""Rates of a request: which currencies it accepts, what they are worth, and saying so later."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal

from neo4j import Driver

from supplychain.graph import cost_settings, events
from supplychain.graph.bids import opened_bids
from supplychain.graph.engine.transactions import Tx, write
from supplychain.graph.parts_requests import parts_requests
from supplychain.matching.cost.exchange import Exchange
from supplychain.model.bids.conversion import with_rate
from supplychain.model.cost_settings import CostSettings
from supplychain.model.ids import utc_now
from supplychain.model.money import CURRENCIES
from supplychain.model.parts_requests.parts_request import PartsRequest
from supplychain.model.parts_requests.rates import RequestRate, check_rate, round_rate
from supplychain.model.people.actors import Actor


@dataclass(frozen=True, slots=True, kw_only=True)
class SaidRate:
    """What a buyer says that one unit of a currency is worth; ``on`` None is today."""

    currency: str
    rate: Decimal
    on: date | None = None


def say_rate(
    driver: Driver,
    request_id: str,
    said: SaidRate,
    *,
    by: Actor,
    now: datetime | None = None,
) -> None:
    """Say a rate for bids in a currency that had none at the opening, or mend one said before.

    What was frozen at the opening stays as it is.

    Raises:
        Forbidden: the actor is no buyer of its firm.
        NotFound: no such request of the actor's firm.
        NotOpen: its bids are sealed, or it is decided.
        Invalid: no bid waits for it, it is out of bounds, too old, or of a day to come.
    """
    by.check_role("buyer")
    write(driver, _write_rate, request_id, said, by, now or utc_now())


def _write_rate(tx: Tx, request_id: str, said: SaidRate, by: Actor, now: datetime) -> None:
    request = parts_requests.lock(tx, request_id, viewer=by.firm_id)
    today = request.today(now)
    rate = RequestRate(
        currency=said.currency,
        rate=said.rate,
        on=said.on or today,
        at=now,
        by=by.user_id,
    )
    changed = with_rate(request, rate)
    opened = opened_bids.list_beside_owed(tx, request_id, viewer=by.firm_id)
    typed = {one.currency for one in request.rates if one.is_typed}
    waiting = {each.bid.currency for each in opened.waiting}
    check_rate(rate.currency, rate.rate, rate.on, open_currencies=typed | waiting, today=today)
    parts_requests.save(tx, changed)
    before = next((f"{one.rate:f}" for one in request.rates if one.currency == rate.currency), None)
    events.record(
        tx,
        "parts_request.rate_said",
        about_kind="parts_request",
        about_id=request.id,
        by=by,
        at=now,
        facts={
            "number": request.number,
            "title": request.title,
            "currency": rate.currency,
            "to_currency": request.currency,
            "rate": f"{rate.rate:f}",
            "on": rate.on.isoformat(),
            "before": before,
        },
    )


def accept_rated(tx: Tx, request: PartsRequest, today: date) -> PartsRequest:
    """The request with the currencies that it accepts: where nothing was said, those rated today.

    Args:
        tx: the transaction.
        request: about to be published.
        today: of its buyer.
    """
    if request.accepts is not None:
        return request
    settings = cost_settings.get(tx, viewer=request.buyer_id)
    exchange = _read_exchange(tx, request, settings)
    rated = [code for code in exchange.series if exchange.quote(code, today)]
    return replace(request, accepts=tuple(sorted(set(rated) & set(CURRENCIES))))


def freeze_rates(tx: Tx, request: PartsRequest, now: datetime) -> PartsRequest:
    """The request that is being opened, with the rates of its buyer's table as they stand.

    A currency whose newest rate is older than the buyer's settings allow gets none.
    """
    settings = cost_settings.get(tx, viewer=request.buyer_id)
    # The buyer's own tables of freight are converted at the same rates as the bids.
    wanted = {*(request.accepts or ()), str(settings.reckoned("currency"))} - {request.currency}
    if not wanted:
        return request
    exchange, today = _read_exchange(tx, request, settings), request.today(now)
    quotes = {code: exchange.quote(code, today) for code in sorted(wanted)}
    rates = tuple(
        RequestRate(currency=code, rate=round_rate(Decimal(str(quote.rate))), on=quote.on, at=now)
        for code, quote in quotes.items()
        if quote is not None
    )
    return replace(request, rates=rates)


def _read_exchange(tx: Tx, request: PartsRequest, settings: CostSettings) -> Exchange:
    age_days = int(settings.reckoned("rate_age_days"))
    return cost_settings.exchange(
        tx, currency=request.currency, age_days=age_days, viewer=request.buyer_id
    )
