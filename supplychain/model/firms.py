"""Firms and their public profile."""

from __future__ import annotations

from dataclasses import dataclass


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
