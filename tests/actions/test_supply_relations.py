"""Whose word a supply relation is: a claim of one end opens nothing and moves nothing."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from neo4j import Driver

from supplychain.actions import supply_relations
from supplychain.actions.imports.exports import export_tables
from supplychain.actions.imports.imports import import_tables
from supplychain.actions.imports.report import Report
from supplychain.actions.orders.reactions import react
from supplychain.errors import Conflict, Forbidden, NotFound
from supplychain.graph import award_studies, events, home
from supplychain.graph.capacity import offers
from supplychain.graph.engine.transactions import read, row, rows, run, write
from supplychain.graph.imports import lookups
from supplychain.graph.parts_requests import choices
from supplychain.graph.tiers import tiers
from supplychain.model.ids import to_text, utc_now
from supplychain.model.people.actors import Actor
from supplychain.model.supply_relations import SupplyRelation
from tests.make.firms import make_actor, make_firm
from tests.make.orders import make_order
from tests.make.parts_requests import make_part
from tests.make.tables import read_folder, write_folder
from tests.make.tiers import make_led_chain, make_supply

WEEK = 2900
NAMES = ("ore", "steel", "forge", "mill", "maker", "user", "liar", "friend")
CLAIMS = """
MATCH (s:Firm)-[r:SUPPLIES]->(b:Firm)
RETURN s.id AS supplier, b.id AS buyer, r.part_id AS part, r.claimed_by AS claimed_by,
       r.witnessed AS witnessed, r.share AS share
ORDER BY supplier, buyer, part, claimed_by
"""


@pytest.fixture
def network(driver: Driver) -> dict[str, Actor]:
    """ore → steel → forge and mill → maker → user, all witnessed; liar trades with friend alone."""
    firms = {name: make_firm(driver, id=name, name=f"{name} works") for name in NAMES}
    for supplier, buyer, part in [
        ("ore", "steel", "ore"),
        ("steel", "forge", "bar"),
        ("steel", "mill", "plate"),
        ("forge", "maker", "ram"),
        ("mill", "maker", "ram"),
        ("maker", "user", "press"),
        ("friend", "liar", "bolt"),
        ("ore", "friend", "rod"),
    ]:
        make_supply(driver, firms[supplier], firms[buyer], part, 1.0)
    make_part(driver, "bolt")
    make_part(driver, "ram", designer_id="maker")
    make_part(driver, "secret", designer_id="liar")
    make_led_chain(driver, firms["maker"], firms["forge"])
    return {name: make_actor(firm) for name, firm in firms.items()}


def claim(
    driver: Driver, folder: Path, by: Actor | None, *claims: tuple[str, str, str], share: str = ""
) -> Report:
    cells = [[*one, share, "", "", "", ""] for one in claims]
    return import_tables(driver, write_folder(folder, {"supply_relations": cells}), by=by)


def find(driver: Driver, by: Actor, partner: str) -> list[SupplyRelation]:
    return supply_relations.list_relations(driver, by=by, partner=partner)


def see(driver: Driver, focal: str, viewer: str) -> dict[str, Any]:
    picture = read(driver, tiers.around_firm, focal, viewer=viewer, week=WEEK)
    return asdict(picture)


def see_or_not(driver: Driver, focal: str, viewer: str) -> object:
    try:
        return see(driver, focal, viewer)
    except NotFound:
        return "not there"


def see_world(driver: Driver, viewer: str) -> dict[str, object]:
    """All that a firm can read by way of supply relations, its own map and table aside."""
    others = [name for name in NAMES if name != viewer]
    parts = ["bolt", "ram", "bar", "plate", "press", "ore", "rod"]

    def see_part(part_id: str) -> object:
        try:
            return asdict(read(driver, tiers.around_part, part_id, viewer=viewer, week=WEEK))
        except NotFound:
            return "not there"

    def price(part_id: str) -> object:
        try:
            return read(driver, offers.get_part, part_id, viewer=viewer)
        except NotFound:
            return "not there"

    return {
        "maps": [see_or_not(driver, other, viewer) for other in others],
        "part maps": [see_part(part_id) for part_id in parts if part_id != "bolt"],
        "prices": [price(part_id) for part_id in parts],
        "choices": read(driver, choices.list_parts, viewer=viewer),
        "parts": read(driver, choices.find_parts, parts, viewer=viewer),
        "seen": read(driver, lookups.seen_parts, parts, viewer=viewer),
        "incumbents": read(driver, award_studies.incumbents, others, parts, viewer=viewer),
    }


def without_claims(picture: dict[str, Any]) -> dict[str, Any]:
    kept = dict(picture)
    kept["nodes"] = tuple(node for node in picture["nodes"] if not node["claimed"])
    kept["links"] = tuple(link for link in picture["links"] if not link["claimed"])
    return kept


def test_a_claim_nobody_confirmed_moves_nothing_for_anybody(
    driver: Driver, network: dict[str, Actor], tmp_path: Path
) -> None:
    own = see(driver, "liar", "liar")
    worlds = {name: see_world(driver, name) for name in NAMES}
    maps = {name: see(driver, name, name) for name in NAMES}
    firms = [name for name in NAMES if name != "liar"]
    lies = [("liar", name, "bolt") for name in firms] + [(name, "liar", "bolt") for name in firms]
    assert claim(driver, tmp_path, network["liar"], *lies, share="1").written
    assert {name: see_world(driver, name) for name in NAMES} == worlds
    for name in firms:
        assert see(driver, name, name) == maps[name]
    after = see(driver, "liar", "liar")
    assert without_claims(after) == own
    drawn = {(link["supplier"], link["buyer"]) for link in after["links"] if link["claimed"]}
    assert ("steel", "liar") in drawn
    assert ("liar", "steel") in drawn
    assert ("friend", "liar") not in drawn  # this one is confirmed already
    new = {node["key"] for node in after["nodes"]} - {node["key"] for node in own["nodes"]}
    assert new == set(firms) - {"friend"}
    assert all(node["figures"]["scope"] == "none" for node in after["nodes"] if node["claimed"])


def test_a_claim_does_not_tell_who_a_hidden_firm_is(
    driver: Driver, network: dict[str, Actor], tmp_path: Path
) -> None:
    before = see(driver, "liar", "liar")
    assert [node["key"] for node in before["nodes"] if node["tier"] == -2] == ["hidden.s2.1"]
    for name in NAMES[:5]:  # one of them is the hidden one
        claim(driver, tmp_path / name, network["liar"], (name, "liar", "bolt"))
        after = see(driver, "liar", "liar")
        assert without_claims(after) == before


def test_a_claim_overwrites_no_row_of_another(
    driver: Driver, network: dict[str, Actor], tmp_path: Path
) -> None:
    before = read(driver, lambda tx: rows(tx, CLAIMS))
    claim(driver, tmp_path, network["forge"], ("forge", "maker", "ram"), share="0.01")
    after = read(driver, lambda tx: rows(tx, CLAIMS))
    assert [one for one in after if one["claimed_by"] != "forge"] == before
    (mine,) = [one for one in after if one["claimed_by"] == "forge"]
    assert (mine["share"], mine["witnessed"]) == (0.01, True)
    # The buyer's incumbent does not hang on what a supplier says of its own share.
    incumbents = read(driver, award_studies.incumbents, ["forge", "mill"], ["ram"], viewer="maker")
    assert incumbents == {"ram": "forge"}


def test_both_ends_together_witness_a_relation(
    driver: Driver, network: dict[str, Actor], tmp_path: Path
) -> None:
    claim(driver, tmp_path / "1", network["liar"], ("steel", "liar", "bolt"), share="0.4")
    assert see_or_not(driver, "steel", "liar") == "not there"
    claim(driver, tmp_path / "2", network["steel"], ("steel", "liar", "bolt"))
    assert see_or_not(driver, "steel", "liar") != "not there"
    incumbents = read(driver, award_studies.incumbents, ["steel"], ["bolt"], viewer="liar")
    assert incumbents == {"bolt": "steel"}
    links = see(driver, "liar", "liar")["links"]
    assert not any(link["claimed"] for link in links)
    # Each end keeps its figures; the supplier does not read what the buyer says of its need.
    assert [one.figures.share for one in find(driver, network["liar"], "steel")] == [0.4]
    assert [one.figures.share for one in find(driver, network["steel"], "liar")] == [None]


def test_confirming_makes_an_own_claim_and_tells_the_other_end(
    driver: Driver, network: dict[str, Actor], tmp_path: Path
) -> None:
    claim(driver, tmp_path, network["liar"], ("steel", "liar", "bolt"))
    (waiting,) = find(driver, network["steel"], "liar")
    assert waiting.state == "to_answer"
    supply_relations.confirm_claim(driver, waiting.other_id, by=network["steel"])
    supply_relations.confirm_claim(driver, waiting.other_id, by=network["steel"])
    (relation,) = find(driver, network["steel"], "liar")
    assert (relation.state, bool(relation.own_id)) == ("confirmed", True)
    assert kinds_of_news(driver, "liar").count("supply_relation.confirmed") == 1
    supply_relations.withdraw_claim(driver, relation.own_id, by=network["steel"])
    assert [one.state for one in find(driver, network["steel"], "liar")] == ["to_answer"]
    assert [one.state for one in find(driver, network["liar"], "steel")] == ["unanswered"]
    assert see_or_not(driver, "steel", "liar") == "not there"
    assert "supply_relation.withdrawn" in kinds_of_news(driver, "liar")


def kinds_of_news(driver: Driver, firm_id: str) -> list[str]:
    return [one.kind for one in read(driver, events.list_latest, viewer=firm_id, limit=50)]


def test_a_refusal_outlives_the_claim_and_ends_the_asking(
    driver: Driver, network: dict[str, Actor], tmp_path: Path
) -> None:
    liar, steel = network["liar"], network["steel"]
    claim(driver, tmp_path / "1", liar, ("steel", "liar", "bolt"))
    (waiting,) = find(driver, steel, "liar")
    supply_relations.refuse_claim(driver, waiting.other_id, by=steel)
    supply_relations.refuse_claim(driver, waiting.other_id, by=steel)
    assert kinds_of_news(driver, "liar").count("supply_relation.refused") == 1
    (mine,) = find(driver, liar, "steel")
    assert mine.state == "denied"
    with pytest.raises(Conflict, match="You may ask again"):
        supply_relations.ask_again(driver, mine.own_id, by=liar)
    supply_relations.withdraw_claim(driver, mine.own_id, by=liar)
    claim(driver, tmp_path / "2", liar, ("steel", "liar", "bolt"))
    assert [one.state for one in find(driver, liar, "steel")] == ["denied"]
    assert waiting_for(driver, "steel") == []


def test_a_refused_claim_may_be_put_again_after_ninety_days(
    driver: Driver, network: dict[str, Actor], tmp_path: Path
) -> None:
    liar, steel = network["liar"], network["steel"]
    claim(driver, tmp_path, liar, ("steel", "liar", "bolt"))
    (waiting,) = find(driver, steel, "liar")
    supply_relations.refuse_claim(driver, waiting.other_id, by=steel)
    long_ago = to_text(utc_now() - timedelta(days=91))
    past = (
        "MATCH (x:SupplyRefusal) SET x.at = $at "
        "WITH x MATCH (:Firm {id: 'steel'})-[r:SUPPLIES]->(:Firm {id: 'liar'}) "
        "SET r.refused_at = $at"
    )
    write(driver, lambda tx: run(tx, past, at=long_ago))
    (mine,) = find(driver, liar, "steel")
    supply_relations.ask_again(driver, mine.own_id, by=liar)
    assert [one.state for one in find(driver, steel, "liar")] == ["to_answer"]


def waiting_for(driver: Driver, firm_id: str) -> list[tuple[str, str, int]]:
    tasks = read(driver, home.list_waiting, viewer=firm_id, now=utc_now())
    return [(one.id, one.other, one.n) for one in tasks if one.kind == "relations_to_answer"]


def test_many_rows_are_one_task_and_one_notice_a_day(
    driver: Driver, network: dict[str, Actor], tmp_path: Path
) -> None:
    for number in range(5):
        make_part(driver, f"part {number}")
    for number in range(5):
        row = ("steel", "liar", f"part {number}")
        claim(driver, tmp_path / str(number), network["liar"], row)
    assert kinds_of_news(driver, "steel") == ["supply_relation.claimed"]
    assert waiting_for(driver, "steel") == [("liar", "liar works", 5)]
    assert supply_relations.answer_all(driver, "liar", "refuse", by=network["steel"]) == 5
    assert waiting_for(driver, "steel") == []
    with pytest.raises(NotFound):
        supply_relations.answer_all(driver, "liar", "confirm", by=network["steel"])


def test_a_claim_carries_no_words_to_a_stranger(
    driver: Driver, network: dict[str, Actor], tmp_path: Path
) -> None:
    claim(driver, tmp_path / "1", network["liar"], ("liar", "steel", "secret"))
    (waiting,) = find(driver, network["steel"], "liar")
    assert (waiting.part_id, waiting.part_name) == ("", "")
    news = read(driver, events.list_latest, viewer="steel", limit=50)
    assert "secret" not in str([one.facts for one in news])
    assert "secret" not in read(driver, lookups.seen_parts, ["secret"], viewer="steel")
    # A partner reads which part is meant.
    claim(driver, tmp_path / "2", network["liar"], ("liar", "friend", "secret"))
    assert "secret" in [one.part_id for one in find(driver, network["friend"], "liar")]
    supply_relations.confirm_claim(driver, waiting.other_id, by=network["steel"])
    (relation,) = find(driver, network["steel"], "liar")
    assert relation.part_id == "secret"


def test_a_part_is_lent_by_its_designer_and_nobody_else(
    driver: Driver, network: dict[str, Actor], tmp_path: Path
) -> None:
    both = [("forge", "friend", "ram")]
    claim(driver, tmp_path / "1", network["forge"], *both)
    (waiting,) = find(driver, network["friend"], "forge")
    supply_relations.confirm_claim(driver, waiting.other_id, by=network["friend"])
    assert read(driver, choices.find_parts, ["ram"], viewer="friend") == {}
    claim(driver, tmp_path / "2", network["maker"], ("maker", "friend", "ram"))
    (lent,) = find(driver, network["friend"], "maker")
    supply_relations.confirm_claim(driver, lent.other_id, by=network["friend"])
    assert set(read(driver, choices.find_parts, ["ram"], viewer="friend")) == {"ram"}


def test_a_firm_has_so_many_open_claims_and_no_more(
    driver: Driver, network: dict[str, Actor], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for module in ("imports.ownership", "supply_relations"):
        monkeypatch.setattr(f"supplychain.actions.{module}.MAX_OPEN_CLAIMS", 3)
    firms = ("ore", "steel", "forge", "mill")
    lies = [("liar", name, "bolt") for name in firms]
    report = claim(driver, tmp_path / "1", network["liar"], *lies)
    assert (report.written, report.bad) == (False, 1)
    assert claim(driver, tmp_path / "2", network["liar"], *lies[:3]).written
    assert not claim(driver, tmp_path / "3", network["liar"], lies[3]).written
    # A row that is there already, or one that becomes witnessed, is still taken.
    assert claim(driver, tmp_path / "4", network["liar"], lies[0], share="0.5").written
    monkeypatch.setattr("supplychain.actions.imports.ownership.MAX_OPEN_CLAIMS", 9)
    with pytest.raises(Conflict):
        claim(driver, tmp_path / "5", network["liar"], lies[3])


@pytest.mark.parametrize(
    "act",
    [
        supply_relations.confirm_claim,
        supply_relations.refuse_claim,
        supply_relations.withdraw_claim,
        supply_relations.ask_again,
    ],
)
def test_a_claim_about_others_is_not_there(
    driver: Driver, network: dict[str, Actor], tmp_path: Path, act: Callable[..., None]
) -> None:
    claim(driver, tmp_path, network["liar"], ("steel", "liar", "bolt"))
    (waiting,) = find(driver, network["steel"], "liar")
    for claim_id in (waiting.other_id, "nothing"):
        with pytest.raises(NotFound):
            act(driver, claim_id, by=network["ore"])
    with pytest.raises(Forbidden):
        act(driver, waiting.other_id, by=Actor(user_id="u", firm_id="steel", role="viewer"))


def test_each_may_do_only_what_is_its_own_to_do(
    driver: Driver, network: dict[str, Actor], tmp_path: Path
) -> None:
    liar, steel = network["liar"], network["steel"]
    claim(driver, tmp_path, liar, ("steel", "liar", "bolt"))
    (waiting,) = find(driver, steel, "liar")
    (operators,) = find(driver, network["ore"], "steel")
    assert (operators.by_operator, operators.other_id, operators.state) == (True, "", "confirmed")
    for act, actor in [
        (supply_relations.confirm_claim, liar),
        (supply_relations.refuse_claim, liar),
        (supply_relations.ask_again, liar),
        (supply_relations.withdraw_claim, steel),
    ]:
        with pytest.raises(Conflict):
            act(driver, waiting.other_id, by=actor)
    supply_relations.confirm_claim(driver, waiting.other_id, by=steel)
    with pytest.raises(Conflict, match="Take your own claim back first"):
        supply_relations.refuse_claim(driver, waiting.other_id, by=steel)


def test_an_order_witnesses_what_was_refused(
    driver: Driver, network: dict[str, Actor], tmp_path: Path
) -> None:
    liar, steel = network["liar"], network["steel"]
    claim(driver, tmp_path, liar, ("steel", "liar", "bolt"), share="0.2")
    (waiting,) = find(driver, steel, "liar")
    supply_relations.refuse_claim(driver, waiting.other_id, by=steel)
    make_order(driver, liar, steel, state="accepted", part_id="bolt")
    react(driver, utc_now())
    (mine,) = find(driver, liar, "steel")
    assert (mine.state, mine.by_order, mine.figures.share) == ("confirmed", True, 0.2)
    assert see_or_not(driver, "steel", "liar") != "not there"


def test_a_firms_export_holds_its_own_word_and_not_what_others_say_alone(
    driver: Driver, network: dict[str, Actor], tmp_path: Path
) -> None:
    claim(driver, tmp_path / "in", network["liar"], ("steel", "liar", "bolt"), share="0.4")
    export_tables(driver, tmp_path / "liar", firm_id="liar")
    mine = read_folder(tmp_path / "liar")["supply_relations"]
    assert ["steel", "liar", "bolt", "0.4", "", "", "", ""] in mine
    export_tables(driver, tmp_path / "steel", firm_id="steel")
    assert "liar" not in str(read_folder(tmp_path / "steel")["supply_relations"])
    export_tables(driver, tmp_path / "all")
    assert ["steel", "liar"] not in [
        cells[:2] for cells in read_folder(tmp_path / "all")["supply_relations"]
    ]
    back = write_folder(tmp_path / "back", {"supply_relations": mine})
    report = import_tables(driver, back, by=network["liar"])
    assert [one.unchanged for one in report.tables] == [len(mine)]


def test_no_firm_is_called_like_who_is_no_firm(driver: Driver, tmp_path: Path) -> None:
    for name in ("operator", "order"):
        cells = [[name, "Sly Trading", "sme", *[""] * 7]]
        folder = write_folder(tmp_path / name, {"firms": cells})
        report = import_tables(driver, folder, by=None)
        assert (report.written, report.bad) == (False, 1)


def test_what_the_operator_imports_is_witnessed_and_stays_beside_a_firms_word(
    driver: Driver, network: dict[str, Actor], tmp_path: Path
) -> None:
    claim(driver, tmp_path / "1", network["liar"], ("steel", "liar", "bolt"), share="0.4")
    claim(driver, tmp_path / "2", None, ("steel", "liar", "bolt"), share="0.1")
    found = read(driver, lambda tx: rows(tx, CLAIMS))
    mine = [one for one in found if (one["supplier"], one["buyer"]) == ("steel", "liar")]
    assert [(one["claimed_by"], one["share"], one["witnessed"]) for one in mine] == [
        ("liar", 0.4, True),
        ("operator", 0.1, True),
    ]
    (relation,) = find(driver, network["liar"], "steel")
    assert (relation.by_operator, relation.figures.share) == (True, 0.4)
    count = "MATCH (:Firm {id: 'liar'})<-[r:SUPPLIES]-(:Firm) RETURN count(r) AS n"
    assert read(driver, lambda tx: row(tx, count)) == {"n": 3}
