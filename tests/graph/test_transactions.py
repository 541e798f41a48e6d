"""The write wrapper keeps its promises on this engine."""

from __future__ import annotations

import threading

import pytest
from neo4j import Driver
from neo4j.exceptions import ResultFailedError

from supplychain.errors import Invalid, Unavailable
from supplychain.graph.engine import transactions
from supplychain.graph.engine.transactions import Once, Tx, read, row, run, write, write_once
from supplychain.model.ids import new_id
from tests.conftest import ENGINE
from tests.make.firms import make_firm


def _count(driver: Driver) -> int:
    found = read(driver, lambda tx: row(tx, "MATCH (f:Firm) RETURN count(f) AS n"))
    assert found is not None
    return found["n"]


def _add(tx: Tx, name: str) -> str:
    made = new_id()
    run(tx, "CREATE (f:Firm {id: $id, name: $name})", id=made, name=name)
    return made


def test_a_second_call_with_the_same_key_returns_the_first_result(driver: Driver) -> None:
    once = Once.of(firm_id="f", verb="add", client_key="k", payload={"name": "A"})
    first = write_once(driver, once, _add, "A")
    assert write_once(driver, once, _add, "A") == first
    assert _count(driver) == 1


def test_a_key_used_for_something_else_is_refused(driver: Driver) -> None:
    write_once(driver, Once.of(firm_id="f", verb="add", client_key="k", payload=1), _add, "A")
    other = Once.of(firm_id="f", verb="add", client_key="k", payload=2)
    with pytest.raises(Invalid):
        write_once(driver, other, _add, "B")


def test_sixteen_racing_calls_with_one_key_have_one_effect(driver: Driver) -> None:
    once = Once.of(firm_id="f", verb="add", client_key="k", payload=1)
    results: list[str] = []
    threads = [
        threading.Thread(target=lambda: results.append(write_once(driver, once, _add, "A")))
        for _ in range(16)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(results) == 16
    assert len(set(results)) == 1
    assert _count(driver) == 1


def test_a_refusal_writes_nothing(driver: Driver) -> None:
    def work(tx: Tx) -> None:
        _add(tx, "A")
        raise Invalid("no")

    with pytest.raises(Invalid):
        write(driver, work)
    assert _count(driver) == 0


def test_a_made_firm_is_there(driver: Driver) -> None:
    make_firm(driver)
    assert _count(driver) == 1


@pytest.mark.skipif(ENGINE == "embedded", reason="nobody waits for a lock on the embedded engine")
def test_nobody_waits_for_ever_for_a_lock(driver: Driver, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(transactions, "TRANSACTION_TIMEOUT_S", 1.0)
    firm_id = make_firm(driver).id
    with driver.session() as session, session.begin_transaction() as holder:
        holder.run("MATCH (f:Firm {id: $id}) SET f.lock = 'held'", id=firm_id).consume()
        with pytest.raises(Unavailable):
            write(driver, _lock, firm_id)
        holder.rollback()
    write(driver, _lock, firm_id)


def _lock(tx: Tx, firm_id: str) -> None:
    run(tx, "MATCH (f:Firm {id: $id}) SET f.lock = $lock", id=firm_id, lock=transactions.nonce())


def test_a_query_that_fails_at_the_end_of_its_transaction_runs_again(driver: Driver) -> None:
    tries = []

    def work(tx: Tx) -> str:
        tries.append(1)
        if len(tries) < 3:
            raise ResultFailedError(None, "the result has failed")  # pyright: ignore[reportArgumentType]
        return "done"

    assert write(driver, work) == "done"
    tries.clear()
    assert read(driver, work) == "done"
