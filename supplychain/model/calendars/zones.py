"""Time zones of firms, and the day on which an instant falls there."""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from functools import lru_cache
from importlib.resources import files
from typing import Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError, available_timezones

from supplychain.errors import Invalid
from supplychain.model.registration_numbers import find_country_code

DEFAULT_ZONE: Final = "Asia/Shanghai"
"""Of a firm that states neither a zone nor a country: the one in which the pages tell time."""
CACHED_ZONES_ITEMS: Final = 1024
_BIGGEST: Final = {
    "AR": "America/Argentina/Buenos_Aires", "AU": "Australia/Sydney", "BR": "America/Sao_Paulo",
    "CA": "America/Toronto", "CD": "Africa/Kinshasa", "CL": "America/Santiago",
    "EC": "America/Guayaquil", "ES": "Europe/Madrid", "ID": "Asia/Jakarta", "KZ": "Asia/Almaty",
    "MN": "Asia/Ulaanbaatar", "MX": "America/Mexico_City", "MY": "Asia/Kuala_Lumpur",
    "NZ": "Pacific/Auckland", "PG": "Pacific/Port_Moresby", "PT": "Europe/Lisbon",
    "RU": "Europe/Moscow", "UA": "Europe/Kyiv", "US": "America/New_York", "UZ": "Asia/Tashkent",
}  # fmt: skip
"""Where a country has several zones, that of most of its people; elsewhere ``zone.tab`` says it."""


def day_of(zone: str, at: datetime) -> date:
    """The day on which an instant falls in a zone.

    Args:
        zone: a name of the IANA database that was checked when it was stated.
        at: an aware instant.
    """
    return at.astimezone(_open_zone(zone)).date()


def day_ends_at(zone: str, day: date) -> datetime:
    """The first instant, UTC, after a day in a zone."""
    following = date.fromordinal(day.toordinal() + 1)
    return datetime.combine(following, time(), _open_zone(zone)).astimezone(UTC)


def zone_of(time_zone: str | None, country: str | None) -> str:
    """The zone of a firm: the one it states, else its country's, else ``DEFAULT_ZONE``."""
    return time_zone or find_zone(country or "") or DEFAULT_ZONE


@lru_cache(maxsize=CACHED_ZONES_ITEMS)
def find_zone(country: str) -> str:
    """The zone of most people of a country as people write it; "" where it is not clear which."""
    code = find_country_code(country)
    return _BIGGEST.get(code) or _read_zones().get(code, "")


@lru_cache(maxsize=1)
def _read_zones() -> dict[str, str]:
    """Country code to its first zone. Source: zone.tab of the IANA database."""
    zones: dict[str, str] = {}
    table = (files("tzdata") / "zoneinfo" / "zone.tab").read_text(encoding="utf-8")
    for line in table.splitlines():
        if not line.startswith("#"):
            code, _, zone = line.split("\t")[:3]
            zones.setdefault(code, zone)
    return zones


@lru_cache(maxsize=1)
def list_zones() -> tuple[str, ...]:
    """The zones to choose from: those of places, and UTC."""
    return (*sorted(zone for zone in available_timezones() if "/" in zone and _is_place(zone)),
            "UTC")  # fmt: skip


def _is_place(zone: str) -> bool:
    return zone.split("/")[0] not in {"Etc", "SystemV", "US", "Brazil", "Canada", "Chile", "Mexico"}


def check_zone(zone: str, *, pointer: str = "/time_zone") -> str:
    """The zone as it is kept.

    Raises:
        Invalid: there is no such zone.
    """
    name = zone.strip()
    if name and name not in list_zones():
        message = "There is no time zone %(zone)s. Choose one such as Asia/Shanghai."
        raise Invalid(message, pointer=pointer, zone=name[:60])
    return name


@lru_cache(maxsize=CACHED_ZONES_ITEMS)
def _open_zone(zone: str) -> ZoneInfo:
    try:
        return ZoneInfo(zone)
    except (ZoneInfoNotFoundError, ValueError):  # a zone that a later database no longer has
        return ZoneInfo(DEFAULT_ZONE)
