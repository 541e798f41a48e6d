"""What is overdue counts as late and not in full, through every door, without a write."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from neo4j import Driver

from supplychain.actions import delivery_claims, firms
from supplychain.actions.capacity import capabilities
from supplychain.actions.orders import orders, reactions, shipments
from supplychain.actions.tiers import look_around_firm
from supplychain.graph import deliveries, track_records
from supplychain.graph.engine.transactions import read, row, rows, run, write
from supplychain.graph.rankings import candidates, overdue, standing
from supplychain.graph.rankings.records import records_of
from supplychain.matching.candidates.aged import read_sums
from supplychain.matching.candidates.assembly import assemble_category
from supplychain.matching.candidates.columns import Candidates
from supplychain.matching.cost.exchange import Exchange
from supplychain.matching.need import STANDARD_WEIGHTS, Need, Site
from supplychain.matching.performance import performance, priors
from supplychain.model.deliveries import month_of
from supplychain.model.ids import utc_now
from tests.make.days import local_today
from tests.make.firms import make_actor, make_firm, make_verified
from tests.make.matches import make_ability, make_delivery
from tests.make.orders import first_line, make_line, make_order

HALF_A_YEAR = 183


def owe(driver: Driver, *ids: str, days: int = HALF_A_YEAR) -> None:
    """Let these order lines be due so many days ago."""
    day = (local_today() - timedelta(days)).isoformat()
    write(
        driver,
        lambda tx: run(
            tx, "UNWIND $ids AS id MATCH (o:OpenDelivery {id: id}) SET o.due_on = $day",
            ids=list(ids), day=day,
        ),
    )  # fmt: skip


def list_open(driver: Driver) -> list[str]:
    """The ids of what has not come yet."""
    query = "MATCH (o:OpenDelivery) RETURN o.id AS id ORDER BY id"
    return [entry["id"] for entry in read(driver, lambda tx: rows(tx, query))]


def make_late_lines(driver: Driver, supplier: str, buyer: str, count: int) -> None:
    """Lines of the operator's ledger that are overdue for half a year."""
    promised = (local_today() - timedelta(HALF_A_YEAR)).isoformat()
    for _ in range(count):
        make_delivery(
            driver, supplier, buyer, promised_on=promised, delivered_on=None,
            delivered_quantity=None,
        )  # fmt: skip
    write(driver, track_records.write_track_records, [(supplier, "forgings")])


def read_columns(driver: Driver, viewer: str) -> Candidates:
    """The candidates of a line for forgings, as a ranking of the viewer reads them."""
    need = Need(
        part_id=None, category_id="forgings", quantity=10, needed_by=local_today(),
        today=local_today(), currency="CNY",
    )  # fmt: skip
    sources = read(
        driver, candidates.read_category, [need], category_id="forgings", viewer=viewer,
        at=utc_now(), chain_id=None, with_places=False,
    )  # fmt: skip
    exchange = Exchange(to_currency="CNY")
    return assemble_category(sources, exchange=exchange, site=Site()).firms


def test_sixty_lines_overdue_for_half_a_year_count_in_every_door(driver: Driver) -> None:
    buyer, good, late = (make_firm(driver) for _ in range(3))
    for firm in (good, late):
        make_ability(driver, firm.id)
        for _ in range(4):
            make_delivery(driver, firm.id, buyer.id)
        write(driver, track_records.write_track_records, [(firm.id, "forgings")])
    before = read_columns(driver, buyer.id)
    assert dict(zip(before.firm_ids, before.delivered_lines, strict=True))[late.id] == 4
    make_late_lines(driver, late.id, buyer.id, 60)

    able = read_columns(driver, buyer.id)
    at = able.firm_ids.index(late.id)
    assert (able.delivered_lines[at], able.on_time_lines[at]) == (64, 4)
    assert (able.late_days_sum[at], able.long_late_lines[at]) == (60 * 90, 60)
    assert able.aged is not None
    assert able.aged.lines[at] == pytest.approx(60 + able.aged.on_time[at])
    shown = performance(able, priors=priors(able), weights=STANDARD_WEIGHTS)
    other = able.firm_ids.index(good.id)
    assert shown.delivery.mean[at] < 0.2 < shown.delivery.mean[other]
    assert shown.resilience.mean[at] < 0.2

    today = local_today()
    seen = read(driver, records_of, late.id, "forgings", viewer=buyer.id, today=today)
    assert (seen.own["delivered"], seen.own["on_time"], seen.own["failed"]) == (64, 4, 60)
    assert seen.overdue == 60
    (own,) = capabilities.list_own(driver, by=make_actor(late), today=today)
    assert (own.delivered_lines, own.on_time_lines) == (64, 4)
    card = firms.get_card(driver, late.id, by=make_actor(buyer), today=today)
    assert (card.bought.lines, card.bought.on_time) == (64, 4)
    picture = look_around_firm(driver, late.id, viewer=late.id, today=today)
    (middle,) = (node for node in picture.nodes if node.key == late.id)
    assert middle.figures.evidence == 64
    assert middle.figures.on_time is not None
    assert middle.figures.on_time < 0.1
    assert middle.figures.state == "risk"
    mine = read(driver, standing.read_own_firm, "none", [], viewer=late.id, today=today)
    assert mine.overdue["forgings"].lines == [60]


def test_a_line_that_comes_after_all_is_overdue_no_more(driver: Driver) -> None:
    buyer, firm = make_firm(driver), make_firm(driver)
    make_ability(driver, firm.id)
    make_late_lines(driver, firm.id, buyer.id, 1)
    (line_id,) = list_open(driver)
    lines = read(driver, deliveries.find_lines, [line_id])
    arrived = replace(
        deliveries.to_delivery(lines[0]), delivered_on=local_today(), delivered_quantity=100
    )
    write(driver, lambda tx: deliveries.change_lines(
        tx, [deliveries.to_row(arrived)], claim=None, batch_id="b",
    ))  # fmt: skip
    assert list_open(driver) == []
    write(driver, deliveries.restore_lines, lines)
    assert list_open(driver) == [line_id]
    write(driver, deliveries.delete_lines, [line_id])
    assert list_open(driver) == []


def test_an_accepted_order_is_awaited_until_it_is_received_or_cancelled(driver: Driver) -> None:
    buyer, maker = make_actor(make_firm(driver)), make_actor(make_firm(driver))
    make_verified(driver, buyer.firm_id)
    make_ability(driver, maker.firm_id, "forging", weekly_capacity=0)
    first = make_order(driver, buyer, maker, state="accepted")
    second = make_order(driver, buyer, maker, state="accepted")
    reactions.react(driver, utc_now())
    lines = [first_line(driver, one, buyer).id for one in (first, second)]
    assert list_open(driver) == sorted(f"order-{line}" for line in lines)
    owe(driver, *list_open(driver))

    def owed(viewer: str) -> int:
        today = local_today()
        found = read(
            driver, overdue.read_overdue, category_id="forging", viewer=viewer, today=today
        )
        return sum(found.lines)

    assert owed(buyer.firm_id) == owed("anybody") == 2
    today = local_today()
    sent = shipments.ShipmentChoice(line_id=lines[0], quantity=100, shipped_on=today)
    shipments.ship_goods(driver, first, sent, by=maker)
    # That all of it left is the supplier's word, that it has not come the buyer's alone.
    assert (owed(buyer.firm_id), owed("anybody")) == (2, 1)
    came = shipments.ReceiptChoice(line_id=lines[0], quantity=100, received_on=today)
    shipments.receive_goods(driver, first, came, by=buyer)
    orders.cancel_order(driver, second, reason="Too late", by=buyer)
    reactions.react(driver, utc_now())
    assert list_open(driver) == []


def test_one_buyer_alone_makes_no_more_than_ten_overdue_for_others(driver: Driver) -> None:
    buyer, maker = make_actor(make_firm(driver)), make_actor(make_firm(driver))
    make_ability(driver, maker.firm_id, "forging", weekly_capacity=0)
    order = make_order(
        driver, buyer, maker, state="accepted",
        lines=tuple(make_line(utc_now(), number=n + 1, quantity=1) for n in range(30)),
    )  # fmt: skip
    assert order
    reactions.react(driver, utc_now())
    owe(driver, *list_open(driver))
    today = local_today()

    def owed(viewer: str) -> list[int]:
        return read(
            driver, overdue.read_overdue, category_id="forging", viewer=viewer, today=today
        ).lines

    assert (owed("anybody"), owed(buyer.firm_id)) == ([0], [30])
    make_verified(driver, buyer.firm_id)
    assert (owed("anybody"), owed(buyer.firm_id)) == ([10], [30])


def test_sums_by_age_are_those_of_the_ledger_and_decay_without_a_write(driver: Driver) -> None:
    buyer, firm = make_firm(driver), make_firm(driver)
    make_ability(driver, firm.id)
    today = local_today()
    old = (today - timedelta(days=730)).isoformat()
    make_delivery(driver, firm.id, buyer.id, promised_on=old, delivered_on=old)
    make_delivery(driver, firm.id, buyer.id, promised_on="2026-05-04", delivered_on="2026-05-06")
    write(driver, track_records.write_track_records, [(firm.id, "forgings")])
    kept = read(driver, lambda tx: row(
        tx, "MATCH (c:Capability {id: $id}) RETURN c.aged AS aged", id=f"{firm.id}|forgings"
    ))  # fmt: skip
    assert kept is not None
    assert kept["aged"][-1] == 12
    then, _ = read_sums([kept["aged"]], month_of(date(2026, 5, 31)))
    months = month_of(date(2026, 5, 31)) - month_of(date.fromisoformat(old))
    assert then.lines[0] == pytest.approx(1 + 0.5 ** (months / 12))
    assert then.credit[0] == pytest.approx(13 / 15 + 0.5 ** (months / 12))


def test_another_half_life_counts_all_records_anew(
    driver: Driver, monkeypatch: pytest.MonkeyPatch
) -> None:
    buyer, firm = make_firm(driver), make_firm(driver)
    make_ability(driver, firm.id)
    make_delivery(driver, firm.id, buyer.id)
    write(driver, track_records.write_track_records, [(firm.id, "forgings")])
    assert delivery_claims.recount_ages(driver, utc_now()) == 0
    for module in (deliveries, track_records):
        monkeypatch.setattr(module, "half_life", lambda: 24)
    assert delivery_claims.recount_ages(driver, utc_now()) == 1
    assert delivery_claims.recount_ages(driver, utc_now()) == 0
    able = read_columns(driver, buyer.id)
    assert able.aged is not None
    months = month_of(local_today()) - month_of(date(2026, 5, 4))
    assert able.aged.lines[0] == pytest.approx(0.5 ** (months / 24))
