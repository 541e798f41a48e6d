"""The list as CSV that a spreadsheet opens without harm."""

from __future__ import annotations

import csv
import io

from supplychain.model.formulas import quote_formula
from supplychain.model.tiers import TierMap, TierNode
from supplychain.web.tiermap.words import Translate, clean_text, firm_name

HEADER = (
    "firm",
    "tier",
    "city",
    "category",
    "state",
    "load",
    "on_time",
    "deliveries",
    "open_orders",
    "sole_links",
    "branches",
    "claimed",
)


def as_csv(picture: TierMap, _: Translate) -> bytes:
    """UTF-8 with a byte order mark; a text that a spreadsheet would run gets an apostrophe."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(HEADER)
    writer.writerows(_node_cells(node, _) for node in picture.nodes)
    return out.getvalue().encode("utf-8-sig")


def _node_cells(node: TierNode, _: Translate) -> list[object]:
    figures = node.figures
    return [
        quote_formula(firm_name(node, _)),
        node.tier,
        quote_formula(clean_text(node.city)),
        quote_formula(clean_text(node.category)),
        figures.state,
        "" if figures.load is None else round(figures.load, 4),
        "" if figures.on_time is None else round(figures.on_time, 4),
        figures.evidence,
        figures.open_orders,
        node.sole,
        node.branches,
        "yes" if node.claimed else "",
    ]
