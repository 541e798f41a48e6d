"""What is stored beside the names of firms, also of those from before it was."""

from __future__ import annotations

from neo4j import Driver

from supplychain.graph.engine.transactions import run, write
from supplychain.graph.lookalikes import fill_identities
from tests.make.verification import marks_of

OLD = """
UNWIND [{id: 'B', name: 'BOSCH Ltd.', at: '2026-02'}, {id: 'A', name: 'Bosch', at: '2026-01'}] AS r
CREATE (:Firm {id: r.id, name: r.name, kind: 'sme', country: 'CN', created_at: r.at, version: 1,
               registration_id: '91110000600037341L'})
"""


def test_firms_from_before_are_filled_in_and_the_later_one_is_marked(driver: Driver) -> None:
    write(driver, lambda tx: run(tx, OLD))
    assert marks_of(driver, "B").alike == ""
    assert write(driver, fill_identities) == 2
    assert write(driver, fill_identities) == 0
    assert (marks_of(driver, "B").alike_id, marks_of(driver, "A").alike_id) == ("A", "")
    assert marks_of(driver, "B").shares_number
