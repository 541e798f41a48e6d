"""What a line of a bid comes to, as formulas of a spreadsheet: ``BidLine.total`` in its words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from supplychain.web.workbooks.bid_layout import NO_BID

UNREADABLE: Final = '"?"'
"""What a sum shows where a cell in it is no number to the spreadsheet."""


def line_formula(cells: Mapping[str, str], tiers: int, incremental: str) -> str:
    """The total of a line with its tooling, to four decimals; empty where nothing is bid.

    Args:
        cells: name of each field's cell, by the field's key.
        tiers: how many prices for larger quantities the sheet has.
        incremental: the entry of the list by which each price holds for what is above its start.
    """
    price, per, quantity = cells["unit_price"], cells["price_per"], cells["quantity"]
    rule, left_out = cells["tier_rule"], cells[NO_BID]
    reached = price
    above = f"{price}*{quantity}"
    before = price
    for at in range(tiers):
        start, own = cells[f"tiers-{at}-from"], cells[f"tiers-{at}-unit_price"]
        reached = f'IF(AND({start}<>"",{quantity}>={start}*1),{own},{reached})'
        above += f'+IF({start}="",0,MAX(0,{quantity}-{start})*({own}-{before}))'
        before = own
    amount = f'IF({rule}="{incremental}",{above},{quantity}*{reached})'
    goods = f'ROUND(({amount})/IF({per}="",1,{per}),4)'
    return (
        f'=IF(OR({price}="",{quantity}="",{left_out}<>""),"",'
        f"IFERROR({goods}+{cells['tooling']}*1,{UNREADABLE}))"
    )


def sum_formula(totals: str) -> str:
    """The sum of lines, of which none may be unreadable."""
    # The tilde: else a question mark stands for any one letter.
    return f'=IF(COUNTIF({totals},"~?")>0,{UNREADABLE},SUM({totals}))'


def freight_formula(quantities: str, freights: str, totals: str) -> str:
    """The freight of all lines that are bid on, each to four decimals."""
    return f"=IFERROR(SUMPRODUCT(ROUND({quantities}*{freights},4)*ISNUMBER({totals})),{UNREADABLE})"


def all_formula(lines: str, freight: str, one_off: str) -> str:
    """Lines, freight and the one-off cost together."""
    return f"=IFERROR({lines}+{freight}+{one_off}*1,{UNREADABLE})"
