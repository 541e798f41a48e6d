"""Time zones of firms, and the day on which an instant falls there."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta, timezone
from functools import lru_cache
from importlib.resources import files
from typing import Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError, available_timezones

from supplychain.errors import Invalid
from supplychain.model.registration_numbers import find_country_code

DEFAULT_ZONE: Final = "Asia/Shanghai"
"""Of a firm that states neither a zone nor a country: the one in which the pages tell time."""
LAST_ZONE: Final = timezone(timedelta(hours=-12))
"""Where a day ends last. Source: IEEE 802.16, "anywhere on earth"."""
FIRST_ZONE: Final = timezone(timedelta(hours=14))
"""Where a day begins first: Pacific/Kiritimati."""
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
    return in_zone(zone, at).date()


def day_ends_at(zone: str, day: date) -> datetime:
    """The first instant, UTC, after a day in a zone."""
    return day_starts_at(zone, date.fromordinal(day.toordinal() + 1))


def day_starts_at(zone: str, day: date) -> datetime:
    """The first instant, UTC, of a day in a zone."""
    return datetime.combine(day, time(), _open_zone(zone)).astimezone(UTC)


def local_instant(zone: str, local: datetime) -> datetime:
    """The instant, UTC, of an hour as the clocks of a zone show it.

    An hour that they show twice, when they go back, is the first of the two.

    Args:
        zone: a name of the IANA database.
        local: without a time zone.

    Raises:
        Invalid: the clocks never show it, since they go forward over it.
    """
    instant = local.replace(tzinfo=_open_zone(zone)).astimezone(UTC)
    if instant.astimezone(_open_zone(zone)).replace(tzinfo=None) != local.replace(tzinfo=None):
        message = "The clocks of %(zone)s go forward over this hour. Choose another."
        raise Invalid(message, zone=zone)
    return instant


def in_zone(zone: str, at: datetime) -> datetime:
    """An aware instant as the clocks of a zone show it."""
    return at.astimezone(_open_zone(zone))


def day_everywhere(at: datetime) -> date:
    """The day such that each day before it is over everywhere: that of UTC-12."""
    return at.astimezone(LAST_ZONE).date()


def day_anywhere(at: datetime) -> date:
    """The latest day that it is anywhere: that of UTC+14."""
    return at.astimezone(FIRST_ZONE).date()


def show_offset(zone: str, at: datetime) -> str:
    """How far the clocks of a zone are from UTC at an instant: ``UTC+8``, ``UTC-3:30``, ``UTC``."""
    seconds = int((in_zone(zone, at).utcoffset() or timedelta()).total_seconds())
    hours, minutes = divmod(abs(seconds) // 60, 60)
    sign = "+" if seconds > 0 else "-"
    return "UTC" if not seconds else f"UTC{sign}{hours}" + (f":{minutes:02}" if minutes else "")


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
