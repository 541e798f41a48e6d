"""How a supplier stands to a line, told from its own facts alone.

Nothing of another firm, of the rank, of the buyer's target, past prices or freight comes in, so
nothing of it can come out: a firm learns which of its facts fail the line, by how much, and which
one fact of its own would change most. Where a price or a record would, only the direction is told:
a distance to the firms before it would tell their prices.
"""

from __future__ import annotations

from supplychain.matching.candidates.columns import Candidates
from supplychain.matching.feasibility import filters, requirements
from supplychain.matching.feasibility.capacity import possible_quantity, promise_capacity
from supplychain.matching.need import Need
from supplychain.matching.rows import (
    CodedFact,
    FactValues,
    LineStanding,
    PassingChange,
    Promise,
    Value,
)
from supplychain.matching.what_if.to_pass import to_pass
from supplychain.model.quantities import plain_number

# A firm hears of a share of its own below these. They are judgements: they only choose which of its
# facts is named first.
PUNCTUAL_SHARE = 0.95
CAREFUL_SHARE = 0.99
ANSWERING_SHARE = 0.9


def judge_standing(need: Need, own: Candidates | None, *, line_number: int) -> LineStanding:
    """A firm's standing to one line.

    Args:
        need: the line, with nothing of the buyer's own figures.
        own: the firm as the only candidate; None where it never said that it can make the line.
        line_number: of the request's line.
    """
    if own is None:
        advice = _make_advice("add_capability", category=need.category_id)
        return LineStanding(line_number=line_number, state="no_capability", advice=advice)
    possible = possible_quantity(need, own)
    sieve = filters.sift_firms(need, own, possible)
    if sieve.passed[0]:
        advice = _advise_able(need, own, promise_capacity(need, own, possible, 0))
        return LineStanding(line_number=line_number, state="able", advice=advice)
    changes = to_pass(need, own, sieve, 0).changes
    return LineStanding(
        line_number=line_number,
        state="failing",
        facts=filters.list_failing_facts(need, own, sieve, 0),
        changes=changes,
        advice=_advise_failing(changes),
    )


def _advise_failing(changes: tuple[PassingChange, ...]) -> CodedFact:
    """The first failing fact that can be changed; what cannot leaves nothing to advise."""
    if any(change.then is None for change in changes):
        return _make_advice("none")
    return _make_advice("pass", what=changes[0].what, now=changes[0].now, then=changes[0].then)


def _advise_able(need: Need, own: Candidates, promised: Promise) -> CodedFact:
    """What to do first: what keeps it behind all others, what is unstated, what is weakest."""
    if promised.state == "part":
        return _make_advice("free_capacity", possible=promised.possible, quantity=need.quantity)
    if promised.state == "unknown":
        return _make_advice("state_capacity")
    if need.part_id and not own.offer_currency[0]:
        return _make_advice("state_price", part_id=need.part_id)
    if need.part_id and own.offer_currency[0] != need.currency:
        return _make_advice("state_price_in", currency=need.currency)
    unstated = requirements.list_unstated(need, own, 0)
    if blank := [fact for fact in unstated if fact != "certificate_end"]:
        return _make_advice("state_facts", facts=blank)
    if own.lead_days[0] < 0:
        return _make_advice("state_lead_time")
    if unstated:
        return _make_advice("state_facts", facts=unstated)
    return _advise_on_record(own)


def _advise_on_record(own: Candidates) -> CodedFact:
    delivered, on_time = int(own.delivered_lines[0]), int(own.on_time_lines[0])
    received = plain_number(float(own.received_quantity[0]))
    rejected = plain_number(float(own.rejected_quantity[0]))
    invited, answered = int(own.enquiries[0]), int(own.answered[0])
    if delivered == 0:
        return _make_advice("first_deliveries")
    if on_time < PUNCTUAL_SHARE * delivered:
        return _make_advice("deliver_on_time", on_time=on_time, delivered=delivered)
    if received and received - rejected < CAREFUL_SHARE * received:
        return _make_advice("fewer_rejects", rejected=rejected, received=received)
    if invited and answered < ANSWERING_SHARE * invited:
        return _make_advice("answer_in_time", answered=answered, asked=invited)
    return _make_advice("better_price")


def _make_advice(code: str, **values: Value) -> CodedFact:
    return CodedFact(code=code, values=FactValues(**values))
