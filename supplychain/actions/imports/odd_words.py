"""Categories in a firm's own file that are nearly words of the tree: slips of the pen."""

from __future__ import annotations

from typing import Final

from neo4j import Driver

from supplychain.actions.imports.checking import Sheet
from supplychain.graph.categories import categories
from supplychain.graph.engine.transactions import read
from supplychain.model.categories.suggesting import find_slips
from supplychain.model.categories.tree import identify_category

SLIP: Final = (
    "There is no category “%(text)s”. If you mean %(near)s, write that; else propose yours under "
    "Categories first."
)


def check_categories(driver: Driver, sheet: Sheet) -> None:
    """Refuse rows whose category is a slip of a word of the tree, unless it is a category already.

    What is far from all words is a category of the firm's own, and no mistake.
    """
    column = sheet.columns["category"]
    slips = {text: find_slips(text) for text in {column[row] for row in sheet.good_rows()} if text}
    odd = {identify_category(text): text for text, near in slips.items() if near}
    if not odd:
        return
    kept = read(driver, categories.find_kept, list(odd))
    for row in list(sheet.good_rows()):
        text = column[row]
        if text and slips[text] and identify_category(text) not in kept:
            near = slips[text][0]
            sheet.refuse_row(row, "category", SLIP, text=text, near=f"{near.name} ({near.name_zh})")
