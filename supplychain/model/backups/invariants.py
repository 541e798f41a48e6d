"""What must hold in a graph, told from its nodes alone, so that a backup is checked as a graph is.

Each check reads what it needs once and names what does not hold.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Protocol, TypeAlias

from supplychain.model.calendars.firm_calendar import calendar_text
from supplychain.model.orders import OVER
from supplychain.model.quantities import tidy_quantity
from supplychain.model.trays import STATES, Side, tray_id, trays_of_order, trays_of_request

Values: TypeAlias = Mapping[str, Any]
MAX_NAMED_LINES: Final = 20
"""Of each check so many faults are named, the rest counted."""


class GraphAtRest(Protocol):
    """A graph at rest: nodes by label, relations by kind (``Order-SHARES-OrderLine``)."""

    def nodes(self, label: str) -> Iterator[Values]:
        """The properties of all nodes of a label."""
        ...

    def relations(self, name: str) -> Iterator[tuple[str, str, Values]]:
        """Start key, end key and properties of all relations of a kind."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """One check: how many things it looked at, how many are wrong, and the first of those."""

    check: str
    looked_at: int
    wrong: int
    faults: tuple[str, ...]


class _Tally:
    """What a check has seen so far."""

    def __init__(self) -> None:
        self.looked_at, self.wrong = 0, 0
        self.faults: list[str] = []

    def demand(self, holds: bool, fault: Callable[[], str]) -> None:
        """Count one thing; say what is wrong with it where it does not hold."""
        self.looked_at += 1
        if not holds:
            self.wrong += 1
            if len(self.faults) < MAX_NAMED_LINES:
                self.faults.append(fault())


def check_invariants(picture: GraphAtRest) -> list[Verdict]:
    """All checks, one verdict each."""
    verdicts = []
    for check, look in CHECKS.items():
        tally = _Tally()
        look(picture, tally)
        verdicts.append(
            Verdict(
                check=check,
                looked_at=tally.looked_at,
                wrong=tally.wrong,
                faults=tuple(tally.faults),
            )
        )
    return verdicts


_Look: TypeAlias = Callable[[GraphAtRest, _Tally], None]


def _pair_lists(values: Values, kind: str) -> Counter[int]:
    # A backup from before there were due days names weeks, in the lists as in what takes them.
    days: Sequence[int] = values.get(f"{kind}_days") or values.get(f"{kind}_weeks") or ()
    quantities: Sequence[int] = values.get(f"{kind}_quantities") or ()
    pairs = zip(days, quantities, strict=len(days) == len(quantities))
    return Counter({day: quantity for day, quantity in pairs if quantity})


def _check_days(label: str, kind: str) -> _Look:
    """What a capability says is taken by each day is the sum of what takes it."""

    def look(picture: GraphAtRest, tally: _Tally) -> None:
        sums: defaultdict[str, Counter[int]] = defaultdict(Counter)
        for each in picture.nodes(label):
            taken = each.get("work", each["quantity"])
            sums[each["capability_id"]][each.get("day", each.get("week"))] += taken
        for each in picture.nodes("Capability"):
            stated, summed = _pair_lists(each, kind), sums.pop(each["id"], Counter[int]())
            tally.demand(
                stated == summed, lambda id=each["id"]: f"Capability {id}: not what {label}s add to"
            )
        for capability_id in sums:
            tally.demand(False, lambda id=capability_id: f"{label}s of no capability {id}")

    return look


def _are_equal(stated: Iterable[float], summed: Iterable[float]) -> bool:
    """Whether quantities are the same once what floats lost in a sum is rounded away."""
    return [*map(tidy_quantity, stated)] == [*map(tidy_quantity, summed)]


def _check_order_lines(picture: GraphAtRest, tally: _Tally) -> None:
    """Promised quantities: shares, shipments and receipts add up to what the line says."""
    state_of = {each["id"]: each["state"] for each in picture.nodes("Order")}
    shared: Counter[str] = Counter()
    for order_id, line_id, values in picture.relations("Order-SHARES-OrderLine"):
        if state_of.get(order_id) not in OVER:
            shared[line_id] += values["quantity"]
    shipped: Counter[str] = Counter()
    for each in picture.nodes("Shipment"):
        shipped[each["order_line_id"]] += each["quantity"]
    received: Counter[str] = Counter()
    rejected: Counter[str] = Counter()
    for each in picture.nodes("Receipt"):
        received[each["order_line_id"]] += each["quantity"]
        rejected[each["order_line_id"]] += each["rejected_quantity"]
    for line in picture.nodes("OrderLine"):
        id = line["id"]
        stated = tuple(
            line.get(f"{name}_quantity") or 0 for name in ("shared", "shipped", "received")
        )
        tally.demand(
            _are_equal(
                (*stated, line.get("rejected_quantity") or 0),
                (shared[id], shipped[id], received[id], rejected[id]),
            ),
            lambda id=id: f"OrderLine {id}: not what its shares, shipments and receipts add to",
        )
        tally.demand(
            max(stated[0], stated[1]) <= line["quantity"] and stated[2] <= stated[1],
            lambda id=id: f"OrderLine {id}: more than was ordered, or received than was shipped",
        )
        tally.demand(line["order_id"] in state_of, lambda id=id: f"OrderLine {id}: of no order")


def _check_awards(picture: GraphAtRest, tally: _Tally) -> None:
    """A request is awarded exactly once, and its orders are of its award."""
    request_ids = [each["request_id"] for each in picture.nodes("Award")]
    for request_id, count in Counter(request_ids).items():
        tally.demand(count == 1, lambda id=request_id: f"PartsRequest {id}: awarded twice")
    awarded = set(request_ids)
    for each in picture.nodes("Order"):
        request_id = each.get("request_id")
        if each.get("award_id") and request_id:
            tally.demand(
                request_id in awarded, lambda id=each["id"]: f"Order {id}: of no award that is here"
            )


def _check_receipts(picture: GraphAtRest, tally: _Tally) -> None:
    """A firm's bid receipts have numbers of their own, none above what it counts."""
    counts = {each["id"]: each.get("receipt_count") or 0 for each in picture.nodes("Firm")}
    seen: set[tuple[str, int]] = set()
    for each in picture.nodes("Bid"):
        number = each.get("receipt_number")
        if number is not None:
            # The count of a firm that was taken in as a twin went with it.
            before = each.get("receipt_firm_id")
            key = (before or each["firm_id"], number)
            most = number if before else counts.get(each["firm_id"], 0)
            tally.demand(
                key not in seen and 1 <= number <= most,
                lambda id=each["id"]: f"Bid {id}: its receipt's number is taken or too high",
            )
            seen.add(key)


def _check_sequences(picture: GraphAtRest, tally: _Tally) -> None:
    """The places of each chain of events have no gap, end at its head, and follow one another.

    A chain may begin after 1 where older events lie in an archive.
    """
    links: defaultdict[str, dict[int, tuple[bytes, bytes]]] = defaultdict(dict)
    for each in picture.nodes("Event"):
        own = links[each["ledger_id"]]
        tally.demand(
            each["seq"] not in own, lambda id=each["id"]: f"Event {id}: its place is taken"
        )
        own[each["seq"]] = (bytes.fromhex(each["previous"]), bytes.fromhex(each["digest"]))
    heads = {each["id"]: each for each in picture.nodes("Ledger") if each.get("seq")}
    for ledger_id, own in links.items():
        first, last = min(own), max(own)
        head = heads.get(ledger_id)
        tally.demand(
            len(own) == last - first + 1, lambda id=ledger_id: f"Ledger {id}: events are missing"
        )
        tally.demand(
            head is not None
            and head["seq"] == last
            and bytes.fromhex(head["digest"]) == own[last][1],
            lambda id=ledger_id: f"Ledger {id}: its end is not its last event",
        )
        tally.demand(
            all(own[seq][0] == own[seq - 1][1] for seq in own if seq - 1 in own),
            lambda id=ledger_id: f"Ledger {id}: an event does not follow the one before it",
        )


def _check_open_kinds(picture: GraphAtRest, tally: _Tally) -> None:
    """What a firm shows to everybody stands on each of its capabilities, or nothing does yet."""
    open_kinds = {each["id"]: each.get("open_kinds") or "" for each in picture.nodes("Firm")}
    for each in picture.nodes("Capability"):
        tally.demand(
            each.get("open_kinds") in (None, open_kinds.get(each["firm_id"])),
            lambda id=each["id"]: f"Capability {id}: not open as its firm is",
        )


def _check_calendars(picture: GraphAtRest, tally: _Tally) -> None:
    """Each capability has the calendar that holds for its firm, or none yet."""
    calendars = {
        each["id"]: calendar_text(each.get("calendar"), each.get("country"))
        for each in picture.nodes("Firm")
    }
    for each in picture.nodes("Capability"):
        tally.demand(
            each.get("calendar") in (None, calendars.get(each["firm_id"])),
            lambda id=each["id"]: f"Capability {id}: not the calendar of its firm",
        )


def _check_index(label: str, name: str, relation: str, *, starts: bool) -> _Look:
    """What a node says of its firm, so that an index finds it, is what its relation says.

    A backup from before there was the index says nothing.
    """

    def look(picture: GraphAtRest, tally: _Tally) -> None:
        pairs = [(start, end) if starts else (end, start)
                 for start, end, _ in picture.relations(relation)]  # fmt: skip
        firm_of = dict(pairs)
        for each in picture.nodes(label):
            tally.demand(
                each.get(name) in (None, firm_of.get(each["id"])),
                lambda id=each["id"]: f"{label} {id}: not of the firm that it names",
            )

    return look


def _check_trays(picture: GraphAtRest, tally: _Tally) -> None:
    """What waits lies in the trays of its firms, and nothing else does.

    A backup from before there were trays has none.
    """
    if next(iter(picture.nodes("Tray")), None) is None:
        return
    for label, list_trays in (("Order", _trays_of_order), ("PartsRequest", _trays_of_request)):
        lying: defaultdict[str, list[str]] = defaultdict(list)
        for id, tray, _ in picture.relations(f"{label}-LIES_IN-Tray"):
            lying[id].append(tray)
        for each in picture.nodes(label):
            tally.demand(
                sorted(lying[each["id"]]) == sorted(list_trays(each)),
                lambda id=each["id"], label=label: f"{label} {id}: not in the trays of its state",
            )


def _trays_of_order(order: Values) -> list[str]:
    names = ("buyer_id", "supplier_id", "root_buyer_id")
    return trays_of_order(order["state"], **{name: order.get(name) or "" for name in names})


def _trays_of_request(request: Values) -> list[str]:
    return trays_of_request(request["state"], buyer_id=request["buyer_id"])


def _check_notes(picture: GraphAtRest, tally: _Tally) -> None:
    """Each membership, invitation and claim that waits has its note in its tray, and no other."""
    if next(iter(picture.nodes("Tray")), None) is None:
        return
    kept = {tuple(each["id"].split("|")[-2:]) for each in picture.nodes("Tray")}
    lying = {id: tray for id, tray, _ in picture.relations("TrayNote-LIES_IN-Tray")}
    counts = {each["id"]: each["n"] for each in picture.nodes("TrayNote")}
    for id, tray, count in _list_noted(picture):
        if tuple(tray.split("|")[-2:]) in YOUNGER and tuple(tray.split("|")[-2:]) not in kept:
            continue  # a backup from before they were kept
        tally.demand(
            lying.pop(id, "") == tray and counts.pop(id, 0) == count,
            lambda id=id: f"TrayNote {id}: not there, not in its tray, or of another count",
        )
    for id in counts:
        tally.demand(False, lambda id=id: f"TrayNote {id}: of nothing that waits")


YOUNGER: Final = {
    (Side.CLUSTERS, "member"),
    (Side.BIDS, "sealed"),
    (Side.SUPPLIERS, "trading"),
}
"""Trays that came after the others: a backup of before has none of them."""


def _list_partners(picture: GraphAtRest) -> set[tuple[str, str]]:
    """Buyer and supplier of every order that was accepted and is not cancelled."""
    return {
        (each["buyer_id"], each["supplier_id"])
        for each in picture.nodes("Order")
        if each.get("accepted_at") is not None and each["state"] != "cancelled"
    }


def _list_noted(picture: GraphAtRest) -> Iterator[tuple[str, str, int]]:
    """Of everything that should have a note its id, its tray and its count."""
    for side, relation in (
        (Side.CHAINS, "Firm-BELONGS_TO-Chain"),
        (Side.CLUSTERS, "Firm-JOINS-Cluster"),
    ):
        for firm_id, about_id, values in picture.relations(relation):
            if values.get("state") in STATES[side]:
                yield f"{about_id}|{firm_id}", tray_id(firm_id, side, values["state"]), 1
    for each in picture.nodes("Bid"):
        if each.get("sealed_holds") is not None:
            tray = tray_id(each["firm_id"], Side.BIDS, "sealed")
            yield f"{each['id']}|{each['firm_id']}", tray, 1
    for buyer_id, supplier_id in _list_partners(picture):
        yield f"{supplier_id}|{buyer_id}", tray_id(buyer_id, Side.SUPPLIERS, "trading"), 1
    for batch_id, firm_id, values in picture.relations("DeliveryBatch-SPEAKS_OF-Firm"):
        if values["claimed"]:
            tray = tray_id(firm_id, Side.BATCHES, "claimed")
            yield f"{batch_id}|{firm_id}", tray, values["claimed"]
    for supplier_id, buyer_id, values in picture.relations("Firm-SUPPLIES-Firm"):
        ends = {supplier_id: buyer_id, buyer_id: supplier_id}
        other_end = ends.get(values.get("claimed_by") or "")
        waits = not values.get("witnessed") and values.get("refused_at") is None
        if other_end and waits and values.get("id"):
            yield values["id"], tray_id(other_end, Side.RELATIONS, "claimed"), 1


def _check_sites(picture: GraphAtRest, tally: _Tally) -> None:
    """Each capability has the paces of the sites of its firm that make of it."""
    sites: defaultdict[str, list[str]] = defaultdict(list)
    for each in picture.nodes("Site"):
        columns = (each.get(name) or [] for name in ("categories", "works", "units"))
        for category_id, work, unit in zip(*columns, strict=True):
            if work > 0:
                key = f"{each['firm_id']}|{category_id}|{unit}"
                sites[key].append(f";{each.get('calendar') or ''}@{work}")
    for each in picture.nodes("Capability"):
        unit = "hours" if each.get("pace") else "pieces"
        text = "".join(sorted(sites[f"{each['id']}|{unit}"]))
        tally.demand(
            (each.get("site_paces") or "") == text,
            lambda id=each["id"]: f"Capability {id}: not the sites of its firm",
        )


CHECKS: Final[Mapping[str, _Look]] = {
    "booked capacity": _check_days("Booking", "booked"),
    "held capacity": _check_days("Hold", "held"),
    "order lines": _check_order_lines,
    "awards": _check_awards,
    "bid receipts": _check_receipts,
    "open to everybody": _check_open_kinds,
    "calendars": _check_calendars,
    "people": _check_index("User", "firm_id", "User-WORKS_FOR-Firm", starts=True),
    "chain leaders": _check_index("Chain", "leader_id", "Firm-LEADS-Chain", starts=False),
    "trays": _check_trays,
    "tray notes": _check_notes,
    "sites": _check_sites,
    "sequence of events": _check_sequences,
}
