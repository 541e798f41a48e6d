"""Where each term of the landed and of the expected cost comes from, as reasons.

See ``explain`` for what a reason is.
"""

from __future__ import annotations

from typing import Any

from supplychain.matching.candidates.columns import Candidates
from supplychain.matching.cost.expected_cost import ExpectedCost
from supplychain.matching.cost.freight import (
    DUTY_DOMESTIC,
    DUTY_INCLUDED,
    DUTY_OF_TABLE,
    DUTY_UNASKED,
    DUTY_UNKNOWN,
    FREIGHT_INCLUDED,
    FREIGHT_OF_BUYER,
    FREIGHT_OF_OFFER,
    FREIGHT_OF_PART,
    FREIGHT_OF_SUPPLIER,
    FREIGHT_OF_TABLE,
    FREIGHT_UNKNOWN,
)
from supplychain.matching.cost.landed_cost import (
    PRICE_CONVERTED,
    PRICE_OFFER,
    PRICE_OTHER_CURRENCY,
    PRICE_OWN,
    PRICE_UNKNOWN,
    LandedCost,
)
from supplychain.matching.need import Need

Row = dict[str, Any]

PRICE_CODES = {
    PRICE_UNKNOWN: "price_unknown",
    PRICE_OFFER: "price_from_offer",
    PRICE_OWN: "price_from_own_order",
    PRICE_OTHER_CURRENCY: "price_in_other_currency",
    PRICE_CONVERTED: "price_converted",
}
FREIGHT_CODES = {
    FREIGHT_UNKNOWN: "freight_unknown",
    FREIGHT_OF_PART: "freight_of_part",
    FREIGHT_OF_SUPPLIER: "freight_of_supplier",
    FREIGHT_OF_BUYER: "freight_of_buyer",
    FREIGHT_OF_OFFER: "freight_of_offer",
    FREIGHT_OF_TABLE: "freight_of_table",
    FREIGHT_INCLUDED: "freight_included",
}
DUTY_CODES = {
    DUTY_UNKNOWN: "duty_unknown",
    DUTY_OF_TABLE: "duty_of_table",
    DUTY_DOMESTIC: "duty_domestic",
    DUTY_INCLUDED: "duty_included",
}
LANDED = ("unit_price", "tooling", "freight", "duty", "tax", "payment")
EXPECTED = ("defects", "lateness", "risk")


def adding(code: str, adds_to: str, contribution: float | None, values: Row) -> Row:
    """A reason that adds to something."""
    return {"code": code, "values": values, "adds_to": adds_to, "contribution": contribution}


def landed_row(cost: LandedCost, i: int) -> Row:
    """The landed cost of firm ``i``, term by term, in whole e4; None is unknown."""
    terms = {f"{name}_e4": whole(getattr(cost, name)[i]) for name in LANDED}
    return {"total_e4": whole(cost.total[i]), **terms}


def expected_row(expected: ExpectedCost, i: int) -> Row:
    """The expected total cost of firm ``i``: landed cost and what its failings cost."""
    terms = {f"{name}_e4": whole(getattr(expected, name)[i]) for name in EXPECTED}
    return {"total_e4": whole(expected.total[i]), **terms}


def cost_reasons(need: Need, firms: Candidates, cost: LandedCost, i: int, row: Row) -> list[Row]:
    """Price, one-off cost, freight, duty, tax and payment of firm ``i``; ``row`` of landed_row."""
    found = _price(need, firms, cost, i, row)
    if row["tooling_e4"]:
        values: Row = {"tooling_e4": whole(firms.offer_tooling_e4[i]), "quantity": need.quantity}
        values["currency"] = firms.offer_currency[i]
        found.append(_landed("tooling_of_offer", row["tooling_e4"], values))
    found += [_freight(firms, cost, i, row), *_duty(cost, i, row)]
    days = int(firms.payment_days[i])
    if days >= 0 and row["payment_e4"] is not None:
        found.append(_landed("payment_terms", row["payment_e4"], {"days": days}))
    return found


def expected_reasons(expected: ExpectedCost, i: int, row: Row) -> list[Row]:
    """Defects, lateness and risk of firm ``i``; ``row`` of expected_row. None without price."""
    if row["total_e4"] is None:
        return []
    rates = (
        ("defects", "rate", expected.defect_rate[i]),
        ("lateness", "days", expected.late_days[i]),
        ("risk", "rate", expected.failure_rate[i]),
    )
    return [
        adding(
            f"expected_{name}" if row[f"{name}_e4"] is not None else f"expected_{name}_unknown",
            "expected_cost",
            row[f"{name}_e4"],
            {} if row[f"{name}_e4"] is None else {unit: round(float(rate), 4)},
        )
        for name, unit, rate in rates
    ]


def whole(amount: Any) -> int | None:
    """An amount as whole e4; None where it is NaN."""
    return None if amount != amount else round(float(amount))


def _landed(code: str, contribution: float | None, values: Row) -> Row:
    return adding(code, "landed_cost", contribution, values)


def _price(need: Need, firms: Candidates, cost: LandedCost, i: int, row: Row) -> list[Row]:
    code = PRICE_CODES[int(cost.price_source[i])]
    price, theirs = row["unit_price_e4"], firms.offer_currency[i]
    quote = need.exchange.latest(theirs, need.today) if need.exchange and theirs else None
    told: Row = {}
    if quote is not None:
        told = {"currency": theirs, "on": quote.on.isoformat(), "age_days": quote.age_days}
    values: Row = {}
    if code == "price_from_offer":
        values = {"unit_price_e4": price, "from_quantity": int(cost.tier_from[i])}
        values |= {"currency": need.currency}
        if firms.incremental[i]:
            values["tier_rule"] = "incremental"
    elif code == "price_from_own_order":
        values = {"unit_price_e4": price, "on": firms.own_price_on[i], "currency": need.currency}
    elif code == "price_in_other_currency":
        values = {"currency": theirs}
    elif code == "price_converted" and quote is not None:
        values = {"unit_price_e4": price, "rate": quote.rate, **told}
    found = [_landed(code, price, values)]
    if code == "price_in_other_currency" and quote is not None:
        limit = int(need.settings.reckoned("rate_age_days"))
        found.append(adding("exchange_rate_too_old", "", None, {**told, "limit_days": limit}))
    return found


def _freight(firms: Candidates, cost: LandedCost, i: int, row: Row) -> Row:
    code = FREIGHT_CODES[int(cost.freight_source[i])]
    values: Row = {}
    if code == "freight_of_supplier":
        values = {"share": round(float(firms.own_freight_share[i]), 4)}
    elif code == "freight_of_buyer":
        values = {"share": round(firms.mean_freight_share, 4)}
    elif code == "freight_included":
        values = {"incoterm": firms.incoterm[i]}
    return _landed(code, row["freight_e4"], values)


def _duty(cost: LandedCost, i: int, row: Row) -> list[Row]:
    source = int(cost.duty_source[i])
    if source == DUTY_UNASKED:
        return []
    found = [_landed(DUTY_CODES[source], row["duty_e4"], {})]
    if row["tax_e4"]:
        found.append(_landed("tax_of_table", row["tax_e4"], {}))
    return found
