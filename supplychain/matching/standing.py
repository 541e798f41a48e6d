"""How a supplier stands to a line, told from its own facts alone.

Nothing of another firm, of the rank, of the buyer's target, past prices or freight comes in, so
nothing of it can come out: a firm learns which of its facts fail the line, by how much, and which
one fact of its own would change most. Where a price or a record would, only the direction is told:
a distance to the firms before it would tell their prices.
"""

from __future__ import annotations

from typing import Any

from supplychain.matching.candidates.columns import Candidates
from supplychain.matching.feasibility import filters, requirements
from supplychain.matching.feasibility.capacity import possible_quantity, promise
from supplychain.matching.need import Need
from supplychain.matching.what_if.to_pass import to_pass

Row = dict[str, Any]
PUNCTUAL = 0.95
"""An own share below it is the first thing to better."""
CAREFUL = 0.99
ANSWERING = 0.9


def standing(need: Need, own: Candidates | None) -> Row:
    """A firm's standing to one line.

    Args:
        need: the line, with nothing of the buyer's own figures.
        own: the firm as the only candidate; None where it never said that it can make the line.

    Returns:
        ``state`` (able, failing or no_capability), the failing ``facts`` with their numbers,
        ``changes`` that would make it pass, and ``advice``: ``{code, values}``, the one fact of
        its own that would change most.
    """
    if own is None:
        advice = _advice("add_capability", category=need.category_id)
        return {"state": "no_capability", "facts": [], "changes": [], "advice": advice}
    possible = possible_quantity(need, own)
    sieve = filters.sift(need, own, possible)
    if sieve.passed[0]:
        advice = _better(need, own, promise(need, own, possible, 0))
        return {"state": "able", "facts": [], "changes": [], "advice": advice}
    changes = to_pass(need, own, sieve, 0)["changes"]
    return {
        "state": "failing",
        "facts": filters.failing_facts(need, own, sieve, 0),
        "changes": changes,
        "advice": _passing(changes),
    }


def _passing(changes: list[Row]) -> Row:
    """The first failing fact that can be changed; what cannot leaves nothing to advise."""
    if any(change["then"] is None for change in changes):
        return _advice("none")
    return _advice("pass", **changes[0])


def _better(need: Need, own: Candidates, room: Row) -> Row:
    """What to do first: what keeps it behind all others, what is unstated, what is weakest."""
    if need.part_id and not own.offer_currency[0]:
        return _advice("state_price", part_id=need.part_id)
    if need.part_id and own.offer_currency[0] != need.currency:
        return _advice("state_price_in", currency=need.currency)
    unstated = requirements.unknowns(need, own, 0)
    if blank := [fact for fact in unstated if fact != "certificate_end"]:
        return _advice("state_facts", facts=blank)
    if room["state"] == "unknown":
        return _advice("state_capacity")
    if own.lead_days[0] < 0:
        return _advice("state_lead_time")
    if room["state"] == "part":
        return _advice("free_capacity", possible=room["possible"], quantity=need.quantity)
    if unstated:
        return _advice("state_facts", facts=unstated)
    return _record(own)


def _record(own: Candidates) -> Row:
    delivered, on_time = int(own.delivered_lines[0]), int(own.on_time_lines[0])
    received, rejected = int(own.received_quantity[0]), int(own.rejected_quantity[0])
    asked, answered = int(own.asked[0]), int(own.answered[0])
    if delivered == 0:
        return _advice("first_deliveries")
    if on_time < PUNCTUAL * delivered:
        return _advice("deliver_on_time", on_time=on_time, delivered=delivered)
    if received and received - rejected < CAREFUL * received:
        return _advice("fewer_rejects", rejected=rejected, received=received)
    if asked and answered < ANSWERING * asked:
        return _advice("answer_in_time", answered=answered, asked=asked)
    return _advice("better_price")


def _advice(code: str, **values: Any) -> Row:
    return {"code": code, "values": values}
