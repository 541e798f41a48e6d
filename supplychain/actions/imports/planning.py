"""From checked sheets to what would be written: references, ownership, cycles, comparison."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date, datetime
from decimal import Decimal
from functools import partial
from itertools import islice
from typing import Any, Final

from neo4j import Driver

from supplychain.actions.imports import (
    comparing,
    cycles,
    new_firms,
    odd_days,
    odd_rates,
    odd_words,
    promised,
)
from supplychain.actions.imports.checking import MORE_REJECTED, Sheet
from supplychain.actions.imports.comparing import Upserts
from supplychain.actions.imports.network import (
    KnownPart,
    Network,
    check_references,
    look_around,
    read_in_batches,
)
from supplychain.actions.imports.ownership import find_refusal, limit_claims
from supplychain.actions.imports.report import Progress
from supplychain.graph import deliveries, supply_relations
from supplychain.graph.engine.transactions import read
from supplychain.graph.firm_days import find_today
from supplychain.graph.imports import lookups
from supplychain.model.calendars.zones import day_anywhere, day_everywhere
from supplychain.model.capacity.bookings import capability_id
from supplychain.model.capacity.hours import HOUR_E4, MAX_PIECE_HOURS
from supplychain.model.ids import utc_now
from supplychain.model.imports.tables import category_id
from supplychain.model.people.actors import Actor
from supplychain.model.quantities import (
    MAX_DECIMALS,
    TOO_FINE,
    find_quantity_problem,
    plain_number,
    tidy_quantity,
)
from supplychain.model.units import PIECE, convert, converts, find_unit
from supplychain.model.weeks import day_number

Found = dict[Any, list[Any]]


def plan_upserts(
    driver: Driver, sheets: list[Sheet], by: Actor | None, progress: Progress
) -> tuple[dict[str, Upserts], Network]:
    """What each table would write; every row that cannot be written is noted on its sheet."""
    network = look_around(driver, sheets, by)
    upserts = {}
    for sheet in sheets:
        progress(0, 0, f"Comparing {sheet.table.name}")
        check_references(sheet, network)
        if sheet.table.name == "bom":
            _check_rings(driver, sheet, network)
        if by is not None and sheet.table.name in ("parts", "capabilities"):
            odd_words.check_categories(driver, sheet)
        if sheet.table.name == "part_hours":
            _check_capabilities(driver, sheet, sheets)
        if sheet.table.name == "firms":
            new_firms.check_new_firms(driver, sheet, network, by)
        if sheet.table.name == "deliveries":
            odd_days.check_days(sheet, _find_today(driver, by, of_many=day_anywhere))
        if sheet.table.name == "exchange_rates":
            odd_rates.check_rates(sheet, _find_today(driver, by, of_many=day_anywhere))
        if sheet.table.name in ("deliveries", "stocks"):
            _check_units(sheet, network)
        upserts[sheet.table.name] = _compare_sheet(driver, sheet, network, by)
        _add_known(sheet, network)
    return upserts, network


def _find_today(driver: Driver, by: Actor | None, *, of_many: Callable[[datetime], date]) -> date:
    """The day at the firm that imports; ``of_many`` tells that of rows of many firms."""
    if by is None or not by.firm_id:
        return of_many(utc_now())
    return read(driver, find_today, by.firm_id, utc_now())


def _compare_sheet(driver: Driver, sheet: Sheet, network: Network, by: Actor | None) -> Upserts:
    name = sheet.table.name
    found = _FINDERS[name](driver, sheet, network, by)
    judge = by and partial(find_refusal, name, firm_id=by.firm_id, network=network)
    if by is not None and judge is not None and name == "supply_relations":
        judge = limit_claims(judge, read(driver, supply_relations.count_open, by.firm_id))
    if name == "capabilities":
        # What is booked counts until its day is over at the firm; of many firms, everywhere.
        today = day_number(_find_today(driver, by, of_many=day_everywhere))
        taken = _read_taken(driver, found.values())
        judge = promised.judge_promises(judge, taken, today=today)
    if name == "offers":
        return comparing.compare_offers(sheet, found.get, judge)
    if name != "deliveries":
        return comparing.compare_rows(sheet, found.get, judge)

    def with_category(row: list[Any]) -> list[Any]:
        return [*row, network.parts[deliveries.part_of(row)].category_id]

    return comparing.compare_rows(sheet, found.get, judge, with_category)


def _read_taken(driver: Driver, rows: Iterable[list[Any]]) -> dict[str, promised.BookedDays]:
    ids = [capability_id(row[0], row[1]) for row in rows]
    found = read_in_batches(driver, lookups.find_booked_days, ids)
    pieces: dict[str, list[list[Any]]] = {}
    for row in read_in_batches(driver, lookups.find_booked_pieces, [row[0] for row in found]):
        pieces.setdefault(row[0], []).append(row)
    return {row[0]: promised.BookedDays.of_row(row, pieces.get(row[0], ())) for row in found}


def _add_known(sheet: Sheet, network: Network) -> None:
    """The good rows of firms and parts may be referred to by the tables that follow."""
    if sheet.table.name == "firms":
        ids = sheet.columns["firm_id"]
        network.firms.update(ids[place] for place in sheet.good_rows())
    if sheet.table.name == "parts":
        empty: list[Any] = [None] * len(sheet)
        names = ("part_id", "category", "designer_id", "revision", "uom")
        columns: list[list[Any]] = [sheet.columns.get(name) or empty for name in names]
        ids, categories, designers, revisions, units = columns
        for place in sheet.good_rows():
            old = network.old_parts.get(ids[place])
            kept = "designer_id" not in sheet.columns and old is not None
            network.parts[ids[place]] = KnownPart(
                category_id=category_id(categories[place]),
                uom=units[place] or (old[3] if old else None) or PIECE,
                designer_id=old[4] if kept and old else designers[place],
                revision=revisions[place] or (old[5] if old else None) or "A",
            )


def _convert_units(sheet: Sheet, network: Network, name: str) -> None:
    """What says its unit becomes so many of the unit in which its part is counted."""
    part_ids, column = sheet.columns["part_id"], sheet.columns[name]
    for place, unit in sheet.units.get(name, {}).items():
        if place in sheet.bad:
            continue
        kept = find_unit(network.parts[part_ids[place]].uom)
        if kept is not None and converts(unit, kept):
            number = convert(Decimal(repr(column[place])), unit, kept)
            column[place] = plain_number(number)
            if number != round(number, MAX_DECIMALS):
                sheet.refuse_row(place, name, TOO_FINE)
        else:
            message = "This is in %(meant)s, and the unit here is %(unit)s."
            shown = kept.symbol if kept else network.parts[part_ids[place]].uom
            sheet.refuse_row(place, name, message, meant=unit.symbol, unit=shown)


def _check_rejected(sheet: Sheet) -> None:
    """Once all are in one unit: no more was rejected than came."""
    names = ("rejected_quantity", "delivered_quantity")
    if not sheet.units or not all(name in sheet.columns for name in names):
        return
    pairs = zip(*(sheet.columns[name] for name in names), strict=True)
    for place, (rejected, delivered) in enumerate(pairs):
        if place not in sheet.bad and (rejected or 0) > (delivered or 0):
            sheet.refuse_row(place, names[0], MORE_REJECTED)


def _check_units(sheet: Sheet, network: Network) -> None:
    """Quantities are as fine as the units of their parts, no finer."""
    part_ids = sheet.columns["part_id"]
    names = [column.name for column in sheet.table.columns if column.type == "quantity"]
    for name in (name for name in names if name in sheet.columns):
        _convert_units(sheet, network, name)
        for place, quantity in enumerate(sheet.columns[name]):
            if not isinstance(quantity, float) or place in sheet.bad:
                continue
            unit = network.parts[part_ids[place]].uom
            problem = find_quantity_problem(tidy_quantity(quantity), unit)
            if problem:
                sheet.refuse_row(place, name, problem)
    _check_rejected(sheet)


def _check_rings(driver: Driver, sheet: Sheet, network: Network) -> None:
    parents, children = sheet.columns["parent_part_id"], sheet.columns["child_part_id"]
    edges: dict[str, set[str]] = {}
    for place in sheet.good_rows():
        edges.setdefault(parents[place], set()).add(children[place])

    def list_below(ids: list[str]) -> list[tuple[str, str]]:
        known = [part_id for part_id in ids if part_id in network.old_parts or part_id not in edges]
        return [(row[0], row[1]) for row in read_in_batches(driver, lookups.find_bom, known)]

    ring = cycles.find_rings(cycles.widen_edges(edges, list_below))
    if ring:
        for place in list(sheet.good_rows()):
            if ring.get(parents[place], 0) == ring.get(children[place], -1):
                sheet.refuse_row(place, "child_part_id", "The part would contain itself.")


_TOO_MANY_HOURS: Final = "Enter the hours that a piece takes: above 0, up to 10000."


def _check_capabilities(driver: Driver, sheet: Sheet, sheets: list[Sheet]) -> None:
    """Hours of a part are hours of a capability, in this file or in the network."""
    keys = sheet.row_keys()
    ids = {place: "|".join(map(str, keys[place][:2])) for place in sheet.good_rows()}
    stated = {
        f"{row[0]}|{row[1]}"
        for row in read_in_batches(driver, lookups.find_capabilities, set(ids.values()))
    }
    for other in sheets:
        if other.table.name == "capabilities":
            rows = other.row_keys()
            stated |= {"|".join(map(str, rows[place][:2])) for place in other.good_rows()}
    for place, id in ids.items():
        if id not in stated:
            sheet.refuse_row(place, "category", "This firm states no capacity for this category.")
        elif sheet.columns["hours_per_piece"][place] > MAX_PIECE_HOURS * HOUR_E4:
            sheet.refuse_row(place, "hours_per_piece", _TOO_MANY_HOURS)


def _of_firms(_driver: Driver, _sheet: Sheet, network: Network, _by: Actor | None) -> Found:
    return network.old_firms


def _of_parts(_driver: Driver, _sheet: Sheet, network: Network, _by: Actor | None) -> Found:
    return network.old_parts


def _of_bom(driver: Driver, sheet: Sheet, _network: Network, _by: Actor | None) -> Found:
    ids = {sheet.columns["parent_part_id"][place] for place in sheet.good_rows()}
    return _by_pair(read_in_batches(driver, lookups.find_bom, ids))


def _of_supply(driver: Driver, sheet: Sheet, _network: Network, by: Actor | None) -> Found:
    ids = {sheet.columns["supplier_id"][place] for place in sheet.good_rows()}
    firm = by.firm_id if by else None
    rows = read_in_batches(driver, lookups.find_supply_relations, ids, firm=firm)
    return {(row[0], row[1], row[2]): row for row in rows}


def _of_deliveries(driver: Driver, sheet: Sheet, _network: Network, _by: Actor | None) -> Found:
    if not read(driver, deliveries.has_deliveries):
        return {}
    ids = [sheet.columns["delivery_id"][place] for place in sheet.good_rows()]
    return {row[0]: row for row in read_in_batches(driver, deliveries.find_lines, ids)}


def _of_rates(driver: Driver, sheet: Sheet, _network: Network, _by: Actor | None) -> Found:
    keys = sheet.row_keys()
    ids = {"|".join(map(str, keys[place])) for place in sheet.good_rows()}
    rows = read_in_batches(driver, lookups.find_exchange_rates, ids)
    return {tuple(row[:4]): row for row in rows}


def _of_part_hours(driver: Driver, sheet: Sheet, _network: Network, _by: Actor | None) -> Found:
    keys = sheet.row_keys()
    ids = {"|".join(map(str, keys[place])) for place in sheet.good_rows()}
    rows = read_in_batches(driver, lookups.find_part_hours, ids)
    return {tuple(row[:3]): row for row in rows}


def _find_by_pair(find: Callable[..., list[list[Any]]]) -> Callable[..., Found]:
    def of_pairs(driver: Driver, sheet: Sheet, _network: Network, _by: Actor | None) -> Found:
        keys = sheet.row_keys()
        ids = {"|".join(islice(map(str, keys[place]), 2)) for place in sheet.good_rows()}
        return _by_pair(read_in_batches(driver, find, ids))

    return of_pairs


def _by_pair(rows: list[list[Any]]) -> Found:
    return {(row[0], row[1]): row for row in rows}


_FINDERS: Final[dict[str, Callable[..., Found]]] = {
    "firms": _of_firms,
    "parts": _of_parts,
    "bom": _of_bom,
    "capabilities": _find_by_pair(lookups.find_capabilities),
    "part_hours": _of_part_hours,
    "offers": _find_by_pair(lookups.find_offers),
    "supply_relations": _of_supply,
    "deliveries": _of_deliveries,
    "stocks": _find_by_pair(lookups.find_stocks),
    "exchange_rates": _of_rates,
}
