"""What the reader's firm reckons with. Shares are percent on the page."""

from __future__ import annotations

from dataclasses import asdict
from decimal import Decimal
from typing import Any, Final

from flask import Blueprint, render_template
from werkzeug.wrappers import Response

from supplychain.actions import cost_settings
from supplychain.graph.engine.driver import graph
from supplychain.model.cost_settings import (
    DEFAULTS,
    SHARES,
    WEIGHTS,
    CostSettings,
    DutyRate,
    FreightRate,
)
from supplychain.model.money import CURRENCIES, from_e4, plain_text
from supplychain.web.access.policy import actor, policy
from supplychain.web.input import versions
from supplychain.web.input.forms import Shown, load_form, say_done, submit
from supplychain.web.schemas.cost_settings import CostSettingsForm

bp = Blueprint("cost_settings", __name__)

SHOWN_AS_PERCENT: Final = SHARES.union(WEIGHTS, ("share", "duty", "tax"))
SPARE_ROWS: Final = 2
"""Empty rows at the end of a table."""


@bp.get("/firm/cost-settings")
@policy("member", roles=("buyer",))
def edit() -> str:
    """The form for what the firm reckons with."""
    return _render_form(_fill_form(cost_settings.get(graph(), by=actor())))


@bp.post("/firm/cost-settings")
@policy("member", roles=("buyer",))
def change() -> Response:
    """Change it."""

    def change_settings() -> Response:
        version = versions.from_form()
        settings: CostSettings = load_form(CostSettingsForm())
        cost_settings.change(graph(), settings, version=version, by=actor())
        message = "Saved. Rankings use it from the next time suppliers are ranked."
        return say_done(message, "cost_settings.edit")

    return submit(change_settings, _render_form)


def _render_form(form: Shown) -> str:
    rows = {
        name: len(form.values.get(name) or []) + SPARE_ROWS
        for name in ("freight_rates", "duty_rates")
    }
    return render_template(
        "cost_settings/form.html",
        form=form,
        defaults={name: _show_number(name, value) for name, value in DEFAULTS.items()},
        currencies=[("", ""), *((code, code) for code in CURRENCIES)],
        rates=cost_settings.list_latest_rates(graph(), by=actor()),
        rows=rows,
    )


def _fill_form(settings: CostSettings) -> Shown:
    """What is stated, as the form shows it; defaults stay empty."""
    stated = {name: value for name, value in asdict(settings).items() if value is not None}
    cost = stated.pop("defect_cost_e4", None)
    shown = {name: _show_number(name, value) for name, value in stated.items()}
    if cost is not None:
        shown["defect_cost"] = plain_text(from_e4(cost))
    shown["freight_rates"] = [_fill_row(rate) for rate in settings.freight_rates]
    shown["duty_rates"] = [_fill_row(rate) for rate in settings.duty_rates]
    return Shown(values=shown)


def _fill_row(rate: FreightRate | DutyRate) -> dict[str, Any]:
    row = {name: _show_number(name, value) for name, value in asdict(rate).items() if value}
    for name in ("per_kg", "per_piece"):
        amount = row.pop(f"{name}_e4", None)
        if amount is not None:
            row[name] = plain_text(from_e4(amount))
    return row


def _show_number(name: str, value: Any) -> Any:
    """A share as percent without trailing zeros; anything else as it is."""
    if name not in SHOWN_AS_PERCENT and not isinstance(value, float):
        return value
    number = Decimal(repr(float(value))) * (100 if name in SHOWN_AS_PERCENT else 1)
    return f"{number.normalize():f}"
