"""Categories that are typed, proposed, carried over and settled."""

from __future__ import annotations

from typing import Any

import pytest
from neo4j import Driver

from supplychain.actions.capacity import capabilities
from supplychain.actions.categories import settling
from supplychain.actions.categories.carrying import carry_all, plan_carrying
from supplychain.actions.categories.entering import propose_category
from supplychain.actions.parts_requests import parts_requests
from supplychain.actions.verification import AT_MACHINE
from supplychain.errors import Conflict, Invalid, NobodyMakes, NotFound
from supplychain.graph.categories import categories
from supplychain.graph.engine.transactions import read, row, run, write
from supplychain.model.ids import utc_now
from supplychain.model.people.actors import Actor
from tests.make.firms import make_actor, make_firm
from tests.make.matches import make_ability
from tests.make.orders import booked, make_order
from tests.make.parts_requests import make_part, make_parts_request, request_of

STATE = "MATCH (c:Category {id: $id}) RETURN c.state AS state, c.same_as AS same_as"


def _add(driver: Driver, by: Actor, category: str) -> str:
    made = capabilities.add_capability(driver, category=category, weekly_capacity=10, by=by)
    return made.partition("|")[2]


def _find(driver: Driver, query: Any, **values: Any) -> Any:
    return read(driver, lambda tx: row(tx, query, **values))


def test_a_known_word_is_its_node_and_a_near_one_is_refused_with_who_makes_it(
    driver: Driver,
) -> None:
    li, wang = (make_actor(make_firm(driver)) for _ in range(2))
    assert _add(driver, li, "锻造") == _add(driver, wang, "Schmieden") == "forgings"
    with pytest.raises(Invalid) as refused:
        _add(driver, li, "forgngs")
    (error,) = refused.value.errors
    assert error.pointer == "/category"
    assert [(one.value, one.firms) for one in error.suggestions] == [("forgings", 2)]
    propose_category(driver, "Forgngs", by=li)
    assert _add(driver, li, "FORGNGS") == "forgngs"
    assert _add(driver, wang, "forgngs") == "forgngs"  # it is a category now


def test_what_is_far_from_all_is_taken_and_proposed(driver: Driver) -> None:
    li, other = (make_actor(make_firm(driver)) for _ in range(2))
    assert _add(driver, li, "Prayer wheels") == "prayer wheels"
    assert _find(driver, STATE, id="prayer wheels") == {"state": "proposed", "same_as": None}
    with pytest.raises(Conflict):
        propose_category(driver, "锻件", by=li)
    propose_category(driver, "Bell clappers", by=li)
    seen = [one.id for one in read(driver, categories.list_visible, viewer=other.firm_id)]
    assert seen == ["prayer wheels"]  # what a firm makes is public, what it thinks of is its own


def test_lines_of_near_words_are_refused_each_at_its_place(driver: Driver) -> None:
    buyer = make_actor(make_firm(driver))
    with pytest.raises(Invalid) as refused:
        make_parts_request(
            driver, buyer, lines=[{"category": "锻件"}, {"category": "castngs"}], publish=False
        )
    assert [one.pointer for one in refused.value.errors] == ["/lines/1/category"]
    draft = make_parts_request(driver, buyer, lines=[{"category": "Forging"}], publish=False)
    assert request_of(driver, draft, buyer).lines[0].category_id == "forgings"


def test_a_line_that_nobody_makes_is_published_when_the_buyer_says_so(driver: Driver) -> None:
    buyer, supplier = (make_actor(make_firm(driver)) for _ in range(2))
    make_ability(driver, buyer.firm_id, "castings")  # one's own does not answer
    make_ability(driver, supplier.firm_id, "forgings")
    lines = [{"category": "forgings"}, {"category": "castings"}]
    draft = make_parts_request(driver, buyer, lines=lines, publish=False)
    with pytest.raises(NobodyMakes) as refused:
        parts_requests.publish(driver, draft, by=buyer)
    assert "line 2" in refused.value.text
    parts_requests.publish(driver, draft, by=buyer, despite_nobody=True)
    made = make_parts_request(driver, buyer, lines=lines[:1], publish=False)
    parts_requests.publish(driver, made, by=buyer)


def test_old_words_are_carried_over_with_all_that_hangs_on_them(driver: Driver) -> None:
    buyer, both, one = (make_actor(make_firm(driver)) for _ in range(3))
    make_part(driver, "ring", category_id="锻件")
    for firm in (both, one):
        make_ability(driver, firm.firm_id, "锻件", weekly_capacity=500, lead_days=9)
    make_ability(driver, both.firm_id, "forgings", weekly_capacity=700, lead_days=5)
    for supplier, category in ((both, "锻件"), (both, "forgings"), (one, "锻件")):
        make_order(driver, buyer, supplier, state="accepted", category_id=category, quantity=30)
    write(driver, lambda tx: run(tx, "MERGE (c:Category {id: 'arv adult', name: 'ARV Adult'})"))
    plan = plan_carrying(driver)
    assert plan.carried == (("锻件", "forgings"),)
    assert [each.id for each in plan.left] == ["arv adult"]
    report = carry_all(driver)
    assert report.carried == ()
    assert carry_all(driver) == report
    assert sum(booked(driver, both.firm_id, "forgings").values()) == 60
    assert sum(booked(driver, one.firm_id, "forgings").values()) == 30
    stated = (
        "MATCH (k:Capability {id: $id}) RETURN k.weekly_capacity AS pieces, k.lead_days AS days"
    )
    kept = _find(driver, stated, id=f"{both.firm_id}|forgings")
    assert kept == {"pieces": 700, "days": 5}  # what it stated of the node stands
    part = "MATCH (p:Part {id: 'ring'}) RETURN p.category_id AS id"
    assert _find(driver, part) == {"id": "forgings"}
    left = "MATCH (k:Capability {category_id: '锻件'}) RETURN count(k) AS rows"
    assert _find(driver, left) == {"rows": 0}
    assert _find(driver, STATE, id="锻件") is None


def test_the_operator_says_which_node_a_proposal_is(driver: Driver) -> None:
    li, wang = (make_actor(make_firm(driver)) for _ in range(2))
    propose_category(driver, "Rings of iron, forged", by=li)
    id = _add(driver, li, "Rings of iron, forged")
    with pytest.raises(NotFound):
        settling.list_free(driver, by=li)
    assert [one.makers for one in settling.list_free(driver, by=AT_MACHINE)] == [1]
    settling.settle_category(driver, id, same_as="环件", by=AT_MACHINE)
    own = capabilities.list_own(driver, by=li, today=utc_now().date())
    assert [each.category_id for each in own] == ["rolled rings"]
    assert _add(driver, wang, "RINGS OF IRON, FORGED") == "rolled rings"
    with pytest.raises(Invalid):
        settling.settle_category(driver, id, same_as="nothing", by=AT_MACHINE)
