"""``supplychain match``: a request ranked for its buyer, and a part ranked straight from tables."""

from __future__ import annotations

import json
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from neo4j import Driver

from supplychain.actions.rankings.previews import preview
from supplychain.actions.rankings.rankings import match_parts_request
from supplychain.actions.rankings.tables import Wanted, rank_tables, read_tables
from supplychain.commands.match import command
from supplychain.errors import Invalid, NotFound
from supplychain.graph.engine.transactions import read
from supplychain.graph.rankings import rankings
from supplychain.model.ids import utc_now
from tests.make.accounts import make_user
from tests.make.days import days_on, local_today
from tests.make.firms import make_firm
from tests.make.matches import make_ability, make_delivery, make_offer, make_open_request

TABLES = {
    "firms": "firm_id,name,kind\nb,Press works,core\ns1,Able,sme\ns2,Proven,sme\ns3,Small,sme\n",
    "parts": "part_id,name,category\nring,Ring,Forgings\n",
    "capabilities": (
        "firm_id,category,weekly_capacity,certificates,certificate_ends,lead_days\n"
        "s1,forgings,700,ISO 9001,,7\ns2,FORGINGS,700,ISO 9001;PED,ISO 9001=2020-01-01,9\n"
        "s3,Forgings,100,,,40\n"
    ),
    "offers": (
        "firm_id,part_id,min_quantity,unit_price,currency,moq,lead_days\n"
        "s1,ring,400,9.50,CNY,1,\ns1,ring,1,10.00,CNY,1,\ns2,ring,1,1.20,EUR,1,8\n"
        "s3,ring,1,9.00,CNY,900,\n"
    ),
    "deliveries": (
        "delivery_id,supplier_id,buyer_id,part_id,quantity,promised_on,delivered_on,"
        "delivered_quantity,rejected_quantity,unit_price,currency,freight_cost\n"
        "d1,s1,b,ring,100,2026-05-04,2026-05-24,100,0,9.8,CNY,90\n"
        "d2,s2,s1,ring,100,2026-05-04,2026-05-04,100,3,9.8,CNY,\n"
        "d3,s2,b,ring,100,2026-12-04,,,,9.8,CNY,\n"
    ),
    "exchange_rates": "firm_id,on,from_currency,to_currency,rate\nb,2026-11-20,EUR,CNY,7.5\n",
}
TODAY = date(2026, 11, 23)
WANTED = Wanted(buyer_id="b", part_id="ring", quantity=500, needed_by=date(2026, 12, 20))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder of tables."""
    for name, text in TABLES.items():
        (tmp_path / f"{name}.csv").write_text(text, encoding="utf-8")
    return tmp_path


def test_tables_rank_as_the_graph_would(folder: Path) -> None:
    ranking, category = rank_tables(read_tables(folder), WANTED, days=days_on(TODAY))
    assert category == "forgings"
    rows = {row.firm_id: row for row in ranking.best}
    assert set(rows) == {"s1", "s2"}
    assert rows["s1"].landed_cost.unit_price_e4 == 95_000
    assert rows["s1"].landed_cost.freight_e4 == 9_000
    assert rows["s2"].landed_cost.unit_price_e4 == 90_000
    assert rows["s2"].lead_days == 8
    late = next(r for r in rows["s1"].reasons if r.code == "resilience_record")
    assert late.values == {"failed": 1, "delivered": 1}
    (small,) = ranking.unable
    assert [fact.code for fact in small.facts] == [
        "moq_above_quantity", "lead_time_too_long",
    ]  # fmt: skip


def test_an_ended_certificate_keeps_a_firm_out(folder: Path) -> None:
    wanted = Wanted(**{**_values(), "certificates": ("ISO 9001",)})
    ranking, _ = rank_tables(read_tables(folder), wanted, days=days_on(TODAY))
    assert [row.firm_id for row in ranking.best] == ["s1"]
    facts = {row.firm_id: [fact.code for fact in row.facts] for row in ranking.unable}
    assert facts["s2"] == ["certificate_expires"]


def _values() -> dict[str, Any]:
    return {name: getattr(WANTED, name) for name in WANTED.__dataclass_fields__}


@pytest.mark.parametrize(
    ("change", "pointer"), [({"part_id": "nothing"}, "/part"), ({"buyer_id": "nobody"}, "/buyer")]
)
def test_what_is_not_in_the_tables_is_refused(
    folder: Path, change: dict[str, Any], pointer: str
) -> None:
    with pytest.raises(Invalid) as refused:
        rank_tables(read_tables(folder), Wanted(**{**_values(), **change}), days=days_on(TODAY))
    assert [error.pointer for error in refused.value.errors] == [pointer]


def test_bad_cells_and_missing_tables_are_named(folder: Path) -> None:
    (folder / "offers.csv").write_text(TABLES["offers"].replace("9.50", "cheap"), encoding="utf-8")
    with pytest.raises(Invalid) as refused:
        read_tables(folder)
    assert [error.pointer for error in refused.value.errors] == ["/offers/2/unit_price"]
    (folder / "offers.csv").unlink()
    (folder / "capabilities.csv").unlink()
    with pytest.raises(Invalid, match="capabilities"):
        read_tables(folder)


def _run(*words: str) -> Result:
    return CliRunner().invoke(command, list(words))


def _of_tables(folder: Path, *more: str) -> Result:
    day = (local_today() + timedelta(days=20)).isoformat()
    return _run(
        "--tables", str(folder), "--buyer", "b", "--part", "ring", "--quantity", "500",
        "--need-by", day, *more,
    )  # fmt: skip


def test_the_command_tells_reasons_and_changes_in_words(folder: Path) -> None:
    told = _of_tables(folder)
    assert told.exit_code == 0, told.output
    for text in ("1. ", "Able", "To be first:", "Stays first", "Sells at least 900; you need 500"):
        assert text in told.output
    assert "<" not in told.output
    assert "&#" not in told.output


def test_the_command_gives_json_as_the_api_does(folder: Path) -> None:
    told = _of_tables(folder, "--json", "--by", "expected-cost")
    (line,) = json.loads(told.output)["lines"]
    assert line["assumptions"]["rank_by"] == "expected_cost"
    assert line["best"][1]["to_be_first"]["changes"]
    assert "_e4" not in told.output


def test_the_command_refuses_in_words(folder: Path) -> None:
    none = _of_tables(folder, "--certificate", "AS 9100")
    assert none.exit_code == 3
    assert "Lacks AS 9100" in none.output
    wrong = _run(
        "--tables", str(folder), "--buyer", "b", "--part", "x", "--quantity", "5",
        "--need-by", "2026-12-20",
    )  # fmt: skip
    assert (wrong.exit_code, "There is no such part." in wrong.output) == (2, True)
    for words in ((), ("PR-1", "--tables", str(folder)), ("PR-1",), ("--tables", str(folder))):
        assert _run(*words).exit_code == 2


def test_a_request_is_ranked_for_its_buyer_by_number_and_kept_nowhere(driver: Driver) -> None:
    buyer, able, rival = (make_firm(driver, name=name) for name in ("Buyer", "Able", "Rival"))
    for firm, price in ((able, 100_000), (rival, 120_000)):
        make_ability(driver, firm.id)
        make_offer(driver, firm.id, tier_prices_e4=[price])
    make_delivery(driver, able.id, buyer.id)
    need_by = (utc_now() + timedelta(days=27)).date().isoformat()
    lines = [{"need_by": need_by}, {"need_by": need_by, "quantity": 70}]
    request_id = make_open_request(driver, buyer.id, lines=lines, number="PR-2026-0007")
    make_user(driver, buyer, email="buyer@example.com")
    make_user(driver, able, email="able@example.com")
    found = preview(driver, "PR-2026-0007", email="Buyer@Example.com ", now=utc_now())
    assert [line.number for line in found] == [1, 2]
    kept = read(driver, rankings.get_rankings, request_id, viewer=buyer.id)
    assert [line.made_at for line in kept] == [None, None]
    match_parts_request(driver, request_id, now=utc_now())
    kept = read(driver, rankings.get_rankings, request_id, viewer=buyer.id)
    assert [line.best for line in kept] == [line.best for line in found]
    assert [line.weights for line in kept] == [line.weights for line in found]
    for words in ({"email": "able@example.com"}, {"email": "nobody@example.com"}):
        with pytest.raises(NotFound):
            preview(driver, request_id, now=utc_now(), **words)
    told = _run(request_id, "--as", "buyer@example.com", "--line", "2", "--top", "1")
    assert told.exit_code == 0, told.output
    assert "Line 2: ring, 70 pcs" in told.output
    assert "Rival" not in told.output
    assert _run(request_id, "--as", "able@example.com").exit_code == 1
    assert _run(request_id, "--as", "buyer@example.com", "--line", "9").exit_code == 1
