"""Further sites of a firm: their days and capacities count in every promise."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from random import Random

import pytest
from neo4j import Driver

from supplychain.actions.backups.checking import check_graph
from supplychain.actions.capacity import capabilities, sites
from supplychain.actions.capacity.calendars import CalendarChoice
from supplychain.actions.orders import orders
from supplychain.errors import Conflict, Invalid, NotFound, Stale
from supplychain.graph.engine.transactions import read
from supplychain.graph.rankings import candidates
from supplychain.matching.candidates.assembly import assemble_category, assemble_line
from supplychain.matching.candidates.sources import OfferColumns
from supplychain.matching.cost.exchange import Exchange
from supplychain.matching.feasibility.capacity import possible_quantity, promise_capacity
from supplychain.matching.need import Site
from supplychain.matching.rows import Promise
from supplychain.model.calendars.work_calendar import Shutdown
from supplychain.model.capacity.promises import fits
from supplychain.model.capacity.sites import SiteCapacity
from supplychain.model.ids import utc_now
from supplychain.model.people.actors import Actor
from supplychain.model.weeks import day_number
from tests.make.accounts import make_user
from tests.make.days import local_today
from tests.make.firms import make_firm
from tests.make.orders import make_order
from tests.matching.make import make_need

TODAY = local_today()
GEARS = SiteCapacity(category_id="forgings", weekly_pieces=35)


def _make_firm(driver: Driver, weekly: int | None = 70, **hours: int) -> tuple[Actor, str]:
    """A firm that works on all days, and its capability."""
    seller = make_user(driver, make_firm(driver, country=""))
    capability_id = capabilities.add_capability(
        driver, category="forgings", weekly_capacity=weekly, lead_days=0, by=seller, **hours
    )
    return seller, capability_id


def _shut(first: int, last: int) -> CalendarChoice:
    """All days but those from the first to the last, today is 0."""
    start, end = (TODAY + timedelta(days=days) for days in (first, last))
    return CalendarChoice(shutdowns=[Shutdown(starts_on=start, ends_on=end)])


def _promise(driver: Driver, buyer: Actor, days: int) -> Promise:
    """What the only supplier promises of 1,000 by a day, today is 0."""
    need = make_need(
        today=TODAY, needed_by=TODAY + timedelta(days=days), part_id=None, quantity=1000
    )
    sources = read(
        driver, candidates.read_category, [need], category_id="forgings", at=utc_now(),
        viewer=buyer.firm_id, chain_id=None, with_places=False,
    )  # fmt: skip
    category = assemble_category(sources, exchange=Exchange(to_currency="CNY"), site=Site())
    able = assemble_line(category, need, OfferColumns())
    return promise_capacity(need, able, possible_quantity(need, able), 0)


def _accept(driver: Driver, buyer: Actor, seller: Actor, quantity: int, due: date) -> None:
    order_id = make_order(
        driver, buyer, seller, quantity=quantity, need_by=due, promised_on=due,
        category_id="forgings",
    )  # fmt: skip
    orders.accept_order(driver, order_id, by=seller)


@contextmanager
def _refused(words: str) -> Iterator[None]:
    """At the only capacity, in these words among others."""
    with pytest.raises(Invalid) as refused:
        yield
    (error,) = refused.value.errors
    assert error.pointer == "/capacities/0/weekly_capacity"
    assert words in error.message


def test_what_a_site_makes_is_ranked_and_accepted_and_no_more(driver: Driver) -> None:
    seller, capability_id = _make_firm(driver)
    buyer = make_user(driver, make_firm(driver))
    due = TODAY + timedelta(days=9)
    assert _promise(driver, buyer, 9).possible == 100
    sites.add_site(driver, name="South", days=_shut(0, 3), capacities=(GEARS,), by=seller)
    # Ten days of ten at home; six of five at the other works.
    promised = _promise(driver, buyer, 9)
    assert (promised.possible, promised.weekly) == (130, 105)
    with pytest.raises(Conflict) as refused:
        _accept(driver, buyer, seller, 131, due)
    assert refused.value.values["free"] == 130
    _accept(driver, buyer, seller, 130, due)
    assert _promise(driver, buyer, 9).possible == 0
    own = capabilities.get(driver, capability_id, by=seller, today=TODAY)
    assert sum(work for _, work, _ in own.weekly_load(TODAY, 3)) == 130
    assert [one for one in check_graph(driver).verdicts if one.wrong] == []


def test_less_is_refused_where_it_breaks_a_promise_and_days_never_are(driver: Driver) -> None:
    seller, _ = _make_firm(driver)
    buyer = make_user(driver, make_firm(driver))
    stated = {"name": "South", "capacities": (GEARS,), "by": seller}
    site_id = sites.add_site(driver, days=CalendarChoice(), **stated)
    _accept(driver, buyer, seller, 140, TODAY + timedelta(days=9))
    less = (SiteCapacity(category_id="forgings", weekly_pieces=27),)
    for change in (
        lambda: sites.remove_site(driver, site_id, version=1, by=seller),
        lambda: sites.change_site(
            driver, site_id, days=CalendarChoice(), version=1, **{**stated, "capacities": less}
        ),
        lambda: sites.change_site(
            driver, site_id, days=CalendarChoice(), version=1, **{**stated, "capacities": ()}
        ),
    ):
        with pytest.raises(Invalid) as refused:
            change()
        assert refused.value.errors[0].pointer == "/capacities"
    enough = (SiteCapacity(category_id="forgings", weekly_pieces=28),)
    changed = {**stated, "capacities": enough}
    assert sites.change_site(driver, site_id, days=CalendarChoice(), version=1, **changed) == 2
    assert sites.change_site(driver, site_id, days=_shut(0, 8), version=2, **changed) == 3
    assert _promise(driver, buyer, 9).possible == 0
    assert [one.version for one in sites.list_sites(driver, by=seller)] == [3]


def test_a_site_follows_whether_the_firm_counts_in_pieces_or_hours(driver: Driver) -> None:
    seller, capability_id = _make_firm(driver)
    buyer = make_user(driver, make_firm(driver))
    days = CalendarChoice()
    hours = (SiteCapacity(category_id="forgings", weekly_hours_e4=140_000),)
    with _refused("pieces a week"):
        sites.add_site(driver, name="South", days=days, capacities=hours, by=seller)
    site_id = sites.add_site(driver, name="South", days=days, capacities=(GEARS,), by=seller)
    version = capabilities.get(driver, capability_id, by=seller, today=TODAY).version
    capabilities.change_capability(
        driver, capability_id, weekly_capacity=None, version=version, by=seller,
        weekly_hours_e4=280_000, hours_per_piece_e4=20_000,
    )  # fmt: skip
    assert _promise(driver, buyer, 6).possible == 14  # pieces of the site say nothing of hours
    with _refused("hours a week"):
        sites.change_site(
            driver, site_id, name="S", days=days, capacities=(GEARS,), version=1, by=seller
        )
    sites.change_site(driver, site_id, name="S", days=days, capacities=hours, version=1, by=seller)
    assert _promise(driver, buyer, 6).possible == 21
    assert [one for one in check_graph(driver).verdicts if one.wrong] == []


def test_strangers_see_none_and_categories_are_the_firms_own(driver: Driver) -> None:
    seller, _ = _make_firm(driver)
    other = make_user(driver, make_firm(driver))
    site_id = sites.add_site(driver, name="South", days=CalendarChoice(), by=seller)
    for act in (
        lambda: sites.get(driver, site_id, by=other),
        lambda: sites.remove_site(driver, site_id, version=1, by=other),
        lambda: sites.change_site(
            driver, site_id, name="Mine", days=CalendarChoice(), version=1, by=other
        ),
    ):
        with pytest.raises(NotFound):
            act()
    assert sites.list_sites(driver, by=other) == []
    with pytest.raises(Stale):
        sites.remove_site(driver, site_id, version=7, by=seller)
    strange = (SiteCapacity(category_id="castings", weekly_pieces=1),)
    with _refused("not in your list"):
        sites.add_site(driver, name="North", days=CalendarChoice(), capacities=strange, by=seller)
    sites.remove_site(driver, site_id, version=1, by=seller)
    assert sites.list_sites(driver, by=seller) == []


def test_random_orders_at_random_sites_are_accepted_as_far_as_is_possible(driver: Driver) -> None:
    chance = Random(5)
    seller, capability_id = _make_firm(driver, weekly=20)
    buyer = make_user(driver, make_firm(driver))
    for number in range(2):
        choice = _shut(chance.randint(0, 9), chance.randint(10, 14))
        weekly = SiteCapacity(category_id="forgings", weekly_pieces=chance.randint(10, 40))
        sites.add_site(driver, name=f"S{number}", days=choice, capacities=(weekly,), by=seller)
    today, taken = day_number(TODAY), 0
    for _ in range(12):
        days, quantity = chance.randint(1, 30), chance.randint(1, 40)
        possible = _promise(driver, buyer, days).possible or 0
        try:
            _accept(driver, buyer, seller, quantity, TODAY + timedelta(days=days))
        except Conflict:
            assert quantity > possible
        else:
            taken += 1
            assert quantity <= possible
        own = capabilities.get(driver, capability_id, by=seller, today=TODAY)
        assert fits(own.pace, dict(own.booked), today=today)
    assert 0 < taken < 12
