"""Firms that an import would bring in: how many a leader may, and whose names they look like."""

from __future__ import annotations

from typing import Final

from neo4j import Driver

from supplychain.actions.imports.checking import Sheet
from supplychain.actions.imports.network import Network, split_batches
from supplychain.graph import firms, verification
from supplychain.graph.engine.transactions import read
from supplychain.graph.lookalikes import find_namesakes
from supplychain.model.lookalikes import fold_firm_name
from supplychain.model.people.actors import Actor
from supplychain.model.verification import UNVERIFIED_FIRMS

LOOKS_LIKE: Final = (
    "This name looks like that of another firm, %(name)s. The firm is marked until it is verified."
)


def check_new_firms(driver: Driver, sheet: Sheet, network: Network, by: Actor | None) -> None:
    """Refuse the rows that are too many for a leader nobody verified; warn of look-alikes."""
    if by is not None and network.may_add_firms:
        _refuse_too_many(driver, sheet, network, by)
    _warn_of_namesakes(driver, sheet, network)


def _refuse_too_many(driver: Driver, sheet: Sheet, network: Network, by: Actor) -> None:
    if read(driver, verification.get_marks, by.firm_id).is_verified:
        return
    left = UNVERIFIED_FIRMS - read(driver, verification.count_imported, by.firm_id)
    ids = sheet.columns["firm_id"]
    new = [at for at in sheet.good_rows() if ids[at] not in network.old_firms]
    for at in new[max(left, 0) :]:
        sheet.refuse_row(at, "firm_id", verification.TOO_MANY_FIRMS, most=UNVERIFIED_FIRMS)


def _warn_of_namesakes(driver: Driver, sheet: Sheet, network: Network) -> None:
    ids, names = sheet.columns["firm_id"], sheet.columns["name"]
    named: dict[int, str] = {}
    for at in sheet.good_rows():
        old = network.old_firms.get(ids[at])
        folded = fold_firm_name(names[at])
        if folded and (old is None or fold_firm_name(old[1]) != folded):
            named[at] = folded
    holders: dict[str, list[str]] = {}
    for batch in split_batches(sorted({names[at] for at in named})):
        holders.update(read(driver, find_namesakes, batch))
    in_file: dict[str, str] = {}
    others: dict[int, str] = {}
    for at in sorted(named, key=lambda one: ids[one]):  # the order in which they are written
        here = holders.setdefault(named[at], [])
        other = next((one for one in here if one != ids[at]), None)
        if other is not None:
            others[at] = other
        here.append(ids[at])
        in_file[ids[at]] = names[at]
    _warn_of_rows(driver, sheet, others, in_file)


def _warn_of_rows(
    driver: Driver, sheet: Sheet, others: dict[int, str], in_file: dict[str, str]
) -> None:
    known = dict(in_file)
    for batch in split_batches(sorted(set(others.values()) - in_file.keys())):
        known.update(read(driver, firms.names, batch))
    for at, other in others.items():
        sheet.warn_of_row(at, "name", LOOKS_LIKE, name=known.get(other, other))
