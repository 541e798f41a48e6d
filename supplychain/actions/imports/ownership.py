"""Whose rows a firm may write: its own things, and deliveries as their buyer.

A delivery that the operator recorded is its buyer's to write while it is under way.

A rule sees a row and what the graph has under its key (None: nothing) and answers with the column
and the reason to refuse it. What belongs to others is refused with one sentence that tells nothing.
"""

from __future__ import annotations

from typing import Any, Final

from supplychain.actions.imports.comparing import Judge, Refusal
from supplychain.actions.imports.network import Network
from supplychain.graph import deliveries
from supplychain.model.supply_relations import MAX_OPEN_CLAIMS

NOT_YOURS: Final = "Not yours to write."
FULL: Final = "Too many of your supply relations wait for the other firms to confirm them."


def find_refusal(
    table: str, row: list[Any], old: list[Any] | None, *, firm_id: str, network: Network
) -> Refusal | None:
    """Why a firm may not write this row, or None. Rows are in the order of the table's fields."""
    if table == "firms":
        # A profile is public: a row that says what is there may be sent again with the rest.
        mine = row[0] == firm_id or (network.may_add_firms and old in (None, row))
        return None if mine else ("firm_id", NOT_YOURS)
    if table == "parts":
        return _refuse_part(row, old, firm_id)
    if table == "bom":
        parent = network.parts[row[0]]
        return None if parent.designer_id == firm_id else ("parent_part_id", NOT_YOURS)
    if table == "supply_relations":
        return None if firm_id in (row[0], row[1]) else ("supplier_id", NOT_YOURS)
    if table == "deliveries":
        return _refuse_delivery(row, old, firm_id)
    return None if row[0] == firm_id else ("firm_id", NOT_YOURS)


def limit_claims(judge: Judge, open_claims: int) -> Judge:
    """``judge``, and no more new supply relations than a firm may have open.

    Args:
        judge: decides on a row first.
        open_claims: how many of the firm's claims are not witnessed yet.
    """
    room = MAX_OPEN_CLAIMS - open_claims

    def judge_claim(row: list[Any], old: list[Any] | None) -> Refusal | None:
        nonlocal room
        refusal = judge(row, old)
        if refusal is None and old is None:
            room -= 1
            if room < 0:
                return ("supplier_id", FULL)
        return refusal

    return judge_claim


def _refuse_part(row: list[Any], old: list[Any] | None, firm_id: str) -> Refusal | None:
    # In this order: whoever writes another firm as the designer hears the same of an id that is
    # taken and of one that is free.
    if row[4] != firm_id:
        return ("designer_id", "Write your own firm's id here: you may add parts that you design.")
    return ("part_id", NOT_YOURS) if old is not None and old[4] != firm_id else None


def _refuse_delivery(row: list[Any], old: list[Any] | None, firm_id: str) -> Refusal | None:
    is_party = old is not None and firm_id in deliveries.parties_of(old)
    if old is not None and is_party and deliveries.is_same(row, old):
        return None
    if deliveries.buyer_of(row) != firm_id:
        return ("buyer_id", "Only the buyer may record a delivery.")
    if old is not None and not is_party:
        return ("delivery_id", NOT_YOURS)
    if old is not None and deliveries.buyer_of(old) != firm_id:
        return ("buyer_id", "Only the buyer may record a delivery.")
    if old is not None and deliveries.source_of(old) == "received":
        return ("delivery_id", "This comes from a receipt in the network and stays as it is.")
    if old is not None and deliveries.claim_of(old) is None and deliveries.arrival_of(old):
        return ("delivery_id", "The operator recorded this, and it stays as it is.")
    return None
