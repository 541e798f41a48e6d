"""Words that several pages share: kinds of firms and roles, in the reader's language."""

from __future__ import annotations

from flask import Flask

from supplychain.config import settings
from supplychain.web.pages.i18n import translate

KINDS = (
    ("core", "Core firm", "builds equipment, buys parts, leads a chain"),
    ("sme", "Supplier", "makes parts, also shares orders with peers"),
    ("financier", "Financier", "bank, factoring, insurance"),
    ("provider", "Service provider", "logistics, testing, consulting"),
)
ROLES = (
    ("owner", "Owner", "may do everything, also invite colleagues"),
    ("buyer", "Buyer", "asks for parts, compares bids, orders, receives"),
    ("seller", "Seller", "bids, accepts orders, shares, ships"),
    ("viewer", "Viewer", "sees everything of the firm, changes nothing"),
)


def kinds() -> list[tuple[str, str, str]]:
    """Kinds of firms for radio buttons: value, word, what it means."""
    return [(value, translate(word), translate(hint)) for value, word, hint in KINDS]


def roles() -> list[tuple[str, str, str]]:
    """Roles for radio buttons: value, word, what it may do."""
    return [(value, translate(word), translate(hint)) for value, word, hint in ROLES]


def kind(value: str) -> str:
    """The word for a kind of firm."""
    return next((translate(word) for key, word, _ in KINDS if key == value), value)


def role(value: str) -> str:
    """The word for a role."""
    return next((translate(word) for key, word, _ in ROLES if key == value), value)


def init_app(app: Flask) -> None:
    """Attach to an app's templates."""
    app.jinja_env.filters["kind"] = kind
    app.jinja_env.filters["role"] = role
    app.jinja_env.globals.update(
        kinds=kinds,
        roles=roles,
        open_registration=lambda: settings().open_registration,
    )
