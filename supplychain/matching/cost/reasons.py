"""One firm's costs as a row, and where each term of them comes from, as reasons."""

from __future__ import annotations

from datetime import date

from supplychain.matching.candidates.columns import Candidates
from supplychain.matching.cost.expected_cost import ExpectedCost
from supplychain.matching.cost.freight import (
    DUTY_DOMESTIC,
    DUTY_INCLUDED,
    DUTY_OF_TABLE,
    DUTY_UNASKED,
    DUTY_UNKNOWN,
    FREIGHT_SOURCES,
)
from supplychain.matching.cost.landed_cost import (
    PRICE_CONVERTED,
    PRICE_ENDED,
    PRICE_NOT_BEGUN,
    PRICE_OFFER,
    PRICE_OTHER_CURRENCY,
    PRICE_OWN,
    PRICE_UNKNOWN,
    LandedCost,
)
from supplychain.matching.need import Need
from supplychain.matching.rows import (
    NO_VALUES,
    ExpectedCostRow,
    FactValues,
    LandedCostRow,
    Reason,
)
from supplychain.model.audiences import PRICES
from supplychain.model.cost_settings import PRICE_HIGH_FACTOR, PRICE_LOW_FACTOR

PRICE_CODES = {
    PRICE_UNKNOWN: "price_unknown",
    PRICE_OFFER: "price_from_offer",
    PRICE_OWN: "price_from_own_order",
    PRICE_OTHER_CURRENCY: "price_in_other_currency",
    PRICE_CONVERTED: "price_converted",
    PRICE_ENDED: "price_ended",
    PRICE_NOT_BEGUN: "price_not_begun",
}
DUTY_CODES = {
    DUTY_UNKNOWN: "duty_unknown",
    DUTY_OF_TABLE: "duty_of_table",
    DUTY_DOMESTIC: "duty_domestic",
    DUTY_INCLUDED: "duty_included",
}


def landed_row(cost: LandedCost, i: int) -> LandedCostRow:
    """The landed cost of firm ``i``, term by term, in whole e4; None is unknown."""
    return LandedCostRow(
        total_e4=whole_e4(cost.total[i]),
        unit_price_e4=whole_e4(cost.unit_price[i]),
        tooling_e4=whole_e4(cost.tooling[i]),
        freight_e4=whole_e4(cost.freight[i]),
        duty_e4=whole_e4(cost.duty[i]),
        tax_e4=whole_e4(cost.tax[i]),
        payment_e4=whole_e4(cost.payment[i]),
    )


def expected_row(expected: ExpectedCost, i: int) -> ExpectedCostRow:
    """The expected total cost of firm ``i``: landed cost and what its failings cost, whole e4."""
    return ExpectedCostRow(
        total_e4=whole_e4(expected.total[i]),
        defects_e4=whole_e4(expected.defects[i]),
        lateness_e4=whole_e4(expected.lateness[i]),
        risk_e4=whole_e4(expected.risk[i]),
    )


def cost_reasons(
    need: Need, firms: Candidates, cost: LandedCost, i: int, row: LandedCostRow
) -> list[Reason]:
    """Price, one-off cost, freight, duty, tax and payment of firm ``i``; ``row`` of landed_row."""
    reasons = _explain_price(need, firms, cost, i, row)
    if row.tooling_e4:
        values = FactValues(
            tooling_e4=whole_e4(firms.offer_tooling_e4[i]),
            quantity=need.quantity,
            currency=firms.offer_currency[i],
        )
        reasons.append(_add_to_landed("tooling_of_offer", row.tooling_e4, values))
    reasons += [_explain_freight(need, firms, cost, i, row), *_explain_duty(cost, i, row)]
    days = int(firms.payment_days[i])
    if days >= 0 and row.payment_e4 is not None:
        reasons.append(_add_to_landed("payment_terms", row.payment_e4, FactValues(days=days)))
    return reasons


def expected_reasons(expected: ExpectedCost, i: int, row: ExpectedCostRow) -> list[Reason]:
    """Defects, lateness and risk of firm ``i``; ``row`` of expected_row. None without price."""
    if row.total_e4 is None:
        return []
    terms = (
        ("defects", row.defects_e4, "rate", expected.defect_rate[i]),
        ("lateness", row.lateness_e4, "days", expected.late_days[i]),
        ("risk", row.risk_e4, "rate", expected.failure_rate[i]),
    )
    return [
        Reason(code=f"expected_{name}_unknown", adds_to="expected_cost")
        if amount_e4 is None
        else Reason(
            code=f"expected_{name}",
            adds_to="expected_cost",
            contribution=amount_e4,
            values=FactValues(**{unit: round(float(rate), 4)}),
        )
        for name, amount_e4, unit, rate in terms
    ]


def whole_e4(amount: float) -> int | None:
    """An amount as whole e4; None where it is NaN."""
    return None if amount != amount else round(float(amount))


def _add_to_landed(code: str, contribution: float | None, values: FactValues = NO_VALUES) -> Reason:
    return Reason(code=code, values=values, adds_to="landed_cost", contribution=contribution)


def _explain_price(
    need: Need, firms: Candidates, cost: LandedCost, i: int, row: LandedCostRow
) -> list[Reason]:
    code = PRICE_CODES[int(cost.price_source[i])]
    if code == "price_unknown" and PRICES in firms.on_request(i):
        code = "price_on_request"
    price_e4, theirs = row.unit_price_e4, firms.offer_currency[i]
    quote = need.exchange.latest(theirs, need.today) if need.exchange and theirs else None
    values = NO_VALUES
    if code == "price_from_offer":
        rule = {"tier_rule": "incremental"} if firms.incremental[i] else {}
        values = FactValues(
            unit_price_e4=price_e4,
            from_quantity=int(cost.tier_from[i]),
            currency=need.currency,
            **rule,
        )
    elif code == "price_from_own_order":
        values = FactValues(
            unit_price_e4=price_e4, on=firms.own_price_on[i], currency=need.currency
        )
    elif code == "price_in_other_currency":
        values = FactValues(currency=theirs)
    elif code == "price_ended" and firms.offer_ended is not None:
        values = FactValues(on=firms.offer_ended[i])
    elif code == "price_not_begun" and firms.offer_begins is not None:
        values = FactValues(on=firms.offer_begins[i])
    elif code == "price_converted" and quote is not None:
        values = FactValues(
            unit_price_e4=price_e4,
            rate=quote.rate,
            currency=theirs,
            on=quote.on.isoformat(),
            age_days=quote.age_days,
        )
    reasons = [_add_to_landed(code, price_e4, values)]
    if code == "price_in_other_currency" and quote is not None:
        too_old = FactValues(
            currency=theirs,
            on=quote.on.isoformat(),
            age_days=quote.age_days,
            limit_days=int(need.settings.reckoned("rate_age_days")),
        )
        reasons.append(Reason(code="exchange_rate_too_old", values=too_old))
    if code in ("price_from_offer", "price_converted"):
        reasons += _explain_age(need, firms, i, price_e4)
    return reasons


def _explain_age(need: Need, firms: Candidates, i: int, price_e4: int | None) -> list[Reason]:
    """When the standing price was stated; one stated long ago is an estimate, with its range."""
    stated = firms.offer_stated[i] if firms.offer_stated is not None else ""
    if not stated or price_e4 is None:
        return []
    age_days = max(0, (need.today - date.fromisoformat(stated)).days)
    limit = int(need.settings.reckoned("price_age_days"))
    if age_days <= limit:
        return [Reason(code="price_stated", values=FactValues(on=stated, age_days=age_days))]
    values = FactValues(
        on=stated,
        age_days=age_days,
        limit_days=limit,
        low_e4=round(price_e4 * PRICE_LOW_FACTOR),
        high_e4=round(price_e4 * PRICE_HIGH_FACTOR),
        currency=need.currency,
    )
    return [Reason(code="price_is_old", values=values)]


def _explain_freight(
    need: Need, firms: Candidates, cost: LandedCost, i: int, row: LandedCostRow
) -> Reason:
    code = FREIGHT_SOURCES[int(cost.freight_source[i])].code
    values = NO_VALUES
    if code == "freight_of_supplier":
        values = FactValues(share=round(float(firms.own_freight_share[i]), 4))
    elif code == "freight_of_buyer":
        values = FactValues(share=round(firms.mean_freight_share, 4))
    elif code == "freight_assumed":
        share = float(need.settings.reckoned("freight_share"))
        values = FactValues(share=round(share, 4), incoterm=firms.incoterm[i])
    elif code == "freight_included":
        values = FactValues(incoterm=firms.incoterm[i])
    return _add_to_landed(code, row.freight_e4, values)


def _explain_duty(cost: LandedCost, i: int, row: LandedCostRow) -> list[Reason]:
    source = int(cost.duty_source[i])
    if source == DUTY_UNASKED:
        return []
    reasons = [_add_to_landed(DUTY_CODES[source], row.duty_e4)]
    if row.tax_e4:
        reasons.append(_add_to_landed("tax_of_table", row.tax_e4))
    return reasons
