"""The chain map's pages: who may open which, and that they work without a script."""

from __future__ import annotations

import re
from types import SimpleNamespace

import pytest
from flask import Flask
from neo4j import Driver

from tests.make.accounts import browser, make_user
from tests.make.firms import make_firm
from tests.make.parts_requests import make_part
from tests.make.tiers import make_bill, make_led_chain, make_record, make_supply


@pytest.fixture
def chain(driver: Driver) -> SimpleNamespace:
    made = SimpleNamespace(
        **{
            name: make_firm(driver, id=f"id-{name}", name=f"{name.title()} Ltd")
            for name in ("ore", "steel", "forge", "maker", "stranger")
        }
    )
    make_supply(driver, made.ore, made.steel, "ore")
    make_supply(driver, made.steel, made.forge, "bar", 1.0)
    make_supply(driver, made.forge, made.maker, "ram")
    make_led_chain(driver, made.maker, made.forge, made.steel)
    make_record(driver, made.steel, delivered=20, on_time=15)
    return made


def test_the_map_names_members_and_hides_others(
    app: Flask, driver: Driver, chain: SimpleNamespace
) -> None:
    page = browser(app, driver, make_user(driver, chain.maker)).get("/tiers")
    assert page.status_code == 200
    assert "Steel Ltd" in page.text
    assert "Firm 1 at tier 3" in page.text
    assert "Ore Ltd" not in page.text
    assert "id-ore" not in page.text
    assert "Partial:" in page.text
    assert " style=" not in page.text


def test_the_map_has_a_card_and_a_list_without_a_script(
    app: Flask, driver: Driver, chain: SimpleNamespace
) -> None:
    client = browser(app, driver, make_user(driver, chain.maker, role="viewer"))
    page = client.get("/tiers?firm=id-steel&figure=on_time&sort=-on_time")
    assert 'id="card" class="tm-card"' in page.text
    assert "75 %" in page.text
    assert "20 deliveries" in page.text
    assert 'aria-sort="descending"' in page.text
    assert 'href="/tiers/firms/id-steel"' in page.text
    assert 'class="tm-card"' not in client.get("/tiers?firm=id-ore").text


@pytest.mark.parametrize(
    ("viewer", "focal", "status"),
    [
        ("maker", "steel", 200),
        ("maker", "forge", 200),
        ("forge", "maker", 200),
        ("steel", "maker", 404),
        ("maker", "ore", 404),
        ("stranger", "maker", 404),
    ],
)
def test_only_partners_and_members_open_in_the_middle(
    app: Flask, driver: Driver, chain: SimpleNamespace, viewer: str, focal: str, status: int
) -> None:
    client = browser(app, driver, make_user(driver, getattr(chain, viewer)))
    assert client.get(f"/tiers/firms/id-{focal}").status_code == status


def test_a_foreign_firm_answers_as_one_that_is_not_there(
    app: Flask, driver: Driver, chain: SimpleNamespace
) -> None:
    client = browser(app, driver, make_user(driver, chain.stranger))

    def told(firm_id: str) -> str:
        page = client.get(f"/tiers/firms/{firm_id}").text.replace(firm_id, "")
        return re.sub(r'name="csrf_token" value="[^"]*"', "", page)

    assert told("id-maker") == told("id-nobody")


def test_a_part_has_a_map_for_who_trades_in_it(
    app: Flask, driver: Driver, chain: SimpleNamespace
) -> None:
    make_bill(driver, "ram/2 %", designer=chain.maker)
    ours = browser(app, driver, make_user(driver, chain.maker))
    assert ours.get("/tiers/parts/ram%2F2%20%25").status_code == 200
    theirs = browser(app, driver, make_user(driver, chain.stranger))
    assert theirs.get("/tiers/parts/ram%2F2%20%25").status_code == 404


def test_a_firm_without_relations_learns_what_to_do_first(app: Flask, driver: Driver) -> None:
    page = browser(app, driver, make_user(driver, make_firm(driver))).get("/tiers")
    assert "There are no supply relations yet." in page.text
    assert "tm-map" not in page.text


@pytest.mark.parametrize(
    "query",
    [
        "figure=nonsense&sort=%00&page=-1&up=999999999999&down=x",
        "firm=%22%3E%3Cscript%3E&open=%22%3E%3Cscript%3E&q=%3Cscript%3Ealert(1)%3C/script%3E",
        "_external=1&_scheme=javascript&_anchor=x&id=other",
        "q=" + "x" * 3000,
    ],
)
def test_nonsense_in_the_address_does_no_harm(
    app: Flask, driver: Driver, chain: SimpleNamespace, query: str
) -> None:
    page = browser(app, driver, make_user(driver, chain.maker)).get(f"/tiers?{query}")
    assert page.status_code == 200
    assert "<script>" not in page.text
    assert "javascript:" not in page.text


def test_the_map_speaks_chinese(app: Flask, driver: Driver, chain: SimpleNamespace) -> None:
    client = browser(app, driver, make_user(driver, chain.maker, language="zh"))
    text = client.get("/tiers?firm=id-steel&q=Ltd").text
    for word in ("供应链层级图", "2 级供应商", "准时率", "唯一来源", "不完整"):
        assert word in text
    for word in ("Suppliers, tier", "On-time", "At risk", "Find a firm", "Put this firm"):
        assert word not in text


def test_the_list_downloads_as_a_file_that_runs_nothing(
    app: Flask, driver: Driver, chain: SimpleNamespace
) -> None:
    make_supply(driver, make_firm(driver, name="=HYPERLINK(1)"), chain.maker, "x")
    client = browser(app, driver, make_user(driver, chain.maker))
    answer = client.get("/tiers?download=csv")
    assert answer.headers["Content-Disposition"] == 'attachment; filename="chain-map.csv"'
    lines = answer.data.decode("utf-8-sig").splitlines()
    assert lines[0].startswith("firm,tier,")
    assert "Steel Ltd,-2,Wuxi,forging,risk,0.0,0.75,20,0,1,1," in lines
    assert any(line.startswith("'=HYPERLINK(1),-1,") for line in lines)
    assert "Ore Ltd" not in answer.text


def test_a_part_can_be_chosen_from_the_page(app: Flask, driver: Driver) -> None:
    firm, supplier = make_firm(driver, kind="core"), make_firm(driver)
    make_part(driver, "ring/7", designer_id=firm.id, name="Main ring")
    make_supply(driver, supplier, firm, part_id="ring/7")
    client = browser(app, driver, make_user(driver, firm))
    assert '<option value="ring/7"' in client.get("/tiers").text
    chosen = client.get("/tiers?part=ring/7")
    assert chosen.status_code == 302
    page = client.get(chosen.headers["Location"])
    assert page.status_code == 200
    assert '<option value="ring/7" selected>Main ring' in page.text


def test_the_menu_marks_the_section_of_a_page(app: Flask, driver: Driver) -> None:
    client = browser(app, driver, make_user(driver, make_firm(driver)))
    assert 'href="/capabilities" aria-current="page"' in client.get("/offers/new").text
