"""Firms and their public profile."""

from __future__ import annotations

from dataclasses import dataclass

from supplychain.model.capabilities import PublicCapability
from supplychain.model.verification import Verification


@dataclass(frozen=True, slots=True, kw_only=True)
class Firm:
    """The public profile of a firm; whoever is signed in may see it.

    ``kind`` is core, sme, financier or provider; latitude and longitude in degrees.
    """

    id: str
    name: str
    kind: str
    country: str = ""
    region: str = ""
    city: str = ""
    latitude: float | None = None
    longitude: float | None = None
    employees: int | None = None
    registration_id: str | None = None
    version: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class FirmProfile:
    """What an owner may change of the firm; ``employees`` None: not said.

    ``is_namesake`` goes on although another firm has that name.
    """

    name: str
    kind: str
    country: str = ""
    region: str = ""
    city: str = ""
    employees: int | None = None
    registration_id: str | None = None
    is_namesake: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ListedFirm:
    """A firm in the directory, with the names of up to six categories that it makes."""

    id: str
    name: str
    kind: str
    country: str
    region: str
    city: str
    categories: list[str]
    verification: Verification


@dataclass(frozen=True, slots=True, kw_only=True)
class TradedOrder:
    """An order between the viewer's firm and the one whose card is shown."""

    id: str
    number: str
    state: str
    created_at: str
    buyer_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Trade:
    """What the viewer and the firm traded, in one direction; only these two see it.

    ``orders`` are the newest; ``lines`` counts delivered lines, ``on_time`` those on time in full:
    what the viewer bought by its own word, as in its rankings, what it sold where witnessed.
    """

    orders: list[TradedOrder]
    lines: int
    on_time: int


@dataclass(frozen=True, slots=True, kw_only=True)
class FirmCard:
    """A firm as others see it, and what the viewer bought from it and sold to it.

    ``shows`` are the kinds of figures (``audiences.KINDS``) that it shows the viewer;
    ``shown_by_name`` those that the viewer's own firm shows it by name.
    """

    firm: Firm
    verification: Verification
    categories: list[PublicCapability]
    bought: Trade
    sold: Trade
    shows: tuple[str, ...] = ()
    shown_by_name: tuple[str, ...] = ()
