"""The main job of the README, step by step, each done by clicking and typing."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from io import BytesIO

from neo4j import Driver
from openpyxl import load_workbook
from playwright.sync_api import FilePayload

from supplychain.actions.capacity.capabilities import add_capability
from supplychain.actions.orders import reactions
from supplychain.actions.people import accounts
from supplychain.actions.people.accounts import Registration
from supplychain.graph.engine.transactions import read
from supplychain.graph.people import users
from supplychain.model.calendars.zones import DEFAULT_ZONE, in_zone
from supplychain.model.ids import utc_now
from supplychain.model.people.actors import Actor
from supplychain.web.input.tables import WORKBOOK
from supplychain.web.workbooks.bid_sheets import FIRST_LINE, TERMS_AT
from tests.browser.walk import PASSWORD, Person, Setting, Value
from tests.make.bids import make_bid
from tests.make.jobs import do_jobs
from tests.make.parts_requests import need_by
from tests.make.sheets import find_column, put

NAMES = {
    "en": {
        "maker": "Taihu Press Works",
        "alpha": "Wuxi Ring Forging",
        "beta": "Jinan Forge",
        "peer": "Yixing Small Forge",
    },
    "zh": {
        "maker": "无锡太湖重型压力机制造有限公司",
        "alpha": "无锡市惠山环件锻造有限公司",
        "beta": "济南历下锻造厂",
        "peer": "宜兴丁蜀小锻件厂",
    },
}
CITIES = {"maker": "Wuxi", "alpha": "Wuxi", "beta": "Jinan", "peer": "Yixing"}
SEALED = ("13.37", "14.11", "6,053")
"""Prices and a total of alpha's bid, which nobody else may read before the deadline."""
BETWEEN_PEERS = "9.87"


@dataclass(frozen=True, kw_only=True)
class Cast:
    """Who takes part, and what they are called; ``third`` is the peer as who places a bid."""

    driver: Driver
    setting: Setting
    maker: Person
    leader: Person
    alpha: Person
    beta: Person
    peer: Person
    names: dict[str, str]
    third: Actor


def assemble(driver: Driver, setting: Setting) -> Cast:
    """The maker and alpha register on the page, the leader joins the maker by a link."""
    names = NAMES[setting.language]
    people = {name: Person(setting) for name in ("maker", "leader", "alpha", "beta", "peer")}
    people["maker"].look()
    for name in ("maker", "alpha"):
        _register(people[name], name, names[name])
    _enter(driver, people["beta"], "beta", names["beta"])
    third = _enter(driver, people["peer"], "peer", names["peer"])
    _join(people["maker"], people["leader"], names["maker"])
    return Cast(driver=driver, setting=setting, names=names, third=third, **people)


def _register(person: Person, name: str, firm: str) -> None:
    person.click('main a[href="/registration"]')
    person.send("/registration", {"firm_name": firm, "kind": "core" if name == "maker" else "sme"})
    assert person.complaints()
    person.look()
    given = {
        "city": CITIES[name],
        "region": "Jiangsu",
        "user_name": "Lin Yue",
        "email": f"{name}@example.com",
        "password": PASSWORD,
    }
    person.send("/registration", given)
    person.heads("What waits for you")
    person.look()


def _enter(driver: Driver, person: Person, name: str, firm: str) -> Actor:
    """A firm that is there already, and says what it makes; its owner signs in."""
    email = f"{name}@example.com"
    registration = Registration(
        firm_name=firm,
        kind="sme",
        country="CN",
        region="Jiangsu",
        city=CITIES[name],
        user_name="Zhao Min",
        email=email,
        password=PASSWORD,
    )
    firm_id = accounts.register_firm(driver, registration)
    owner = _actor(driver, firm_id, email)
    certificates = ("ISO 9001",)
    add_capability(
        driver, category="Forgings", weekly_capacity=90, certificates=certificates, by=owner
    )
    person.send("/sign-in", {"email": email, "password": PASSWORD})
    person.heads("What waits for you")
    return owner


def _actor(driver: Driver, firm_id: str, email: str) -> Actor:
    found = read(driver, users.find_by_email, email)
    assert found is not None
    return Actor(user_id=found.id, firm_id=firm_id, role="owner")


def _join(owner: Person, colleague: Person, firm: str) -> None:
    owner.go("/colleagues")
    owner.send("/colleagues/invitations", {"email": "leader@example.com", "role": "buyer"})
    owner.look()
    colleague.open(owner.page.input_value("#link"))
    colleague.look()
    colleague.send(colleague.where, {"name": "Gu Qing", "password": PASSWORD})
    colleague.heads("What waits for you")
    assert firm in colleague.page.inner_text("header") or colleague.setting.width < 576


def lead(cast: Cast) -> None:
    """The leader founds a chain and invites two firms, which read the terms and join."""
    leader = cast.leader
    leader.go("/chains")
    leader.look()
    leader.click('main a[href="/chains/new"]')
    leader.look()
    leader.send("/chains", {"name": "Presses 2027"})
    leader.look()
    for name in ("alpha", "peer"):
        leader.go("/firms")
        leader.click('main a[href^="/firms/"]', cast.names[name])
        leader.look()
        leader.send("/invitations")
        leader.sees(cast.names[name])
    for person in (cast.alpha, cast.peer):
        person.take("Presses 2027")
        person.look()
        person.send("/acceptance", {"agreed": True})
        person.sees(cast.setting.word("Your firm is a member now."))


def declare(alpha: Person) -> None:
    """Alpha says what it makes and at which standing price."""
    alpha.click("header a.brand")
    alpha.click('main .empty a[href="/capabilities/new"]')
    alpha.look()
    given = {"category": "Forgings", "weekly_capacity": "200", "certificates": "ISO 9001"}
    alpha.send("/capabilities", {**given, "lead_days": 15})
    alpha.look()
    alpha.click('main a[href="/offers/new"]')
    alpha.look()
    offer = {"part_id": "RING-400", "lead_days": 15, "tiers-0-start": 1, "tiers-0-price": "12.80"}
    alpha.send("/offers", offer)
    alpha.sees("RING-400")
    alpha.look()


def ask(cast: Cast) -> str:
    """The maker drafts, reads what is missing, mends it and publishes; returns the request's id."""
    maker = cast.maker
    maker.go("/parts-requests")
    maker.look()
    maker.click('main a[href="/parts-requests/new"]')
    deadline = in_zone(DEFAULT_ZONE, utc_now() + timedelta(days=7))
    head = {"title": "Rings for presses", "invite_top": 0, "deadline": f"{deadline:%Y-%m-%dT%H:%M}"}
    ring = {"part_id": "RING-400", "description": "Forged ring", "target_price": "13"}
    flange = {"description": "Flange DN 200", "quantity": 50, "category": "Forgings"}
    everywhere = {"category": "Forgings", "certificates": "ISO 9001", "need_by": need_by()}
    first = {**ring, **everywhere, "quantity": 400, "place": "Wuxi"}
    maker.send("/parts-requests", {**head, **_line(0, first), **_line(1, flange)})
    maker.look()
    assert maker.page.locator('form[action$="/publication"]').count() == 0
    gap = cast.setting.word("Line %(line)s: say by when you need it.")
    maker.click(".checklist a", gap % {"line": 2})
    maker.look()
    maker.send("/edit", {"lines-1-need_by": str(need_by())})
    maker.send("/publication")
    do_jobs(cast.driver)
    if not cast.setting.scripts:
        maker.page.reload()
    ranked = cast.setting.word("Suppliers ranked")
    maker.page.locator(".history").filter(has_text=ranked).wait_for()  # it reloads itself
    maker.page.wait_for_load_state()
    maker.look()
    return maker.id


def _line(number: int, values: dict[str, object]) -> dict[str, str]:
    return {f"lines-{number}-{name}": str(value) for name, value in values.items()}


def invite(cast: Cast, request_id: str) -> None:
    """The maker reads the ranking with its reasons and invites all three."""
    maker = cast.maker
    maker.click('main a[href$="/matches"]')
    maker.look()
    row = maker.page.locator(".match-table tbody tr").filter(has_text=cast.names["alpha"])
    row.locator("details summary").click()
    assert row.locator(".match-why li").count() >= 3
    maker.picture("ranking.png", 1280)
    for name in ("alpha", "beta", "peer"):
        cell = maker.page.locator("tbody tr").filter(has_text=cast.names[name])
        cell.locator('input[name="firm_ids"]').check()
    maker.send("/invitations")
    assert maker.page.locator('input[name="firm_ids"]').count() == 0
    maker.click(f'main a[href="/parts-requests/{request_id}/matches?line=2"]')
    maker.look()


def bid(cast: Cast) -> str:
    """Alpha bids for both lines, beta for part of the first; returns the id of alpha's bid."""
    alpha = cast.alpha
    alpha.take("Rings for presses")
    alpha.look()
    alpha.click('main a[href$="/bid"]')
    alpha.look()
    first: dict[str, Value] = {"lines-0-unit_price": "13.37", "lines-0-lead_days": 20}
    second: dict[str, Value] = {"lines-1-unit_price": "14.11", "lines-1-lead_days": 25}
    head: dict[str, Value] = {"valid_until": str(need_by(90))}
    alpha.fill("/bid", {**head, **first, **second})
    alpha.picture("bid-phone.png", 360)
    alpha.send("/bid")
    assert alpha.complaints() == []
    alpha.look()
    alpha.send("/submission")
    assert alpha.page.locator(".bid-receipt").is_visible()
    alpha.look()
    cast.beta.take("Rings for presses")
    cast.beta.click('main a[href$="/bid"]')
    _answer_by_workbook(cast.beta, {"unit_price": "12,95", "lead_days": 30, "quantity": 150})
    cast.beta.send("/bid", {"lines-0-unit_price": "12.95"})
    cast.beta.send("/submission")
    assert cast.beta.page.locator(".bid-receipt").is_visible()
    return alpha.id


def _answer_by_workbook(supplier: Person, cells: dict[str, object]) -> None:
    """Fill in the first line of the workbook at home, and find what is wrong with it marked."""
    link = supplier.page.get_attribute('main a[href$="/bid/workbook"]', "href")
    book = load_workbook(BytesIO(supplier.window.request.get(str(link)).body()))
    for key, value in cells.items():
        put(book, 0, (FIRST_LINE + 1, find_column(book, key)), value)
    put(book, 0, (FIRST_LINE + 2, find_column(book, "quantity")), None)
    put(book, 0, (TERMS_AT + 1, find_column(book, "valid_until")), need_by(90))
    filled = BytesIO()
    book.save(filled)
    form = supplier.form("/bid/workbook")
    file = FilePayload(name="bid.xlsx", mimeType=WORKBOOK, buffer=filled.getvalue())
    form.locator('input[type="file"]').set_input_files(file)
    with supplier.page.expect_navigation():
        form.locator("button").click()
    assert len(supplier.complaints()) == 1
    supplier.look()
    with supplier.page.expect_download() as download:
        supplier.page.click('main button[form="bid-form"]')
    marked = load_workbook(BytesIO(download.value.path().read_bytes())).worksheets[1]
    assert marked.cell(FIRST_LINE + 1, find_column(book, "unit_price")).comment is not None


def lose(cast: Cast, request_id: str) -> None:
    """The third supplier bids for little and dearly."""
    line = {"quantity": 100, "unit_price": Decimal("30.00")}
    make_bid(cast.driver, cast.third, request_id, lines=[line])


def wait_sealed(cast: Cast, request_id: str, bid_id: str) -> None:
    """Before the deadline the maker finds how many bids there are, and no price anywhere."""
    maker = cast.maker
    for path in ("", "/award", "/matches", "/matches?line=2"):
        maker.open(f"/parts-requests/{request_id}{path}")
        said = maker.page.content()
        assert [price for price in SEALED if price in said] == [], maker.where
        maker.look()
    for person in (maker, cast.leader, cast.beta):
        assert person.window.request.get(f"/bids/{bid_id}").status == 404


def award(cast: Cast) -> None:
    """The maker compares the opened bids, splits line 1 over two suppliers and says why."""
    maker = cast.maker
    maker.take("Rings for presses")
    link = maker.page.get_attribute('main a[href$="/award.xlsx"]', "href")
    quotes = load_workbook(BytesIO(maker.window.request.get(str(link)).body())).worksheets[0]
    assert quotes.max_row == 8  # a head of four rows, and four quotes
    maker.sees("13.37", "12.95", cast.names["alpha"], cast.names["beta"])
    maker.look()
    maker.picture("award.png", 1280)
    given = {("alpha", 1): 250, ("beta", 1): 150, ("alpha", 2): 50, ("peer", 1): ""}
    fields: dict[str, Value] = {}
    for (name, line), quantity in given.items():
        row = maker.page.locator("[data-award-line]").nth(line - 1).locator("[data-quote]")
        field = row.filter(has_text=cast.names[name]).locator("input.award-give")
        fields[field.get_attribute("name") or ""] = quantity
    maker.send("/award", fields)
    assert len(maker.complaints()) == 1
    maker.look()
    maker.send("/award", {"reason": "Two sources for the rings."})
    maker.look()
    maker.send("/award")
    maker.sees("Two sources for the rings.", cast.names["alpha"], cast.names["beta"])
    maker.look()


def learn(cast: Cast, bid_id: str) -> None:
    """The winner learns that it won; the loser learns its rank, and no name or price."""
    cast.alpha.open(f"/bids/{bid_id}")
    cast.alpha.look()
    peer = cast.peer
    peer.go("/bids")
    peer.look()
    peer.click('main a[href^="/bids/"]', "Rings for presses")
    peer.sees(cast.setting.word("rank %(rank)s of %(bids)s") % {"rank": 3, "bids": 3})
    said = peer.page.content()
    strange = (*SEALED, "12.95", cast.names["alpha"], cast.names["beta"])
    assert [text for text in strange if text in said] == []
    peer.look()


def accept(cast: Cast) -> str:
    """Alpha accepts its order, which books its weeks; returns the order's id."""
    alpha = cast.alpha
    alpha.take(cast.names["maker"])
    alpha.look()
    order_id = alpha.id
    alpha.send("/acceptance")
    alpha.sees(cast.setting.word("Accepted. The capacity for it is taken."))
    alpha.look()
    alpha.go("/capabilities")
    assert alpha.page.locator(".week-full, .week-busy, .week-free").count()
    alpha.look()
    return order_id


def share(cast: Cast, order_id: str) -> str:
    """Alpha shares 100 rings with the peer, the maker agrees, the peer accepts; the share's id."""
    alpha, maker, peer = cast.alpha, cast.maker, cast.peer
    alpha.open(f"/orders/{order_id}")
    alpha.click('main a[href$="/share"]')
    alpha.look()
    option = alpha.page.locator("#f-peer_id option").filter(has_text=cast.names["peer"])
    given: dict[str, Value] = {"quantity": 100, "unit_price": BETWEEN_PEERS}
    alpha.send("/shares", {**given, "peer_id": option.get_attribute("value") or ""})
    alpha.look()
    share_id = alpha.id
    maker.open("/")
    maker.look()
    maker.picture("home.png", 1280)
    maker.take(cast.names["alpha"])
    assert BETWEEN_PEERS not in maker.page.content()
    maker.look()
    maker.send("/consent")
    assert BETWEEN_PEERS not in maker.page.content()
    peer.take(cast.names["alpha"])
    peer.sees(BETWEEN_PEERS)
    peer.send("/acceptance")
    peer.look()
    reactions.react(cast.driver, utc_now())
    return share_id


def make(cast: Cast, order_id: str, share_id: str) -> None:
    """Both report progress; the goods go from the peer to alpha and from alpha to the maker."""
    alpha, maker, peer = cast.alpha, cast.maker, cast.peer
    peer.send("/progress", {"lines-0-made_percent": 60})
    alpha.open(f"/orders/{order_id}")
    alpha.send("/progress", {"lines-0-made_percent": 40, "lines-1-made_percent": 10})
    peer.send("/shipments", {"quantity": 100, "tracking": "苏B·12345"})
    alpha.take(cast.names["peer"])
    alpha.send("/receipts", {"quantity": 100})
    assert share_id == alpha.id
    alpha.open(f"/orders/{order_id}")
    alpha.send("/shipments", {"line_id": 0, "quantity": 120})
    alpha.look()
    maker.take(cast.names["alpha"])
    maker.look()
    maker.send("/receipts", {"line_id": 0, "quantity": 120, "rejected_quantity": 5})
    reactions.react(cast.driver, utc_now())


def follow(cast: Cast, order_id: str) -> None:
    """The maker sees who makes what and how far it is, and not the price between the peers."""
    maker = cast.maker
    maker.go("/orders")
    maker.look()
    maker.click(f'main a[href="/orders/{order_id}"]')
    maker.sees(cast.names["peer"], "100 %", "40 %")
    assert BETWEEN_PEERS not in maker.page.content()
    maker.look()


def survey(cast: Cast) -> None:
    """The chain leader opens the map, taps a firm, reads its card and the list."""
    leader = cast.leader
    leader.go("/tiers")
    leader.look()
    leader.page.click(f'a.tm-node[aria-label^="{cast.names["alpha"]}"]')
    card = leader.page.locator("#card")
    card.get_by_role("heading", level=2).filter(has_text=cast.names["alpha"]).wait_for()
    assert cast.names["peer"] in card.inner_text()
    leader.look()
    listed = leader.page.locator(".tm-table tbody")
    assert cast.names["peer"] in listed.inner_text()
    assert BETWEEN_PEERS not in leader.page.content()
