"""The words of the tier picture, and how many of them fit."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable

from supplychain.config import settings
from supplychain.model.tiers import Figures, TierMap, TierNode

Translate = Callable[..., str]

FIGURES = ("health", "load", "on_time", "orders")
"""What may colour the nodes."""

ORDER_STEPS = (1, 5, 15)
"""Open orders from which a firm has few, some, many."""


def level_of(figures: Figures, figure: str) -> str:
    """The class of a firm for one figure: a state, or ``orders0`` to ``orders3``."""
    if figures.scope == "none":
        return "hidden"
    if figure == "load":
        return figures.load_state
    if figure == "on_time":
        return figures.on_time_state
    if figure == "orders":
        if figures.open_orders is None:
            return "unknown"
        return f"orders{sum(figures.open_orders >= step for step in ORDER_STEPS)}"
    return figures.state


def list_levels(figure: str) -> tuple[str, ...]:
    """The classes of a figure, best first, as the legend and the bars show them."""
    if figure == "orders":
        return ("orders0", "orders1", "orders2", "orders3", "unknown", "hidden")
    return ("healthy", "watch", "risk", "unknown", "hidden")


def level_word(name: str, _: Translate) -> str:
    """A class in words."""
    return {
        "healthy": _("Healthy"),
        "watch": _("Watch"),
        "risk": _("At risk"),
        "unknown": _("Unknown"),
        "hidden": _("Not shared"),
        "orders0": _("No open orders"),
        "orders1": _("1 to 4 open orders"),
        "orders2": _("5 to 14 open orders"),
        "orders3": _("15 or more open orders"),
    }[name]


def figure_word(figure: str, _: Translate) -> str:
    """A figure in words."""
    return {
        "health": _("Health"),
        "load": _("Load"),
        "on_time": _("On-time rate"),
        "orders": _("Open orders"),
    }[figure]


def figure_help(figure: str, _: Translate) -> str:
    """What the colours of a figure mean, in a sentence."""
    return {
        "health": _("Health is the worse of load and on-time rate."),
        "load": _(
            "Load is what is booked of the weekly capacity in the next four weeks: above 85 % "
            "watch, above 100 % at risk."
        ),
        "on_time": _(
            "On-time rate is the share of deliveries that came on the promised day or before, with "
            "at least the ordered quantity accepted: "
            "below 90 % watch, below 80 % at risk, with fewer than 3 deliveries unknown."
        )
        + " "
        + _(
            "What is overdue counts as late; a delivery weighs half after %(n)s months.",
            n=settings().record_half_life_months,
        ),
        "orders": _("Open orders are offered, accepted, in production or shipped."),
    }[figure]


def percent_text(value: float | None) -> str:
    """A share as whole percent; empty when unknown."""
    return "" if value is None else f"{value:.0%}".replace("%", " %")


def value_text(figures: Figures, figure: str) -> str:
    """The figure on the node itself; health has none, its shape says it."""
    if figure == "load":
        return percent_text(figures.load)
    if figure == "on_time":
        return percent_text(figures.on_time)
    if figure == "orders" and figures.open_orders is not None:
        return str(figures.open_orders)
    return ""


def firm_count(count: int, _: Translate) -> str:
    """How many firms."""
    return _("1 firm") if count == 1 else _("%(count)s firms", count=f"{count:,}")


def firm_name(node: TierNode, _: Translate) -> str:
    """Its name, or its place when it is hidden."""
    if node.name is not None:
        return clean_text(node.name)
    if node.tier < 0:
        return _("Firm %(number)s at tier %(tier)s", number=node.number, tier=-node.tier)
    return _("Firm %(number)s, customer tier %(tier)s", number=node.number, tier=node.tier)


def tier_name(tier: int, own: bool, _: Translate) -> str:
    """The head of a column."""
    if tier == 0:
        return _("Our firm") if own else _("This firm")
    if tier == 1:
        return _("Customers")
    if tier > 1:
        return _("Customers, tier %(tier)s", tier=tier)
    return _("Suppliers, tier %(tier)s", tier=-tier)


def map_sentences(picture: TierMap, _: Translate) -> list[str]:
    """What the picture shows, for under it and for those who cannot see it."""
    nodes = picture.nodes
    tiers = len({node.tier for node in nodes})
    states = [node.figures.state for node in nodes]
    said = [
        _(
            "%(firms)s firms in %(tiers)s columns: suppliers on the left, customers on the right.",
            firms=len(nodes),
            tiers=tiers,
        ),
        _(
            "At risk: %(risk)s. To watch: %(watch)s. Unknown: %(unknown)s.",
            risk=states.count("risk"),
            watch=states.count("watch"),
            unknown=states.count("unknown"),
        ),
    ]
    sole = sum(link.sole for link in picture.links)
    if sole:
        said.append(_("Supply relations without a second source: %(count)s.", count=sole))
    common = max((node for node in nodes if node.common), key=lambda n: n.branches, default=None)
    if common:
        said.append(
            _(
                "The widest common source is %(name)s: %(count)s direct suppliers depend on it.",
                name=firm_name(common, _),
                count=common.branches,
            )
        )
    return said


def coverage_text(picture: TierMap, _: Translate) -> str:
    """Whether this is all there is, and if not, why."""
    if picture.coverage == "COMPLETE":
        return _("Complete: every firm in this picture is shown by name.")
    if picture.cut and picture.hidden:
        return _(
            "Partial: %(count)s firms are shown without name and figures, and there is more than "
            "this picture holds.",
            count=picture.hidden,
        )
    if picture.cut:
        return _("Partial: there are more firms or tiers than this picture holds.")
    return _(
        "Partial: %(count)s firms are shown without name and figures, because they do not trade "
        "with you and are not members of your chain.",
        count=picture.hidden,
    )


_NARROW, _WIDE = frozenset("iIjlft.,:;'|!()[] "), frozenset("mwMW@%&")
_BIDI = frozenset("\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


def clean_text(text: str) -> str:
    """The text without control characters, direction overrides and what XML cannot hold."""
    kept = (
        " " if each in "\t\n\r" else each
        for each in text
        if each not in _BIDI
        and (each in "\t\n\r" or unicodedata.category(each) not in ("Cc", "Cs", "Cn"))
    )
    return "".join(kept)


def text_width(text: str, size: float = 12.0) -> float:
    """About how wide a text is, in the unit of the font size; Chinese counts double."""
    return sum(_letter_em(each) for each in text) * size


def _letter_em(each: str) -> float:
    if unicodedata.east_asian_width(each) in "WF":
        return 1.02
    if unicodedata.combining(each):
        return 0.0
    if each in _NARROW:
        return 0.34
    if each in _WIDE:
        return 0.88
    return 0.72 if each.isupper() else 0.6


def clip_text(text: str, room: float, size: float = 12.0) -> str:
    """The text, shortened with an ellipsis to fit the room."""
    if text_width(text, size) <= room:
        return text
    used, kept = text_width("…", size), []
    for each in text:
        used += text_width(each, size)
        if used > room:
            break
        kept.append(each)
    return "".join(kept).rstrip() + "…"
