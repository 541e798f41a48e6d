"""The rates of a request as text, and text as rates. No query."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import date
from decimal import Decimal

from supplychain.model.ids import to_instant, to_text
from supplychain.model.parts_requests.rates import RequestRate


def write_rates(rates: Iterable[RequestRate]) -> str | None:
    """The rates as JSON; None where there are none."""
    entries = [
        {
            "currency": rate.currency,
            "rate": f"{rate.rate:f}",
            "on": rate.on.isoformat(),
            "at": to_text(rate.at),
            "by": rate.by,
        }
        for rate in rates
    ]
    return json.dumps(entries, separators=(",", ":")) if entries else None


def read_rates(text: str | None) -> tuple[RequestRate, ...]:
    """The rates of a request's text."""
    return tuple(
        RequestRate(
            currency=entry["currency"],
            rate=Decimal(entry["rate"]),
            on=date.fromisoformat(entry["on"]),
            at=to_instant(entry["at"]),
            by=entry["by"],
        )
        for entry in json.loads(text or "[]")
    )
