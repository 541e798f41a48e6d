"""One request of the demo's first maker with its bids opened, and two studies of its award.

So that the award page has something to show at once: eight lines, one of them in kg, one that is
sold in crates and of which more is taken than is needed, twelve bidders, price tiers, prices for
100, a bundle, a supplier that is late, and wishes that cannot all be kept.
"""

from __future__ import annotations

import time
from datetime import datetime, timedelta
from decimal import ROUND_HALF_EVEN, Decimal
from typing import Final

from neo4j import Driver

from supplychain.actions import bids, jobs
from supplychain.actions.awards import studies
from supplychain.actions.awards.solving import work_out
from supplychain.actions.parts_requests import parts_requests
from supplychain.actions.rankings.rankings import match_parts_request
from supplychain.award.rules.max_suppliers import MaxSuppliers
from supplychain.award.rules.share import Share
from supplychain.award.rules.two_sources import TwoSources
from supplychain.award.scenarios.plan import Wishes
from supplychain.demo.draws import Draws
from supplychain.demo.people import LEADER, at_work_for, once_key
from supplychain.demo.tables import Tables
from supplychain.demo.trade import CNY_EURO_RATE
from supplychain.errors import Invalid, NotOpen
from supplychain.graph.bids import bids as bids_graph
from supplychain.graph.engine.transactions import read
from supplychain.graph.parts_requests import parts_requests as requests_graph
from supplychain.model.bids.lines import BidContent, BidLine, Bundle, PriceTier
from supplychain.model.events import Facts
from supplychain.model.ids import to_instant, utc_now
from supplychain.model.jobs import StartedJob
from supplychain.model.parts_requests.parts_request import PartsRequest, RequestContent, RequestLine
from supplychain.model.people.actors import Actor
from supplychain.model.quantities import Quantity, round_up_to_pack

TITLE: Final = "Units for eight presses"
WIRE: Final = "RM-104"
"""Copper wire, bought by the kilogram."""
PANELS: Final = "PR-881"
"""Guard panels, sold in whole crates."""
CRATE_PIECES: Final = 20
TAKEN_BESIDES_PERCENT: Final = Decimal(10)
LINES: Final[tuple[tuple[str, Quantity], ...]] = (
    ("PR-840", 16), ("PR-830", 8), ("PR-850", 16), ("PR-860", 8), ("PR-870", 8), ("PR-880", 8),
    (WIRE, Decimal("862.5")), (PANELS, 112),
)  # fmt: skip
"""Parts and quantities."""
BY_THE_HUNDRED: Final = "F069"
"""A bidder whose prices are for 100 kg."""
BUNDLED: Final = ("F007", ("PR-840", "PR-830"), Decimal(3))
LATE: Final = ("F012", 75)
"""A bidder that needs so many days more than usual."""
SHORTLY: Final = timedelta(seconds=8)
"""How long the bids are taken: a deadline with bids in can only move later, so it starts near."""
TRIES_NUMBER: Final = 6
"""So often it is asked anew, twice as long each time, where this machine was too slow to bid."""
TOO_SLOW: Final = "The deadline passed before all bids were in. Asked anew with more time."
EUROS: Final = "F008"
"""A bidder that buys its steel in euros, and bids in them."""
ALONE: Final = "F009"
"""A supplier that the board would like to see with more than it can make."""


def ask_for_bids(driver: Driver, tables: Tables) -> None:
    """Ask, rank, bid, open and study, as far as that is not done yet.

    Raises:
        NotOpen, Invalid: even the longest time was over before all bids were in.
    """
    request = None
    for number in range(TRIES_NUMBER):
        request = request or _try_asking(driver, tables, number)
    assert request is not None, "the last try raises what stopped it"
    _run_study(driver, request.id, Wishes(), "ways")
    _run_study(
        driver, request.id, _board_wishes(request), "board", name="What the board would like"
    )


def _try_asking(driver: Driver, tables: Tables, number: int) -> PartsRequest | None:
    """The request with its bids opened; None where time ran out and it is called off."""
    by, patience = at_work_for(LEADER), SHORTLY * 2**number
    key = once_key(f"sourcing-{number}" if number else "sourcing")
    request_id = parts_requests.draft(driver, _request_content(patience), by=by, once=key)
    request = _read_request(driver, request_id)
    if request.state == "cancelled":
        return None
    try:
        if request.state == "draft":
            request = _publish_draft(driver, request, patience, by)
        if request.state == "open":
            _take_bids(driver, request, tables, patience, by)
    except (NotOpen, Invalid):
        if number == TRIES_NUMBER - 1:
            raise
        parts_requests.cancel(driver, request_id, TOO_SLOW, by=by)
        return None
    return _read_request(driver, request_id)


def _publish_draft(
    driver: Driver, request: PartsRequest, patience: timedelta, by: Actor
) -> PartsRequest:
    content = _request_content(patience)  # the draft may be of a start that was broken off
    parts_requests.edit(driver, request.id, content, version=request.version, by=by)
    job_id = parts_requests.publish(driver, request.id, by=by)
    jobs.run_job(driver, job_id, {"match": _rank_request})
    return _read_request(driver, request.id)


def _take_bids(
    driver: Driver, request: PartsRequest, tables: Tables, patience: timedelta, by: Actor
) -> None:
    offers = _list_offers(tables)
    for firm_id in sorted({row["firm_id"] for row in offers}):
        own = [row for row in offers if row["firm_id"] == firm_id]
        if not _has_bid(driver, request, firm_id):
            request = _keep_open(driver, request, patience, by)
            _submit_bid(driver, request, firm_id, own)
    _wait_for(request.deadline)
    parts_requests.open_due_requests(driver, utc_now())


def _request_content(patience: timedelta) -> RequestContent:
    now = utc_now()
    need_by = now.date() + timedelta(days=90)
    return RequestContent(
        title=TITLE,
        currency="CNY",
        accepts=("EUR",),
        deadline=now + patience,
        audience="all",
        share_policy="notify",
        invite_top=3,
        lines=tuple(
            RequestLine(
                part_id=part,
                quantity=quantity,
                need_by=need_by,
                delivery_place="Wuxi",
                over_percent=TAKEN_BESIDES_PERCENT if part == PANELS else Decimal(0),
            )
            for part, quantity in LINES
        ),
    )


def _keep_open(
    driver: Driver, request: PartsRequest, patience: timedelta, by: Actor
) -> PartsRequest:
    """The request; a slow machine gets a later deadline, as no bid comes in after it."""
    if request.deadline is None or request.deadline - utc_now() > patience / 2:
        return request
    parts_requests.move_deadline(driver, request.id, utc_now() + patience, by=by)
    return _read_request(driver, request.id)


def _wait_for(instant: datetime | None) -> None:
    while instant is not None and utc_now() <= instant:
        time.sleep(0.1)


def _read_request(driver: Driver, request_id: str) -> PartsRequest:
    return read(driver, requests_graph.get, request_id, viewer=LEADER)


def _rank_request(driver: Driver, job: StartedJob, progress: jobs.Progress) -> Facts:
    asked_at = to_instant(job.created_at)
    return match_parts_request(driver, job.about_id, now=asked_at, progress=progress)


def _list_offers(tables: Tables) -> list[dict[str, str]]:
    """The dearest tier of every standing offer in CNY for the parts asked for."""
    parts = {part for part, _ in LINES}
    first: dict[tuple[str, str], dict[str, str]] = {}
    for row in tables["offers"]:
        if row["part_id"] in parts and row["currency"] == "CNY":
            first.setdefault((row["firm_id"], row["part_id"]), row)
    return list(first.values())


def _has_bid(driver: Driver, request: PartsRequest, firm_id: str) -> bool:
    bid_id = read(driver, bids_graph.find_live, request.id, viewer=firm_id)
    if bid_id is None:
        return False
    return read(driver, bids_graph.get_own, bid_id, viewer=firm_id).state != "draft"


def _submit_bid(
    driver: Driver, request: PartsRequest, firm_id: str, offers: list[dict[str, str]]
) -> None:
    by = at_work_for(firm_id)
    bid_id = read(driver, bids_graph.find_live, request.id, viewer=firm_id)
    if bid_id is None:
        bid_id = bids.place_bid(driver, request.id, _bid_content(request, firm_id, offers), by=by)
    bid = read(driver, bids_graph.get_own, bid_id, viewer=firm_id)
    bids.submit_bid(driver, bid_id, version=bid.version, by=by)


def _bid_content(request: PartsRequest, firm_id: str, offers: list[dict[str, str]]) -> BidContent:
    lines = {line.part_id: line for line in request.lines}
    bundles = ()
    if firm_id == BUNDLED[0]:
        ids = tuple(lines[part].id for part in BUNDLED[1])
        bundles = (Bundle(request_line_ids=ids, discount=BUNDLED[2]),)
    return BidContent(
        currency="EUR" if firm_id == EUROS else "CNY",
        valid_until=utc_now().date() + timedelta(days=60),
        lines=tuple(_bid_line(lines[row["part_id"]], firm_id, row) for row in offers),
        one_off_cost=Decimal(1000 * Draws("one-off", firm_id).whole(2, 9)),
        bundles=bundles,
        payment_days=30,
        vat_percent=Decimal(3 if Draws("vat", firm_id).whole(0, 2) == 0 else 13),
    )


def _bid_line(line: RequestLine, firm_id: str, offer: dict[str, str]) -> BidLine:
    draws = Draws("bid", firm_id, line.part_id)
    rate = CNY_EURO_RATE if firm_id == EUROS else Decimal(1)
    factor = Decimal(f"{draws.between(0.94, 1.02):.4f}")
    price = _round_cents(Decimal(offer["unit_price"]) * factor / rate)
    half = int(line.quantity // 2)
    price_per = 100 if firm_id == BY_THE_HUNDRED else 1
    price *= price_per
    pack = CRATE_PIECES if line.part_id == PANELS else None
    return BidLine(
        request_line_id=line.id,
        quantity=half + 2 if firm_id == ALONE else round_up_to_pack(line.quantity, pack),
        pack=pack,
        unit_price=price,
        price_per=price_per,
        tiers=(PriceTier(start=half + 1, unit_price=_round_cents(price * Decimal("0.97"))),),
        tooling=Decimal(500 * draws.whole(0, 12)),
        lead_days=int(offer["lead_days"]) + (LATE[1] if firm_id == LATE[0] else 0),
    )


def _round_cents(amount: Decimal) -> Decimal:
    return amount.quantize(Decimal("0.01"), ROUND_HALF_EVEN)


def _board_wishes(request: PartsRequest) -> Wishes:
    """Few suppliers, two of them for the power packs, and most of those from one that cannot."""
    packs = request.lines[0].id
    return Wishes(
        sentences=(
            (MaxSuppliers(at_most=5),),
            (TwoSources(line=packs),),
            (Share(supplier=ALONE, line=packs, at_least=Decimal("0.75")),),
        )
    )


def _run_study(
    driver: Driver, request_id: str, wishes: Wishes, verb: str, *, name: str = ""
) -> None:
    by = at_work_for(LEADER)
    study_id = studies.ask(
        driver, request_id, wishes, by=by, name=name, once=once_key(f"study-{verb}")
    )
    job_id = studies.get(driver, study_id, by=by).study.job_id
    jobs.run_job(driver, job_id, {studies.KIND: _work_out})


def _work_out(driver: Driver, job: StartedJob, progress: jobs.Progress) -> Facts:
    count = work_out(driver, job.about_id, firm_id=job.firm_id, progress=progress)
    return {"scenarios": count}
