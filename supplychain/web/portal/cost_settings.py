"""What the reader's firm reckons with. Shares are percent on the page."""

from __future__ import annotations

import unicodedata
from dataclasses import asdict
from decimal import Decimal, InvalidOperation
from typing import Any, Final

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from supplychain.actions import cost_settings
from supplychain.errors import Stale
from supplychain.graph.engine.driver import graph
from supplychain.model.cost_settings import DEFAULTS, CostSettings
from supplychain.model.money import CURRENCIES, from_e4, plain
from supplychain.web.access.policy import actor, policy
from supplychain.web.input.forms import Shown, load, nested, submit
from supplychain.web.pages.i18n import translate
from supplychain.web.portal.capacity.capabilities import as_version
from supplychain.web.schemas.cost_settings import CostSettingsIn

bp = Blueprint("cost_settings", __name__)

PERCENT: Final = frozenset({
    "annual_rate", "late_day_share", "switch_share", "quality", "delivery", "responsiveness",
    "resilience", "share", "duty", "tax",
})  # fmt: skip
SPARE_ROWS: Final = 2
"""Empty rows at the end of a table."""


@bp.get("/firm/cost-settings")
@policy("member", roles=("buyer",))
def edit() -> str:
    """The form for what the firm reckons with."""
    return _form(Shown(values=_values(cost_settings.get(graph(), by=actor()))))


@bp.post("/firm/cost-settings")
@policy("member", roles=("buyer",))
def change() -> Response:
    """Change it."""

    def do() -> Response:
        values = _as_shares(nested(request.form))
        version = str(values.pop("version", ""))
        if not version.isascii() or not version.isdigit():
            raise Stale
        given: CostSettings = load(CostSettingsIn(), values)
        cost_settings.change(graph(), given, version=as_version(version), by=actor())
        flash(
            translate("Saved. Rankings use it from the next time suppliers are ranked."), "success"
        )
        return redirect(url_for("cost_settings.edit"))

    return submit(do, _form)


def _form(form: Shown) -> str:
    rows = {
        name: len(form.values.get(name) or []) + SPARE_ROWS
        for name in ("freight_rates", "duty_rates")
    }
    return render_template(
        "cost_settings/form.html",
        form=form,
        defaults={name: _percent(name, value) for name, value in DEFAULTS.items()},
        currencies=[("", ""), *((code, code) for code in CURRENCIES)],
        rates=cost_settings.list_latest_rates(graph(), by=actor()),
        rows=rows,
    )


def _values(found: CostSettings) -> dict[str, Any]:
    """What is stated, as the form shows it; defaults stay empty."""
    stated = {name: value for name, value in asdict(found).items() if value is not None}
    cost = stated.pop("defect_cost_e4", None)
    shown = {name: _percent(name, value) for name, value in stated.items()}
    if cost is not None:
        shown["defect_cost"] = plain(from_e4(cost))
    for table in ("freight_rates", "duty_rates"):
        shown[table] = [_row(entry) for entry in stated[table]]
    return shown


def _row(entry: dict[str, Any]) -> dict[str, Any]:
    row = {name: _percent(name, value) for name, value in entry.items() if value}
    for name in ("per_kg", "per_piece"):
        amount = row.pop(f"{name}_e4", None)
        if amount is not None:
            row[name] = plain(from_e4(amount))
    return row


def _percent(name: str, value: Any) -> Any:
    """A share as percent without trailing zeros; anything else as it is."""
    if name not in PERCENT and not isinstance(value, float):
        return value
    number = Decimal(repr(float(value))) * (100 if name in PERCENT else 1)
    return f"{number.normalize():f}"


def _as_shares(values: dict[str, Any]) -> dict[str, Any]:
    """Percent back to shares; what is no number is left for the schema to refuse."""
    shared: dict[str, Any] = {}
    for name, value in values.items():
        if isinstance(value, list):
            shared[name] = [_as_shares(entry) for entry in value]
        elif name in PERCENT:
            try:
                text = unicodedata.normalize("NFKC", str(value)).strip().rstrip("%").strip()
                shared[name] = f"{Decimal(text) / 100:f}"
            except (InvalidOperation, ValueError):
                shared[name] = value
        else:
            shared[name] = value
    return shared
