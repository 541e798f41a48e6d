"""In which trays of which firms a thing lies while it waits: the one rule for all of them.

A tray is of one firm, one side of trade and one state that passes. What comes into the state is
laid into it, what leaves the state is taken out: a tray holds what waits now, and nothing of what
waited before.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from supplychain.model import orders
from supplychain.model.parts_requests import parts_request


class Side(StrEnum):
    """What a firm is to the things in a tray."""

    BOUGHT = "bought"
    SUPPLIED = "supplied"
    CONSENTS = "consents"
    """Shares that wait for the word of the root buyer."""
    POSTED = "posted"
    CHAINS = "chains"
    """Notes of chains that invite the firm, and of those that it belongs to."""
    CLUSTERS = "clusters"
    """The same of clusters."""
    BIDS = "bids"
    """Notes of the firm's own bids that hold capacity under their seal."""
    SUPPLIERS = "suppliers"
    """Notes of the firms of which an order was accepted, and is not cancelled."""
    BATCHES = "batches"
    """Notes of imports whose claims of the firm's deliveries wait for its answer."""
    RELATIONS = "relations"
    """Notes of supply relations that another firm claims and the firm has not answered."""


STATES: dict[Side, tuple[str, ...]] = {
    Side.BOUGHT: orders.PASSING,
    Side.SUPPLIED: tuple(one for one in orders.PASSING if one != "awaiting_consent"),
    Side.CONSENTS: ("awaiting_consent",),
    Side.POSTED: parts_request.PASSING,
    Side.CHAINS: ("invited", "member"),
    Side.CLUSTERS: ("invited", "member"),
    Side.BIDS: ("sealed",),
    Side.SUPPLIERS: ("trading",),
    Side.BATCHES: ("claimed",),
    Side.RELATIONS: ("claimed",),
}
"""The states of a side in which things wait."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TrayNote:
    """A small thing that lies in a tray in the place of a relation of its firm.

    ``about_id`` is the chain, cluster, bid, supplier, batch or claiming firm that it is of, ``n``
    how many claims it stands for, ``at`` the instant since when (stored form, "" where it is not
    told).
    """

    id: str
    firm_id: str
    side: Side
    state: str
    about_id: str
    n: int = 1
    at: str = ""

    @property
    def tray(self) -> str:
        """In which tray it lies; "" where it waits no more."""
        waits = self.state in STATES[self.side]
        return tray_id(self.firm_id, self.side, self.state) if waits else ""


def tray_id(firm_id: str, side: Side, state: str) -> str:
    """The identity of a tray, whether there is one or not."""
    return f"{firm_id}|{side}|{state}"


def list_trays(firm_id: str) -> list[str]:
    """All trays that a firm may have."""
    return [tray_id(firm_id, side, state) for side, states in STATES.items() for state in states]


def trays_of_order(state: str, *, buyer_id: str, supplier_id: str, root_buyer_id: str) -> list[str]:
    """Where an order lies: with both of its firms, and with whom it waits for; [] when it is over.

    A share that waits for consent is not offered yet: it lies with no supplier.
    """
    owners = {
        Side.BOUGHT: buyer_id,
        Side.SUPPLIED: supplier_id,
        Side.CONSENTS: root_buyer_id,
    }
    return [
        tray_id(firm_id, side, state) for side, firm_id in owners.items() if state in STATES[side]
    ]


def trays_of_request(state: str, *, buyer_id: str) -> list[str]:
    """Where a parts request lies: with its buyer, until it is decided."""
    return [tray_id(buyer_id, Side.POSTED, state)] if state in STATES[Side.POSTED] else []
