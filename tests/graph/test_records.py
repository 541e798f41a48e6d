"""The records behind a firm's figures: one's own in full, those of others as counts."""

from __future__ import annotations

import pytest
from neo4j import Driver

from supplychain.errors import NotFound
from supplychain.graph.engine.transactions import read, row, write
from supplychain.graph.rankings.records import records_of
from supplychain.graph.track_records import write_track_records
from tests.make.firms import make_firm
from tests.make.matches import make_ability, make_delivery

LATE = {"promised_on": "2026-05-04", "delivered_on": "2026-05-19"}
COUNTERS = """
MATCH (c:Capability {id: $id})
RETURN c.delivered_lines AS delivered, c.on_time_lines AS on_time, c.late_days_sum AS late_days,
       c.long_late_lines AS failed
"""


def test_ones_own_deliveries_come_in_full_and_those_of_others_as_counts(driver: Driver) -> None:
    buyer, rival, firm = (make_firm(driver).id for _ in range(3))
    make_ability(driver, firm)
    make_delivery(driver, firm, buyer, rejected_quantity=3)
    make_delivery(driver, firm, buyer, category_id="gears")
    make_delivery(driver, firm, rival, unit_price_e4=777_777, **LATE)
    make_delivery(driver, firm, rival)
    write(driver, write_track_records, [(firm, "forgings")])
    found = read(driver, records_of, firm, "forgings", viewer=buyer)
    assert [one["buyer_id"] for one in found.deliveries] == [buyer]
    assert found.own == {
        "delivered": 1, "on_time": 0, "received": 100, "rejected": 3, "failed": 0,
    }  # fmt: skip
    assert found.others == {
        "delivered": 2, "on_time": 1, "received": 200, "rejected": 0, "failed": 1,
    }  # fmt: skip
    assert "777777" not in repr(found)
    assert rival not in repr(found)


def test_the_firm_itself_sees_all_of_its_own(driver: Driver) -> None:
    buyer, firm = (make_firm(driver).id for _ in range(2))
    make_ability(driver, firm)
    make_delivery(driver, firm, buyer)
    write(driver, write_track_records, [(firm, "forgings")])
    found = read(driver, records_of, firm, "forgings", viewer=firm)
    assert len(found.deliveries) == 1
    assert found.others["delivered"] == 0


def test_a_firm_without_records_has_none_and_an_unknown_firm_is_not_found(driver: Driver) -> None:
    firm = make_firm(driver).id
    found = read(driver, records_of, firm, "forgings", viewer=firm)
    assert (found.deliveries, found.enquiries, found.mean_answer_hours) == ([], 0, None)
    with pytest.raises(NotFound):
        read(driver, records_of, "nobody", "forgings", viewer=firm)


@pytest.mark.parametrize(
    ("delivered_on", "days", "failed"),
    [("2026-05-04", 0, 0), ("2026-05-18", 14, 0), ("2026-05-19", 15, 1), ("2026-04-01", 0, 0)],
)
def test_a_delivery_failed_when_it_is_more_than_two_weeks_late(
    driver: Driver, delivered_on: str, days: int, failed: int
) -> None:
    buyer, firm = (make_firm(driver).id for _ in range(2))
    make_ability(driver, firm)
    make_delivery(driver, firm, buyer, delivered_on=delivered_on)
    write(driver, write_track_records, [(firm, "forgings")])
    found = read(driver, lambda tx: row(tx, COUNTERS, id=f"{firm}|forgings"))
    assert found is not None
    assert (found["delivered"], found["late_days"], found["failed"]) == (1, days, failed)
