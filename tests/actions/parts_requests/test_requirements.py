"""Rankings of lines with requirements, routings, holds and bars, on a real graph."""

from __future__ import annotations

import json
from typing import Any

import pytest
from neo4j import Driver

from supplychain.actions import chains, clusters
from supplychain.actions.rankings.rankings import invite, match_parts_request
from supplychain.errors import Invalid
from supplychain.graph.engine.transactions import Tx, read, run, write
from supplychain.graph.rankings import rankings
from supplychain.graph.rankings.rankings import RankedLine
from supplychain.matching.rows import Promise
from supplychain.model.people.actors import Actor
from supplychain.model.weeks import day_number
from tests.make.chains import make_chain
from tests.make.firms import make_actor, make_firm
from tests.make.matches import NOW, make_ability, make_offer, make_open_request

DAY = day_number(NOW.date()) + 27


@pytest.fixture
def buyer(driver: Driver) -> Actor:
    """A core firm that asks for rings."""
    return make_actor(make_firm(driver, name="Press works", kind="core"))


def _ranked(driver: Driver, buyer: Actor, request: dict[str, Any] | None = None, **line: Any):
    asked = {key: line.pop(key) for key in [*line] if key in ASKED}
    text = json.dumps(asked) if asked else None
    request_id = make_open_request(
        driver, buyer.firm_id, lines=[{**line, "requirements": text}], **(request or {})
    )
    match_parts_request(driver, request_id, now=NOW)
    (found,) = read(driver, rankings.get_rankings, request_id, viewer=buyer.firm_id)
    return request_id, found


ASKED = ("process", "material", "length_mm", "regions", "routing", "tolerance_linear")


def _facts(line: RankedLine, firm_id: str) -> dict[str, Any]:
    (row,) = [row for row in line.unable if row.firm_id == firm_id]
    return {fact.code: fact.values for fact in row.facts}


def test_stated_facts_fail_with_numbers_and_unstated_ones_are_named(
    driver: Driver, buyer: Actor
) -> None:
    wrong, silent, able = (make_firm(driver, id=name) for name in ("wrong", "silent", "able"))
    make_ability(
        driver, wrong.id, processes=["turning"], length_mm=400, width_mm=300, height_mm=300,
        tolerance_linear="c",
    )  # fmt: skip
    make_ability(driver, silent.id)
    make_ability(driver, able.id, processes=["forging"], length_mm=900, tolerance_linear="f")
    _, line = _ranked(driver, buyer, process="forging", length_mm=500, tolerance_linear="m")
    assert set(_facts(line, "wrong")) == {
        "process_missing", "envelope_exceeded", "tolerance_too_coarse",
    }  # fmt: skip
    (side,) = _facts(line, "wrong")["envelope_exceeded"]["sides"]
    assert (side["side"], side["over_mm"]) == ("length", 100)
    stated = {row.firm_id: row.reasons[-1] for row in line.best}
    assert stated["silent"].values == {"facts": ["process", "envelope", "tolerance_linear"]}
    assert stated["able"].values == {"facts": ["envelope"]}


def test_a_certificate_that_ends_too_early_and_a_foreign_region_fail(
    driver: Driver, buyer: Actor
) -> None:
    firm = make_firm(driver, id="far", region="Hebei", country="CN")
    make_ability(driver, firm.id, certificates=["PED"], certificate_ends=["2026-12-01"])
    _, line = _ranked(driver, buyer, certificates=["PED"], regions=["Jiangsu"])
    facts = _facts(line, "far")
    assert facts["region_not_allowed"] == {"regions": ["Jiangsu"], "region": "Hebei"}
    assert facts["certificate_expires"]["certificates"] == [
        {"name": "PED", "ends_on": "2026-12-01"}
    ]


def test_a_routing_wants_every_step_of_one_firm(driver: Driver, buyer: Actor) -> None:
    whole, half = (make_firm(driver, id=name) for name in ("whole", "half"))
    for firm in (whole, half):
        make_ability(driver, firm.id, weekly_capacity=700)
        make_ability(driver, firm.id, "machining", weekly_capacity=70, lead_days=0)
    make_ability(driver, whole.id, "ovens", processes=["heat treatment"], weekly_capacity=700)
    steps = ["forgings", "machining", "heat treatment"]
    _, line = _ranked(driver, buyer, routing=steps)
    assert _facts(line, "half")["missing_step"] == {
        "steps": [{"step": "heat treatment", "place": 3, "of": 3}]
    }
    (row,) = line.best
    # 7 days for forging and 7 for heat treatment leave machining two of the four weeks.
    assert (row.capacity.step, row.capacity.possible) == ("machining", 140)
    assert row.lead_days == 14


def test_a_step_of_a_routing_is_found_however_it_is_written(driver: Driver, buyer: Actor) -> None:
    firm = make_firm(driver, id="press")
    make_ability(driver, firm.id, processes=["deep-drawing"])
    make_ability(driver, firm.id, "surface-coating", weekly_capacity=700)
    _, line = _ranked(driver, buyer, routing=["deep drawing", "Surface Coating", "painting"])
    assert _facts(line, "press")["missing_step"] == {
        "steps": [{"step": "painting", "place": 3, "of": 3}]
    }


def test_capacity_that_bids_for_other_requests_hold_is_not_promised(
    driver: Driver, buyer: Actor
) -> None:
    firm = make_firm(driver)
    make_ability(driver, firm.id, held_days=[DAY], held_quantities=[2400])
    request_id, line = _ranked(driver, buyer)
    assert line.best[0].capacity.possible == 400

    def hold(tx: Tx) -> None:
        run(
            tx,
            "CREATE (h:Hold {id: 'h', capability_id: $id, buyer_id: $buyer_id, day: $day, "
            "quantity: 350, work: 350})",
            id=f"{firm.id}|forgings",
            buyer_id=buyer.firm_id,
            day=DAY,
        )

    write(driver, hold)
    match_parts_request(driver, request_id, now=NOW.replace(hour=9))
    (line,) = read(driver, rankings.get_rankings, request_id, viewer=buyer.firm_id)
    assert line.best[0].capacity.state == "whole"  # its buyer's bids hold that


def test_lots_are_promised_whole(driver: Driver, buyer: Actor) -> None:
    firm = make_firm(driver)
    make_ability(driver, firm.id, weekly_capacity=100, lot_size=150)
    _, line = _ranked(driver, buyer)
    assert line.best[0].capacity == Promise(
        state="part", weekly=100, possible=300, finish_on="2027-01-03", lot_size=150, made=600
    )


def test_firms_that_can_make_it_together_are_proposed_and_a_cluster_is_marked(
    driver: Driver, buyer: Actor
) -> None:
    firms = [make_firm(driver, id=f"half-{place}") for place in range(3)]
    for firm in firms:
        make_ability(driver, firm.id, weekly_capacity=70)
        make_offer(driver, firm.id)
    peers = clusters.found_cluster(driver, name="Taihu", by=make_actor(firms[1]))
    clusters.invite_firm(driver, peers, firms[2].id, by=make_actor(firms[1]))
    clusters.accept(driver, peers, by=make_actor(firms[2]))
    _, line = _ranked(driver, buyer)
    assert line.together is not None
    for proposal in (line.together.cheapest, line.together.most_reliable):
        assert [part.firm_id for part in proposal.firms] == ["half-1", "half-2"]
        assert sum(part.quantity for part in proposal.firms) == 500
        assert proposal.cluster is True
        assert "Taihu" not in str(proposal)
    assert line.together.cheapest.cost_e4 == 500 * 100_000


def test_nothing_is_proposed_where_one_firm_can(driver: Driver, buyer: Actor) -> None:
    make_ability(driver, make_firm(driver).id, weekly_capacity=700)
    _, line = _ranked(driver, buyer)
    assert line.together is None


def test_a_barred_firm_is_not_ranked_nor_invited_until_the_bar_is_lifted(
    driver: Driver, buyer: Actor
) -> None:
    firm = make_firm(driver, id="barred")
    make_ability(driver, firm.id)
    leader = make_firm(driver, id=buyer.firm_id + "x", name="Leader", kind="core")
    chain = make_chain(driver, leader, [firm])
    chains.bar_firm(driver, chain, firm.id, "Copied our drawings.", by=make_actor(leader))
    open_to_chain = {"audience": "chain", "chain_id": chain}
    request_id, line = _ranked(driver, buyer, open_to_chain)
    assert _facts(line, "barred") == {"barred_by_chain": {}}
    with pytest.raises(Invalid) as refused:
        invite(driver, request_id, ["barred"], by=buyer)
    assert refused.value.errors[0].pointer == "/firm_ids/0"
    _, elsewhere = _ranked(driver, buyer)
    assert [row.firm_id for row in elsewhere.best] == ["barred"]
    chains.unbar_firm(driver, chain, firm.id, by=make_actor(leader))
    _, line = _ranked(driver, buyer, open_to_chain)
    assert [row.firm_id for row in line.best] == ["barred"]


def test_a_leaders_own_requests_bar_it_too(driver: Driver) -> None:
    leader = make_firm(driver, kind="core")
    firm = make_firm(driver, id="barred")
    make_ability(driver, firm.id)
    chain = make_chain(driver, leader)
    by = make_actor(leader)
    chains.bar_firm(driver, chain, firm.id, "Late five times.", by=by)
    _, line = _ranked(driver, by)
    assert (line.able, _facts(line, "barred")) == (0, {"barred_by_chain": {}})
