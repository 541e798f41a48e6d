"""What a bid asks for is what its order comes to: without VAT, of it and with it."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from random import Random

import pytest

from supplychain.model.awards.award import AwardChoice, decide_award
from supplychain.model.awards.comparisons import Allocation
from supplychain.model.awards.tables import line_tables, supplier_totals
from supplychain.model.bids.bid import Bid
from supplychain.model.bids.lines import BidLine, Bundle, PriceTier
from supplychain.model.bids.net_prices import without_tax
from supplychain.model.money import from_e4, to_e4
from supplychain.model.orders import Order
from supplychain.model.parts_requests.parts_request import PartsRequest, RequestLine
from supplychain.model.vat import GROSS, NET, round_money, tax_sum
from tests.make.days import days_on

NOW = datetime(2026, 11, 30, 12, tzinfo=UTC)
LEAST = {"CNY": Decimal("0.01"), "EUR": Decimal("0.01"), "JPY": Decimal(1)}
RATES = ("0", "1", "3", "6", "9", "13", "19", "25.5", "100")


def _request(tax_basis: str, currency: str, quantities: list[int]) -> PartsRequest:
    return PartsRequest(
        id="r", number="PR-1", buyer_id="buyer", created_by="u", created_at=NOW,
        state="evaluating", deadline=NOW - timedelta(hours=1), currency=currency,
        tax_basis=tax_basis,
        lines=tuple(
            RequestLine(
                id=f"l{at}", number=at + 1, category_id="rings", description="Ring",
                quantity=quantity, need_by=date(2027, 6, 1),
            )
            for at, quantity in enumerate(quantities)
        ),
    )  # fmt: skip


def _draw_price(chance: Random, decimals: int) -> Decimal:
    return Decimal(chance.randrange(1, 10 ** chance.randint(2, 7))).scaleb(-decimals)


def _draw_line(chance: Random, id: str, quantity: int, decimals: int) -> BidLine:
    start = chance.randint(2, quantity) if quantity > 1 and chance.random() < 0.5 else 0
    return BidLine(
        request_line_id=id,
        quantity=quantity,
        unit_price=_draw_price(chance, decimals),
        tiers=(PriceTier(start=start, unit_price=_draw_price(chance, decimals)),) if start else (),
        tier_rule=chance.choice(["all_units", "incremental"]),
        tooling=_draw_price(chance, min(2, decimals)) if chance.random() < 0.4 else Decimal(0),
        freight=_draw_price(chance, decimals) if chance.random() < 0.4 else None,
        lead_days=20,
    )


def _draw_bid(chance: Random, request: PartsRequest) -> Bid:
    decimals = 0 if request.currency == "JPY" else chance.choice([2, 4])
    lines = tuple(_draw_line(chance, line.id, line.quantity, decimals) for line in request.lines)
    ids = [line.request_line_id for line in lines]
    is_bundle = len(ids) > 1 and chance.random() < 0.5
    bundle = Bundle(
        request_line_ids=(ids[0], ids[-1]),
        discount=Decimal(chance.randrange(1, 400)).scaleb(-1),
    )
    return Bid(
        id="b", request_id="r", firm_id="f", state="open", currency=request.currency,
        created_by="u", created_at=NOW, submitted_at=NOW, lines=lines,
        valid_until=NOW.date() + timedelta(days=30),
        one_off_cost=_draw_price(chance, min(2, decimals)) if chance.random() < 0.4 else Decimal(0),
        bundles=(bundle,) if is_bundle else (),
        vat_percent=Decimal(chance.choice(RATES)),
    )  # fmt: skip


def _order_all(request: PartsRequest, typed: Bid) -> tuple[Order, Decimal]:
    """The order of all that a bid offers, and what the comparison said that it would come to."""
    taken = tuple(
        Allocation(bid_id="b", request_line_id=line.id, quantity=line.quantity)
        for line in request.lines
    )
    return _order(request, typed, taken)


def _order(
    request: PartsRequest, typed: Bid, taken: tuple[Allocation, ...]
) -> tuple[Order, Decimal]:
    bid = without_tax(typed, request.tax_basis)
    choice = AwardChoice(allocations=taken, reason="Cheapest", accept_uncovered=True)
    decision = decide_award(
        request,
        [bid],
        choice,
        {},
        recommended=taken,
        award_id="a",
        user_id="u",
        days=days_on(NOW.date()),
    )
    tables = line_tables(request, [(bid, "F")], {}, {}, taken, days_on(NOW.date()))
    return decision.orders[0], supplier_totals([(bid, "F")], tables, {"b": bid})[0].taken_total


@pytest.mark.parametrize("tax_basis", [NET, GROSS])
def test_an_order_comes_to_what_its_bid_said(tax_basis: str) -> None:
    chance = Random(3)
    for _ in range(400):
        sizes = [chance.randint(1, 10 ** chance.randint(1, 6)) for _ in range(chance.randint(1, 9))]
        request = _request(tax_basis, chance.choice(["CNY", "EUR", "JPY"]), sizes)
        typed = _draw_bid(chance, request)
        order, compared = _order_all(request, typed)
        assert typed.vat_percent is not None
        said = tax_sum(typed.total, typed.vat_percent, tax_basis, typed.currency)
        if tax_basis == GROSS and typed.total != round_money(typed.total, typed.currency):
            # Only what no currency pays, a part of its least unit, may fall on the other side.
            assert order.taxed is not None
            assert abs(order.taxed.gross - said.gross) <= LEAST[typed.currency]
        else:
            assert order.taxed == said
        assert order.total == compared
        for line in order.lines:  # what the graph keeps is all of it
            assert line.total == from_e4(to_e4(line.goods)) + from_e4(
                to_e4(line.tooling)
            ) + from_e4(to_e4(line.freight or Decimal(0)))


@pytest.mark.parametrize("tax_basis", [NET, GROSS])
def test_an_order_of_a_part_comes_to_what_the_comparison_said(tax_basis: str) -> None:
    chance = Random(4)
    for _ in range(300):
        sizes = [chance.randint(1, 10 ** chance.randint(1, 6)) for _ in range(chance.randint(1, 9))]
        request = _request(tax_basis, chance.choice(["CNY", "EUR", "JPY"]), sizes)
        taken = tuple(
            Allocation(
                bid_id="b", request_line_id=line.id, quantity=chance.randint(1, line.quantity)
            )
            for line in request.lines
            if line.number == 1 or chance.random() < 0.7
        )
        order, compared = _order(request, _draw_bid(chance, request), taken)
        kept = sum((from_e4(to_e4(line.total)) for line in order.lines), Decimal(0))
        assert order.total == compared
        assert order.total == kept + order.one_off_cost - order.discount
        assert order.taxed is not None
        assert order.taxed.net + order.taxed.tax == order.taxed.gross


def test_ten_thousand_at_one_with_vat_are_ten_thousand_with_vat() -> None:
    request = _request(GROSS, "CNY", [10_000])
    line = BidLine(request_line_id="l0", quantity=10_000, unit_price=Decimal(1), lead_days=20)
    typed = Bid(
        id="b", request_id="r", firm_id="f", state="open", currency="CNY", created_by="u",
        created_at=NOW, submitted_at=NOW, lines=(line,), valid_until=date(2027, 1, 1),
        vat_percent=Decimal(13),
    )  # fmt: skip
    order, compared = _order_all(request, typed)
    assert order.taxed is not None
    sums = (order.taxed.net, order.taxed.tax, order.taxed.gross)
    assert sums == (Decimal("8849.56"), Decimal("1150.44"), Decimal("10000.00"))
    assert order.lines[0].unit_price == Decimal("0.8850")
    assert order.total == compared == Decimal("8849.5575")
