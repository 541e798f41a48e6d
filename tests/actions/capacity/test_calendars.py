"""A firm states when it works; each of its capabilities has the calendar that holds."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from neo4j import Driver

from supplychain.actions import firms
from supplychain.actions.capacity import calendars, capabilities
from supplychain.actions.capacity.calendars import CalendarChoice
from supplychain.actions.orders import orders
from supplychain.errors import Conflict, Forbidden, Invalid, NotFound, Stale
from supplychain.graph import events
from supplychain.graph.capacity.calendars import fill_calendars
from supplychain.graph.engine.transactions import Tx, read, rows, write
from supplychain.model.calendars.work_calendar import Shutdown
from supplychain.model.firms import FirmProfile
from supplychain.model.people.actors import Actor
from tests.make.days import local_today
from tests.make.firms import make_actor, make_firm
from tests.make.matches import make_ability, make_delivery
from tests.make.orders import make_order
from tests.make.race import raced
from tests.make.verification import OPERATOR

FIVE = (1, 2, 3, 4, 5)
AUGUST = Shutdown(starts_on=date(2026, 8, 3), ends_on=date(2026, 8, 16))
CHOICE = CalendarChoice(time_zone="Asia/Urumqi", country="CN", weekdays=FIVE, shutdowns=[AUGUST])
AUGUST_TEXT = "CN|12345|2026-08-03/2026-08-16"


@pytest.fixture
def seller(driver: Driver) -> Actor:
    """A seller of an SME in China."""
    return make_actor(make_firm(driver), "seller")


def _add(driver: Driver, by: Actor, category: str = "Forgings") -> str:
    return capabilities.add_capability(driver, category=category, weekly_capacity=700, by=by)


def _kept(driver: Driver, firm_id: str) -> list[Any]:
    def look(tx: Tx) -> list[Any]:
        query = (
            "MATCH (k:Capability {firm_id: $id}) RETURN k.id AS id, k.calendar AS calendar "
            "ORDER BY id LIMIT 100"
        )
        return [each["calendar"] for each in rows(tx, query, id=firm_id)]

    return read(driver, look)


def test_a_firm_that_states_nothing_keeps_the_holidays_of_its_country(
    driver: Driver, seller: Actor
) -> None:
    _add(driver, seller)
    own = calendars.get(driver, by=seller)
    assert (own.version, own.stated, own.zone) == (0, None, "Asia/Shanghai")
    assert own.calendar.to_text() == "CN"
    assert _kept(driver, seller.firm_id) == ["CN"]
    nowhere = make_actor(make_firm(driver, country=""), "seller")
    _add(driver, nowhere)
    assert _kept(driver, nowhere.firm_id) == [""]
    german = make_actor(make_firm(driver, country="Deutschland"), "seller")
    _add(driver, german)
    assert _kept(driver, german.firm_id) == ["DE"]
    assert calendars.get(driver, by=german).zone == "Europe/Berlin"


def test_what_it_states_is_kept_and_holds_for_all_that_it_makes(
    driver: Driver, seller: Actor
) -> None:
    _add(driver, seller)
    assert calendars.change(driver, CHOICE, version=0, by=seller) == 1
    _add(driver, seller, "Castings")
    assert _kept(driver, seller.firm_id) == [AUGUST_TEXT, AUGUST_TEXT]
    own = calendars.get(driver, by=seller)
    assert (own.zone, own.version) == ("Asia/Urumqi", 1)
    assert own.calendar.shutdowns == (AUGUST,)
    told = read(driver, events.list_latest, viewer=seller.firm_id)
    assert "calendar.changed" in [event.kind for event in told]


def test_what_cannot_be_or_is_stale_or_not_theirs_is_refused(driver: Driver, seller: Actor) -> None:
    both = CalendarChoice(shutdowns=[AUGUST], extra_days=[date(2026, 8, 4)])
    with pytest.raises(Invalid):
        calendars.change(driver, both, version=0, by=seller)
    with pytest.raises(Invalid):
        calendars.change(driver, CalendarChoice(time_zone="Mars/Base"), version=0, by=seller)
    with pytest.raises(Stale):
        calendars.change(driver, CHOICE, version=3, by=seller)
    buyer = make_actor(make_firm(driver), "buyer")
    with pytest.raises(Forbidden):
        calendars.change(driver, CHOICE, version=0, by=buyer)
    with pytest.raises(NotFound):
        calendars.get(driver, by=Actor(user_id="u", firm_id="none", role="owner"))
    assert calendars.get(driver, by=seller).version == 0


def test_another_country_is_another_calendar_unless_one_was_stated(driver: Driver) -> None:
    firm = make_firm(driver)
    owner = make_actor(firm)
    _add(driver, owner)
    profile = FirmProfile(name=firm.name, kind=firm.kind, country="Germany")
    firms.change_profile(driver, profile, version=1, by=owner)
    assert _kept(driver, firm.id) == ["DE"]
    calendars.change(driver, CHOICE, version=0, by=owner)
    profile = FirmProfile(name=firm.name, kind=firm.kind, country="France")
    firms.change_profile(driver, profile, version=2, by=owner)
    assert _kept(driver, firm.id) == [AUGUST_TEXT]


def test_the_day_that_it_is_at_the_firm_is_that_of_its_zone(driver: Driver, seller: Actor) -> None:
    night = datetime(2026, 11, 29, 17, 30, tzinfo=UTC)
    assert calendars.show(driver, by=seller, now=night).today == date(2026, 11, 30)
    west = make_actor(make_firm(driver, country="US"), "seller")
    shown = calendars.show(driver, by=west, now=night)
    assert (shown.today, shown.zone) == (date(2026, 11, 29), "America/New_York")
    assert (shown.is_stated, shown.country, shown.weekdays) == (False, "US", (1, 2, 3, 4, 5, 6, 7))
    assert "Christmas Day" in [each.name for each in shown.holidays]


def test_capabilities_of_before_and_those_that_deliveries_made_get_one(driver: Driver) -> None:
    firm, nowhere = make_firm(driver), make_firm(driver, country="")
    for each in (firm, nowhere):
        make_ability(driver, each.id)
    assert _kept(driver, firm.id) == [None]
    assert write(driver, fill_calendars) == 2
    assert write(driver, fill_calendars) == 0
    assert (_kept(driver, firm.id), _kept(driver, nowhere.id)) == (["CN"], [""])
    supplier, buyer = make_firm(driver), make_firm(driver, kind="core")
    make_delivery(driver, supplier.id, buyer.id)
    assert _kept(driver, supplier.id) in (["CN"], [])


def test_a_new_capability_and_a_change_at_once_leave_nothing_of_before(driver: Driver) -> None:
    firm = make_firm(driver)
    owner = make_actor(firm)

    def act(number: int) -> None:
        if number == 3:
            calendars.change(driver, CHOICE, version=0, by=owner)
        else:
            _add(driver, owner, f"category {number}")

    raced(8, act)
    assert set(_kept(driver, firm.id)) == {AUGUST_TEXT}
    assert len(_kept(driver, firm.id)) == 7


def test_the_twins_calendar_holds_where_the_other_never_stated_one(driver: Driver) -> None:
    from supplychain.actions import merging

    keep, drop = (make_firm(driver, name=each) for each in "AB")
    for each, category in ((keep, "Forgings"), (drop, "Castings")):
        _add(driver, make_actor(each), category)
    calendars.change(driver, CHOICE, version=0, by=make_actor(drop))
    merging.take_in_twin(driver, keep_id=keep.id, drop_id=drop.id, confirmed=drop.id, by=OPERATOR)
    assert _kept(driver, keep.id) == [AUGUST_TEXT, AUGUST_TEXT]
    assert calendars.get(driver, by=make_actor(keep)).zone == "Asia/Urumqi"


HOURS = {"weekly_hours_e4": 400_000, "hours_per_piece_e4": 4_000, "setup_hours_e4": 20_000}
"""40 hours a week, 0.4 a piece, 2 a lot: lots of 10 take 6 hours, 66 pieces and two thirds."""


def _pace(driver: Driver, capability_id: str) -> tuple[Any, ...]:
    def look(tx: Tx) -> tuple[Any, ...]:
        query = (
            "MATCH (k:Capability {id: $id}) RETURN k.weekly_capacity AS weekly, "
            "k.pace AS pace LIMIT 1"
        )
        found = rows(tx, query, id=capability_id)[0]
        return found["weekly"], found["pace"]

    return read(driver, look)


def test_hours_are_kept_with_the_pieces_that_they_make(driver: Driver, seller: Actor) -> None:
    made = capabilities.add_capability(
        driver, category="Gears", weekly_capacity=None, lot_size=10, **HOURS, by=seller
    )
    own = capabilities.get(driver, made, by=seller, today=local_today())
    assert (own.weekly_capacity, own.pace.weekly) == (66, 400_000)
    assert _pace(driver, made) == (66, "400000/4000/20000")
    again = {"lot_size": 20, **HOURS}
    capabilities.change_capability(
        driver, made, weekly_capacity=None, version=1, by=seller, **again
    )
    assert _pace(driver, made) == (80, "400000/4000/20000")
    capabilities.change_capability(driver, made, weekly_capacity=50, version=2, by=seller)
    assert _pace(driver, made) == (50, None)
    assert capabilities.get(driver, made, by=seller, today=local_today()).hours is None


def test_pieces_and_hours_that_differ_or_neither_are_refused(driver: Driver, seller: Actor) -> None:
    for weekly, profile, pointer in (
        (None, {}, "/weekly_capacity"),
        (67, {"lot_size": 10, **HOURS}, "/weekly_capacity"),
        (None, HOURS, "/lot_size"),
        (None, {"weekly_hours_e4": 400_000}, "/hours_per_piece"),
        (None, {"hours_per_piece_e4": 4_000}, "/weekly_hours"),
        (None, {"setup_hours_e4": 0}, "/weekly_hours"),
    ):
        with pytest.raises(Invalid) as caught:
            capabilities.add_capability(
                driver, category="Gears", weekly_capacity=weekly, **profile, by=seller
            )
        assert caught.value.errors[0].pointer == pointer
    agree = capabilities.add_capability(
        driver, category="Gears", weekly_capacity=66, lot_size=10, **HOURS, by=seller
    )
    assert _pace(driver, agree) == (66, "400000/4000/20000")


def test_acceptance_takes_what_the_working_days_make_and_no_more(driver: Driver) -> None:
    buyer = make_actor(make_firm(driver, kind="core"))
    supplier = make_actor(make_firm(driver))
    today = local_today()
    shut = f"{today + timedelta(days=2)}/{today + timedelta(days=9)}"
    make_ability(driver, supplier.firm_id, "forging", weekly_capacity=70, calendar=f"||{shut}")
    due = today + timedelta(days=9)

    def offer(quantity: int) -> str:
        return make_order(driver, buyer, supplier, quantity=quantity, need_by=due, promised_on=due)

    with pytest.raises(Conflict) as refused:
        orders.accept_order(driver, offer(21), by=supplier)
    assert (refused.value.values["free"], refused.value.values["finish"]) == (
        20,
        (today + timedelta(days=10)).isoformat(),
    )
    orders.accept_order(driver, offer(20), by=supplier)
    with pytest.raises(Conflict):
        orders.accept_order(driver, offer(1), by=supplier)


def test_acceptance_goes_by_hours_where_they_are_stated(driver: Driver) -> None:
    buyer = make_actor(make_firm(driver, kind="core"))
    supplier = make_actor(make_firm(driver))
    due = local_today() + timedelta(days=13)
    # A lot of ten takes 2 + 10 × 0.4 hours: two weeks of 40 hours make thirteen lots.
    pace = "400000/4000/20000"
    make_ability(driver, supplier.firm_id, "forging", weekly_capacity=66, pace=pace, lot_size=10)
    sent = {"need_by": due, "promised_on": due}
    order_id = make_order(driver, buyer, supplier, quantity=131, **sent)
    with pytest.raises(Conflict):
        orders.accept_order(driver, order_id, by=supplier)
    orders.accept_order(
        driver, make_order(driver, buyer, supplier, quantity=130, **sent), by=supplier
    )
