"""The main menu: what each kind of reader can open."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from flask import Flask, request, url_for

from supplychain.model.people.accounts import Principal
from supplychain.web.pages.i18n import language, translate

ENTRIES = (
    ("home.index", "Home", ()),
    ("parts_requests.index", "Parts requests", ("buyer", "viewer")),
    ("invitations.index", "Open to bids", ("seller", "viewer")),
    ("bids.index", "My bids", ("seller", "viewer")),
    ("orders.index", "Orders", ()),
    ("tiers.index", "Chain map", ()),
    ("capabilities.index", "What we make", ("seller", "viewer")),
    ("firms.index", "Firms", ()),
    ("chains.index", "Chains", ()),
    ("uploads.index", "Data", ()),
    ("colleagues.index", "Our firm", ()),
)
"""Endpoint, English text, and the roles that see it (owners see all, empty is everyone)."""

SECTIONS = {
    "audiences": "colleagues",
    "attachments": "parts_requests",
    "award_studies": "parts_requests",
    "awards": "parts_requests",
    "categories": "firms",
    "clusters": "chains",
    "calendars": "capabilities",
    "cost_settings": "colleagues",
    "delivery_batches": "uploads",
    "upload_steps": "uploads",
    "delivery_claims": "orders",
    "idle_capacity": "capabilities",
    "logbook": "colleagues",
    "matches": "parts_requests",
    "offers": "capabilities",
    "part_hours": "capabilities",
    "parts": "parts_requests",
    "parts_lists": "parts_requests",
    "shares": "orders",
    "sites": "capabilities",
    "supply_relations": "tiers",
}
"""Pages that stand under another noun's entry."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MenuItem:
    """One line of the menu."""

    url: str
    text: str
    current: bool


def list_entries(who: Principal) -> tuple[MenuItem, ...]:
    """The lines that this reader sees."""
    if not who.firm_id:
        return ()
    noun = (request.endpoint or "").split(".")[0]
    return _build_entries(who.role, SECTIONS.get(noun, noun), language(), request.script_root)


@lru_cache(maxsize=512)
def _build_entries(
    role: str, section: str, _language: str, _script_root: str
) -> tuple[MenuItem, ...]:
    # On every page, and eleven addresses cost as much as a table's rows: kept by what they hang on.
    return tuple(
        MenuItem(
            url=url_for(endpoint),
            text=translate(text),
            current=endpoint.split(".")[0] == section,
        )
        for endpoint, text, roles in ENTRIES
        if not roles or role == "owner" or role in roles
    )


def init_app(app: Flask) -> None:
    """Attach to an app."""
    app.jinja_env.globals["menu"] = list_entries
