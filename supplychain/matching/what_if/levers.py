"""The facts of a firm that move its place, each as whole numbers that can be turned one by one.

A lever takes n firms and n steps and gives the same firms with that one fact so many steps better:
a price or a cost by 0.0001 of the request's currency, a term of payment by a day, a record by one
delivery, answer or rejected piece, a capacity by a piece a week. Whatever else depends on the fact
follows it (freight as a share of the price, duty on both, interest on what is paid later).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from supplychain.matching.candidates.aged import (
    with_failed,
    with_good_deliveries,
    with_late_days,
    with_on_time,
    with_rejected,
)
from supplychain.matching.candidates.arrays import Flags, Floats, Ints, Ragged
from supplychain.matching.candidates.columns import Candidates
from supplychain.matching.cost.landed_cost import (
    PRICE_CONVERTED,
    PRICE_OFFER,
    PRICE_OWN,
    LandedCost,
)
from supplychain.matching.feasibility.reach import Reach
from supplychain.matching.feasibility.windows import lots_of, paces_of
from supplychain.matching.need import Need
from supplychain.matching.what_if.weighing import Weighed
from supplychain.model.offers import MAX_PAYMENT_DAYS

MAX_NEW_ORDERS = 100
"""More faultless deliveries than these are no advice."""
PRICE_REACH_FACTOR = 1000
"""A firm without a price is tried from so many times the first firm's cost downwards; performance
lies between 0 and 1, and no firm that can make a line performs a thousand times as well."""
HIGHEST_PRICE_E4 = 10**15
"""``model.money.MAX_AMOUNT`` in e4."""
MAX_WEEKLY_PIECES = 10**9
"""No weekly capacity is tried above it: more pieces than any line asks for."""
USUAL_PAYMENT_DAYS = 30
"""What a change of payment days is measured against where fewer are granted."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Lever:
    """One fact of n firms, and how far it can be turned.

    Attributes:
        what: the fact, as in ``to_be_first`` of a ranking's row.
        now: the fact as it is, a whole number.
        steps: how many steps there are to its end; 0 where the fact does not apply.
        down: less of it is better.
        amiss: what a change is measured against, to compare changes of different facts.
        of: out of how many, where that says something.
        turned: the firms with the fact turned by n steps.
        changed: which kind of facts that is.
    """

    what: str
    now: Ints
    steps: Ints
    down: bool
    amiss: Floats
    of: Ints | None
    turned: Callable[[Ints], Candidates]
    changed: Weighed

    def then(self, steps: Ints) -> Ints:
        """The fact after so many steps."""
        return self.now - steps if self.down else self.now + steps


def cost_levers(need: Need, firms: Candidates, cost: LandedCost, first_e4: float) -> list[Lever]:
    """Price, freight, one-off cost and payment days.

    Args:
        need: the line.
        firms: n firms.
        cost: their landed cost, e4 a piece.
        first_e4: the landed cost of the firm that is first; NaN without a price.
    """
    offered = (cost.price_source == PRICE_OFFER) | (cost.price_source == PRICE_CONVERTED)
    return [
        _price_lever(need, firms, cost, first_e4),
        _falling_lever("freight", _round_up(cost.freight), lambda to: with_freight(firms, to)),
        _falling_lever(
            "tooling",
            np.where(offered, _round_up(cost.tooling * need.quantity), 0),
            lambda to: replace(firms, offer_tooling_e4=to / firms.offer_rate),
        ),
        _payment_lever(firms, offered),
    ]


def record_levers(need: Need, firms: Candidates) -> list[Lever]:
    """Deliveries on time, rejects, answers, failures, days late, and more deliveries.

    Args:
        need: the line; a further delivery is of its quantity.
        firms: n firms.
    """
    lines = firms.delivered_lines
    on_time = np.clip(firms.on_time_lines, 0, lines)
    received = np.where(lines > 0, np.ceil(firms.received_quantity), 0).astype(np.int64)
    asked = np.maximum(firms.enquiries, 0)
    answered = np.clip(firms.answered, 0, asked)
    failed = np.clip(firms.long_late_lines, 0, lines)
    return [
        _rising_lever("on_time", on_time, lines, lambda to: with_on_time(firms, to)),
        _falling_lever(
            "rejected",
            np.clip(np.floor(firms.rejected_quantity), 0, received).astype(np.int64),
            lambda to: with_rejected(firms, to),
            of=received,
        ),
        _rising_lever("answered", answered, asked, lambda to: replace(firms, answered=to)),
        _falling_lever("failed", failed, lambda to: with_failed(firms, to), of=lines),
        _falling_lever(
            "late_days",
            np.where(lines > 0, np.maximum(firms.late_days_sum, 0), 0),
            lambda to: with_late_days(firms, to),
            of=lines,
        ),
        _delivery_lever(need, firms),
    ]


def capacity_lever(firms: Candidates, reach: Ints) -> Lever:
    """More pieces a week, for firms that cannot make all of the line by its need date.

    With a routing the capacities of several steps would have to change; none is tried.

    Args:
        firms: n firms.
        reach: the group of each, of ``feasibility.reach``.
    """
    now = firms.weekly_capacity
    short = (reach < Reach.WHOLE) & (not firms.steps)
    return Lever(
        what="weekly_capacity",
        now=now,
        steps=np.where(short, np.maximum(MAX_WEEKLY_PIECES - now, 0), 0),
        down=False,
        amiss=np.where(now > 0, now, np.nan).astype(np.float64),
        of=None,
        turned=lambda steps: with_weekly(firms, now + steps),
        changed="capacity",
    )


def with_weekly(firms: Candidates, pieces: Ints) -> Candidates:
    """The firms at so many pieces of the line's part a week, or at the hours that make them."""
    lots = lots_of(firms)
    paces = paces_of(firms)
    at_sites = paces.all_weekly - np.maximum(paces.weekly, 0)
    work = np.maximum(-(-pieces * lots.work // lots.pieces) - at_sites, 0)
    return replace(firms, weekly_capacity=pieces, weekly_work=work)


def with_price(firms: Candidates, *, source: Ints, price_e4: Ints) -> Candidates:
    """The firms at these prices a piece, in the request's currency.

    A price that was the buyer's own past one stays one; any other is an offer's.
    """
    own = source == PRICE_OWN
    starts = np.zeros(len(firms) + 1, np.int64)
    np.cumsum(~own, out=starts[1:])
    offers = int(starts[-1])
    known = ~own & ~np.isnan(firms.offer_rate)
    ratio = np.where(known, firms.offer_rate, 1.0)
    return replace(
        firms,
        tiers=Ragged(starts=starts, keys=np.ones(offers, np.int64), values=price_e4[~own]),
        price_per=np.ones(len(firms), np.int64),
        incremental=np.zeros(len(firms), np.bool_),
        own_price_e4=np.where(own, price_e4, firms.own_price_e4),
        offer_rate=np.where(own, firms.offer_rate, 1.0),
        offer_freight_e4=_in_request(firms.offer_freight_e4 * ratio, own | known),
        offer_tooling_e4=_in_request(firms.offer_tooling_e4 * ratio, own | known),
    )


def with_freight(firms: Candidates, to: Ints) -> Candidates:
    """The firms at this freight a piece, in the request's currency.

    It is stated as the offer's; where the rate of that is not known, as that of past deliveries.
    """
    return replace(firms, offer_freight_e4=to / firms.offer_rate, own_freight_e4=to.astype(float))


def _in_request(amount: Floats, is_known: Flags) -> Floats:
    """Amounts in the request's currency; what an unknown rate would convert is not known."""
    return np.where(is_known, amount, np.nan)


def _price_lever(need: Need, firms: Candidates, cost: LandedCost, first_e4: float) -> Lever:
    known = ~np.isnan(cost.unit_price)
    reach = 0 if np.isnan(first_e4) else min(round(PRICE_REACH_FACTOR * first_e4), HIGHEST_PRICE_E4)
    now = np.where(known, _round_up(cost.unit_price), reach)
    source = cost.price_source.astype(np.int64)
    return Lever(
        what="unit_price",
        now=now,
        steps=np.maximum(now - 1, 0),
        down=True,
        amiss=np.where(known, now, np.nan).astype(np.float64),
        of=None,
        turned=lambda steps: with_price(firms, source=source, price_e4=now - steps),
        changed="costs",
    )


def _payment_lever(firms: Candidates, offered: Flags) -> Lever:
    now = np.maximum(firms.payment_days, 0)
    return Lever(
        what="payment_days",
        now=now,
        steps=np.where(offered, np.maximum(MAX_PAYMENT_DAYS - now, 0), 0),
        down=False,
        amiss=np.maximum(now, USUAL_PAYMENT_DAYS).astype(np.float64),
        of=None,
        turned=lambda steps: replace(firms, payment_days=now + steps),
        changed="costs",
    )


def _delivery_lever(need: Need, firms: Candidates) -> Lever:
    """Further deliveries of the line's quantity, all on time, in full and without a reject."""
    lines = firms.delivered_lines
    return Lever(
        what="deliveries",
        now=lines,
        steps=np.full(len(firms), MAX_NEW_ORDERS, np.int64),
        down=False,
        amiss=np.maximum(lines, 1).astype(np.float64),
        of=None,
        turned=lambda steps: with_good_deliveries(firms, steps, need.quantity),
        changed="records",
    )


def _falling_lever(
    what: str, now: Ints, changed: Callable[[Ints], Candidates], of: Ints | None = None
) -> Lever:
    """Less is better, down to 0; a cost where nothing is said of how many it is ``of``."""
    return Lever(
        what=what,
        now=now,
        steps=now,
        down=True,
        amiss=now.astype(np.float64),
        of=of,
        turned=lambda steps: changed(now - steps),
        changed="costs" if of is None else "records",
    )


def _rising_lever(what: str, now: Ints, of: Ints, changed: Callable[[Ints], Candidates]) -> Lever:
    """More is better, up to all of them."""
    return Lever(
        what=what,
        now=now,
        steps=of - now,
        down=False,
        amiss=(of - now).astype(np.float64),
        of=of,
        turned=lambda steps: changed(now + steps),
        changed="records",
    )


def _round_up(amount: Floats) -> Ints:
    """Whole e4, never less than the amount; 0 where it is unknown or below 0."""
    return np.ceil(np.maximum(np.nan_to_num(amount), 0)).astype(np.int64)
