"""Who reads whose prices and capacity: every circle, and nobody outside it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from neo4j import Driver

from supplychain.actions.backups.checking import check_graph
from supplychain.actions.capacity.capabilities import add_capability
from supplychain.actions.imports.imports import import_tables
from supplychain.errors import Invalid
from supplychain.graph import audiences
from supplychain.graph.capacity import capabilities
from supplychain.graph.engine.transactions import Tx, read, rows, run, write
from supplychain.graph.rankings import candidates
from supplychain.graph.tray_notes import fill_notes
from supplychain.matching.candidates.arrays import UNKNOWN
from supplychain.matching.candidates.assembly import assemble_category, assemble_line
from supplychain.matching.candidates.columns import Candidates
from supplychain.matching.candidates.sources import OfferColumns
from supplychain.matching.cost.exchange import Exchange
from supplychain.matching.need import Site
from supplychain.model.audiences import CIRCLES, KINDS, Audience, Audiences, ReadableFirms
from supplychain.model.capabilities import Capability
from supplychain.model.firms import Firm
from supplychain.model.ids import utc_now
from tests.make.firms import make_actor, make_firm
from tests.make.matches import make_ability, make_offer
from tests.make.race import raced
from tests.matching.make import NOON, make_need

LEAD = """
MATCH (l:Firm {id: $leader})
MERGE (c:Chain {id: $chain}) SET c.leader_id = $leader MERGE (l)-[:LEADS]->(c)
"""
JOIN = """
MATCH (c:Chain {id: $chain}) MATCH (f:Firm {id: $firm})
CREATE (f)-[:BELONGS_TO {state: $state}]->(c)
"""
POOL = """
CREATE (c:Cluster {id: $cluster, name: 'Pool'})
WITH c UNWIND $firms AS id MATCH (f:Firm {id: id}) CREATE (f)-[:JOINS {state: 'member'}]->(c)
"""
RELATE = """
MATCH (s:Firm {id: $supplier}) MATCH (b:Firm {id: $buyer})
CREATE (s)-[:SUPPLIES {part_id: 'ring', claimed_by: $by, witnessed: $witnessed}]->(b)
"""
ORDER = """
MATCH (s:Firm {id: $supplier}) MATCH (b:Firm {id: $buyer})
CREATE (o:Order {id: $id, state: $state, accepted_at: $accepted_at, buyer_id: $buyer,
                 supplier_id: $supplier})
CREATE (o)-[:BOUGHT_BY]->(b) CREATE (o)-[:SUPPLIED_BY]->(s)
"""


def _run(driver: Driver, query: str, **values: object) -> None:
    write(driver, lambda tx: run(tx, query, **values))  # pyright: ignore[reportArgumentType]
    write(driver, fill_notes)


def _choose(driver: Driver, firm_id: str, *circles: str, named: tuple[str, ...] = ()) -> None:
    audience = Audience.of(circles, named)
    chosen = Audiences(prices=audience, capacity=audience, version=1)
    write(driver, lambda tx: audiences.save(tx, chosen, viewer=firm_id, at=utc_now()))


def _make_supplier(driver: Driver) -> str:
    """A firm with a price and capacity that never chose an audience."""
    supplier = make_firm(driver, is_open=False).id
    make_ability(
        driver, supplier, weekly_capacity=11, min_lot=2, max_lot=9000, lead_days=6,
        booked_days=[5, 6], booked_quantities=[1, 2],
    )  # fmt: skip
    make_offer(driver, supplier, tier_from=[1, 50], tier_prices_e4=[4321, 1234])
    return supplier


def _read(driver: Driver, viewer: str) -> ReadableFirms:
    return read(driver, audiences.read_readable, viewer=viewer, among=_list_firm_ids(driver))


def _list_firm_ids(driver: Driver) -> list[str]:
    found = read(driver, lambda tx: rows(tx, "MATCH (f:Firm) RETURN f.id AS id LIMIT 10000"))
    return [one["id"] for one in found]


def _read_candidates(driver: Driver, viewer: str) -> Candidates:
    need = make_need()

    def read_sources(tx: Tx) -> Candidates:
        sources = candidates.read_category(
            tx,
            [need],
            category_id="forgings",
            viewer=viewer,
            at=NOON,
            chain_id=None,
            with_places=False,
        )
        assert sources.readable is not None
        offers = candidates.read_offers(
            tx, part_ids=["ring"], viewer=viewer, readable=sources.readable
        )
        category = assemble_category(sources, exchange=Exchange(to_currency="CNY"), site=Site())
        return assemble_line(category, need, offers.get("ring", OfferColumns()))

    return read(driver, read_sources)


def test_a_stranger_reads_neither_price_nor_capacity(driver: Driver) -> None:
    supplier, stranger = _make_supplier(driver), make_firm(driver).id
    found = _read_candidates(driver, stranger)
    i = found.firm_ids.index(supplier)
    assert found.offer_currency[i] == ""
    assert found.tiers.row(i) == ([], [])
    assert found.booked.row(i) == ([], [])
    assert [int(column[i]) for column in (found.weekly_capacity, found.min_lot, found.max_lot)] == [
        0, 0, 0,
    ]  # fmt: skip
    assert int(found.lead_days[i]) == UNKNOWN
    assert found.on_request(i) == KINDS


def test_a_firm_that_shows_reads_as_it_is(driver: Driver) -> None:
    supplier, reader = _make_supplier(driver), make_firm(driver).id
    _choose(driver, supplier, named=(reader,))
    found = _read_candidates(driver, reader)
    i = found.firm_ids.index(supplier)
    assert found.tiers.row(i) == ([1, 50], [4321, 1234])
    assert found.booked.row(i) == ([5, 6], [1, 2])
    assert int(found.weekly_capacity[i]) == 11
    assert found.on_request(i) == ()


@pytest.mark.parametrize("circle", CIRCLES)
def test_each_circle_opens_to_its_firms_alone(driver: Driver, circle: str) -> None:
    supplier = _make_supplier(driver)
    leader, customer, member, stranger, barred = (make_firm(driver).id for _ in range(5))
    _run(driver, LEAD, leader=leader, chain=f"chain-{supplier}")
    for firm, state in ((supplier, "member"), (member, "member"), (barred, "barred")):
        _run(driver, JOIN, chain=f"chain-{supplier}", firm=firm, state=state)
    peer = make_firm(driver).id
    _run(driver, POOL, cluster=f"cluster-{supplier}", firms=[supplier, peer])
    _run(driver, RELATE, supplier=supplier, buyer=customer, by="order", witnessed=True)
    _choose(driver, supplier, circle)
    readers = {
        "leaders": leader, "customers": customer, "peers": peer, "members": member,
        "everybody": stranger,
    }  # fmt: skip
    for name, reader in readers.items():
        sees = circle in (name, "everybody")
        assert (supplier in _read(driver, reader).prices) is sees, (circle, name)
        assert (supplier in _read(driver, reader).capacity) is sees, (circle, name)
    assert (supplier in _read(driver, barred).prices) is (circle == "everybody")


def test_one_end_alone_makes_no_customer(driver: Driver) -> None:
    supplier, liar = _make_supplier(driver), make_firm(driver).id
    _run(driver, RELATE, supplier=supplier, buyer=liar, by=liar, witnessed=False)
    assert supplier not in _read(driver, liar).prices


def test_an_order_counts_from_its_acceptance(driver: Driver) -> None:
    supplier, buyer = _make_supplier(driver), make_firm(driver).id
    _run(driver, ORDER, supplier=supplier, buyer=buyer, id=f"o-{buyer}", state="offered",
         accepted_at=None)  # fmt: skip
    assert supplier not in _read(driver, buyer).prices
    accepted = "2026-05-04T00:00:00.000000Z"
    for state, counts in (("cancelled", False), ("accepted", True)):
        _run(driver, ORDER, supplier=supplier, buyer=buyer, id=f"{state}-{buyer}", state=state,
             accepted_at=accepted)  # fmt: skip
        assert (supplier in _read(driver, buyer).prices) is counts
    assert supplier in _read(driver, buyer).prices


def test_what_a_customer_pays_for_is_not_what_it_asks_from_its_own_customers(
    driver: Driver,
) -> None:
    supplier, buyer = _make_supplier(driver), make_firm(driver, is_open=False).id
    make_ability(driver, buyer)
    _run(driver, RELATE, supplier=supplier, buyer=buyer, by="order", witnessed=True)
    assert buyer not in _read(driver, supplier).prices


def test_prices_and_capacity_have_audiences_of_their_own(driver: Driver) -> None:
    supplier, reader = _make_supplier(driver), make_firm(driver).id
    chosen = Audiences(prices=Audience.of([]), capacity=Audience.of(["everybody"]), version=1)
    write(driver, lambda tx: audiences.save(tx, chosen, viewer=supplier, at=utc_now()))
    found = _read(driver, reader)
    assert (supplier in found.prices, supplier in found.capacity) == (False, True)
    assert read(driver, audiences.get, viewer=supplier) == chosen


def test_nobody_means_nobody(driver: Driver) -> None:
    supplier, leader = _make_supplier(driver), make_firm(driver).id
    _run(driver, LEAD, leader=leader, chain=f"chain-{supplier}")
    _run(driver, JOIN, chain=f"chain-{supplier}", firm=supplier, state="member")
    assert supplier in _read(driver, leader).prices
    _choose(driver, supplier)
    assert supplier not in _read(driver, leader).prices


def test_two_prices_that_a_stranger_may_not_see_rank_alike(driver: Driver) -> None:
    """Two worlds that differ in hidden figures alone give the same columns."""
    supplier, stranger = _make_supplier(driver), make_firm(driver).id
    before = _read_candidates(driver, stranger)
    _run(
        driver,
        "MATCH (k:Capability {firm_id: $id}) SET k.weekly_capacity = 999, k.min_lot = 77, "
        "k.booked_quantities = [7, 8], k.lot_size = 3, k.held_days = [5], "
        "k.held_quantities = [4]",
        id=supplier,
    )
    _run(driver, "MATCH (o:Offer {firm_id: $id}) SET o.tier_prices_e4 = [9, 8]", id=supplier)
    after = _read_candidates(driver, stranger)
    for name in ("weekly_capacity", "min_lot", "max_lot", "lead_days", "lot_size"):
        assert np.array_equal(getattr(before, name), getattr(after, name)), name
    i = after.firm_ids.index(supplier)
    assert (before.booked.row(i), before.tiers.row(i)) == (after.booked.row(i), after.tiers.row(i))


def test_a_firm_names_neither_itself_nor_too_many() -> None:
    own = Audiences(prices=Audience.of([], ["a"]))
    with pytest.raises(Invalid):
        own.check(owner="a")
    many = Audience.of([], [f"f{n}" for n in range(201)])
    with pytest.raises(Invalid):
        replace(own, prices=many).check(owner="b")


def test_looks_are_kept_once_a_day_and_told_to_their_owner(driver: Driver) -> None:
    supplier, buyer = _make_supplier(driver), make_firm(driver, name="Looking Buyer").id

    def look(tx: Tx, *, prices: bool) -> None:
        entry = (supplier, "forgings", prices, True)
        audiences.note_looks(tx, [entry], viewer=buyer, source="ranking", at=utc_now())

    write(driver, look, prices=False)
    write(driver, look, prices=True)
    (found,) = read(driver, audiences.list_looks, viewer=supplier)
    assert (found.viewer_name, found.times, found.prices, found.capacity) == (
        "Looking Buyer", 2, True, True,
    )  # fmt: skip
    assert read(driver, audiences.list_looks, viewer=buyer) == []


WORDS = """
MATCH (k:Capability {firm_id: $firm_id})
RETURN k.category_id AS category_id, k.open_kinds AS word ORDER BY category_id LIMIT 50
"""


def _words(driver: Driver, firm_id: str) -> dict[str, str]:
    found = read(driver, lambda tx: rows(tx, WORDS, firm_id=firm_id))
    return {one["category_id"]: one["word"] for one in found}


def _add_capability(driver: Driver, firm: Firm, category: str) -> None:
    add_capability(driver, category=category, weekly_capacity=5, by=make_actor(firm))


def test_what_everybody_reads_is_the_same_by_both_ways(driver: Driver) -> None:
    """The word on capabilities says of each firm what its own audience says."""
    reader = make_firm(driver).id
    choices: dict[str, Audiences | None] = {make_firm(driver, is_open=False).id: None}
    for prices in ([], ["customers"], ["everybody"]):
        for capacity in ([], ["peers", "everybody"], ["leaders"]):
            choices[make_firm(driver, is_open=False).id] = Audiences(
                prices=Audience.of(prices), capacity=Audience.of(capacity), version=1
            )
    for firm_id, chosen in choices.items():
        make_ability(driver, firm_id)
        if chosen is not None:
            write(driver, audiences.save, chosen, viewer=firm_id, at=utc_now())
    sources = read(
        driver, candidates.read_category, [make_need()], category_id="forgings", viewer=reader,
        at=NOON, chain_id=None, with_places=False,
    )  # fmt: skip
    assert sources.readable is not None
    assert sources.readable == _read(driver, reader)
    assert 0 < len(sources.readable.prices) < len(choices)
    verdicts = {one.check: one.wrong for one in check_graph(driver).verdicts}
    assert verdicts["open to everybody"] == 0


def test_a_firm_without_the_capability_is_read_by_its_own_word(driver: Driver) -> None:
    """Of a supplier that only the buyer knows to make it, the price still shows."""
    supplier, buyer = make_firm(driver), make_firm(driver)
    make_offer(driver, supplier.id, tier_from=[1], tier_prices_e4=[77])
    _run(
        driver,
        "CREATE (:BuyerRecord {id: $id, buyer_id: $buyer, supplier_id: $id, category_id: "
        "'forgings', delivered_lines: 1, on_time_lines: 1, received_quantity: 1, "
        "rejected_quantity: 0, late_days_sum: 0, long_late_lines: 0})",
        id=supplier.id,
        buyer=buyer.id,
    )
    found = _read_candidates(driver, buyer.id)
    assert found.tiers.row(found.firm_ids.index(supplier.id)) == ([1], [77])
    _choose(driver, supplier.id)
    found = _read_candidates(driver, buyer.id)
    assert found.tiers.row(found.firm_ids.index(supplier.id)) == ([], [])


def _import(driver: Driver, folder: Path, **tables: str) -> None:
    folder.mkdir()
    for name, text in tables.items():
        (folder / f"{name}.csv").write_text(text, encoding="utf-8")
    assert import_tables(driver, folder, by=None).written


def test_a_new_capability_shows_what_its_firm_shows_and_follows_it(
    driver: Driver, tmp_path: Path
) -> None:
    firm, buyer = make_firm(driver), make_firm(driver)
    _add_capability(driver, firm, "Castings")
    _import(
        driver,
        tmp_path / "in",
        parts="part_id,name,category\naxle,Axle,Axles\ngear,Gear,Gears\n",
        capabilities=f"firm_id,category\n{firm.id},Gears\n",
        deliveries="delivery_id,supplier_id,buyer_id,part_id,quantity,promised_on,delivered_on,"
        "delivered_quantity,rejected_quantity\n"
        f"d-1,{firm.id},{buyer.id},axle,5,2026-05-04,2026-05-04,5,0\n",
    )
    assert _words(driver, firm.id) == {"shafts": "both", "castings": "both", "gears": "both"}
    _choose(driver, firm.id, "leaders")
    assert _words(driver, firm.id) == {"shafts": "", "castings": "", "gears": ""}
    _add_capability(driver, firm, "Springs")
    assert _words(driver, firm.id)["springs"] == ""


def test_a_capability_added_while_its_firm_shuts_does_not_stay_open(driver: Driver) -> None:
    firm = make_firm(driver)
    shut = Audience.of(["leaders"])

    def act(turn: int) -> None:
        if turn == 0:
            _choose(driver, firm.id, *shut.circles)
        else:
            key = f"kind-{turn}"
            made = Capability(
                id=f"{firm.id}|{key}", firm_id=firm.id, category_id=key, category=key,
                weekly_capacity=1,
            )  # fmt: skip
            write(driver, capabilities.create, made)

    raced(8, act)
    words = _words(driver, firm.id)
    assert len(words) == 7
    assert set(words.values()) == {""}


def test_capabilities_of_before_get_the_word_of_their_firms(driver: Driver) -> None:
    shows, shuts = make_firm(driver), make_firm(driver, is_open=False)
    for firm in (shows, shuts):
        make_ability(driver, firm.id)
    _run(driver, "MATCH (k:Capability) SET k.open_kinds = null")
    assert write(driver, audiences.fill_open) == 2
    assert write(driver, audiences.fill_open) == 0
    assert (_words(driver, shows.id), _words(driver, shuts.id)) == (
        {"forgings": "both"}, {"forgings": ""},
    )  # fmt: skip
