"""The one assembly of candidates: columns from any door, joined firm by firm.

``assemble_category`` joins what does not depend on the line: the firms, their record, the buyer's
past trade, where the firms are, capacity that bids hold, stated facts and the steps of routings.
``assemble_line`` adds what one line needs: the offers for its part, what was paid for it, and its
routing.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date
from itertools import repeat
from typing import TypeVar

import numpy as np

from supplychain.matching.candidates.aged import age_of, mix_ages, plain_age, read_sums
from supplychain.matching.candidates.arrays import UNKNOWN, Coded, Flags, Floats, Ints, Ragged
from supplychain.matching.candidates.columns import Candidates, FirmPlaces
from supplychain.matching.candidates.past_trade import PastTrade
from supplychain.matching.candidates.sources import (
    NOWHERE_DEGREES,
    CategorySources,
    FactColumns,
    LotColumns,
    OfferColumns,
    PartHourColumns,
    PlaceColumns,
    StepColumns,
)
from supplychain.matching.candidates.stated import Facts, Stage
from supplychain.matching.cost.exchange import Exchange
from supplychain.matching.cost.freight import distance_km
from supplychain.matching.feasibility.routing import with_routing
from supplychain.matching.feasibility.windows import lots_of, merged, paces_of
from supplychain.matching.need import Need, Site
from supplychain.model.audiences import ReadableFirms
from supplychain.model.capacity.promises import read_pace_text
from supplychain.model.deliveries import month_of
from supplychain.model.names import fold_name
from supplychain.model.parts_requests.requirements import GEOMETRICAL, LINEAR, does_step

T = TypeVar("T")
Able = TypeVar("Able", Candidates, Stage)
RowOf = dict[str, int]
"""The row of each candidate by the id of its firm."""
Holds = dict[str, dict[int, int]]
"""Due day -> work by capability."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class CategoryCandidates:
    """The firms of a category and what all its lines share.

    Attributes:
        category_id: of all the lines.
        firms: the candidates of a line without a part; any other line adds offers to them.
        row_of: the row of each firm.
        trade: what the buyer bought of the category.
        trade_rows: the row in ``trade`` of each firm; -1 where the buyer never bought from it.
        stages: the steps of the routings of the lines, by name.
        exchange: rates into the request's currency.
        part_hours: of the parts of the lines.
    """

    category_id: str
    firms: Candidates
    row_of: RowOf
    trade: PastTrade
    trade_rows: Ints
    stages: dict[str, Stage]
    exchange: Exchange
    part_hours: PartHourColumns = field(default_factory=PartHourColumns)


def assemble_category(
    sources: CategorySources, *, exchange: Exchange, site: Site
) -> CategoryCandidates:
    """Join what was read once for a category. O(n + rows read).

    Args:
        sources: columns of plain lists; rows of ``capabilities`` become the n candidates.
        exchange: rates into the request's currency; past prices that they cannot convert are
            left out.
        site: where the goods go; distances are to it.
    """
    row_of = {firm_id: i for i, firm_id in enumerate(sources.capabilities.firm_ids)}
    trade = PastTrade.of(sources.trade, exchange)
    trade_rows = find_rows(trade.firm_ids, row_of)
    holds = sources.free_holds.by_capability()
    able = _with_sites(_join_capabilities(sources, row_of, holds))
    firms = replace(
        _add_overdue(_join_record(able, sources), sources),
        own_freight_share=_pick_floats(trade.freight_share, trade_rows),
        mean_freight_share=trade.mean_freight_share,
        places=_join_places(sources.places, row_of, site) if sources.places else None,
        facts=_join_facts(sources.facts, row_of, _flag_rows(sources.barred, row_of)),
        **_flag_hidden(sources.readable, row_of),
        ahead_days=_list_ahead(sources),
    )
    return CategoryCandidates(
        category_id=sources.category_id,
        firms=firms,
        row_of=row_of,
        trade=trade,
        trade_rows=trade_rows,
        stages={
            name: _with_sites(_join_step(name, columns, sources.category_id, row_of, holds))
            for name, columns in sources.steps.items()
        },
        exchange=exchange,
        part_hours=sources.part_hours,
    )


def assemble_line(category: CategoryCandidates, need: Need, offers: OfferColumns) -> Candidates:
    """The candidates of one line: its category's firms with its offers and its routing. O(n).

    Args:
        category: of the line.
        need: the line; the rates of its day convert the offers.
        offers: for its part, of any firms; those of firms that are no candidates are left out.

    Returns:
        n rows in the order of ``category.firms``.

    Raises:
        KeyError: the routing names a step that was not read for the category.
    """
    firms = category.firms
    if need.part_id:
        firms = _with_offers(category, need.part_id, offers, need.today)
    stages = tuple(category.stages[step] for step in need.requirements.routing)
    hours = category.part_hours.of_part(need.part_id)
    if hours:
        own = Coded(kinds=[category.category_id], of=np.zeros(len(firms), np.int64))
        firms = _with_part_hours(firms, own, hours, category.row_of)
        stages = tuple(
            _with_part_hours(stage, stage.category, hours, category.row_of) for stage in stages
        )
    return with_routing(firms, stages, name=category.category_id) if stages else firms


def _with_offers(
    category: CategoryCandidates, part_id: str, offers: OfferColumns, today: date
) -> Candidates:
    rows = find_rows(offers.firm_ids, category.row_of)
    ended, begins = _list_out_of_force(offers, today)
    offer_ended, offer_begins = _pick_texts(ended, rows), _pick_texts(begins, rows)
    # A price that does not hold is none, and its terms hold no more than it does.
    is_out = offer_ended.flags(bool) | offer_begins.flags(bool)
    rows = np.where(is_out, -1, rows)
    offered_days = _pick_ints(offers.lead_days, rows, UNKNOWN)
    currency = _pick_texts(offers.currency, rows)
    incremental = [int(rule == "incremental") for rule in offers.tier_rule]
    paid = category.trade.of_part(part_id)
    return replace(
        category.firms,
        lead_days=np.where(offered_days >= 0, offered_days, category.firms.lead_days),
        offer_currency=currency,
        offer_rate=_convert_rates(currency, category.exchange, today),
        moq=_pick_ints(offers.moq, rows, 0),
        tiers=_pick_pairs(offers.tier_from, offers.tier_prices_e4, rows),
        price_per=_pick_ints(offers.price_per or [1] * len(offers.firm_ids), rows, 1),
        incremental=_pick_ints(incremental, rows, 0).astype(np.bool_),
        offer_freight_e4=_blank_unknown(_pick_ints(offers.freight_e4, rows, UNKNOWN)),
        offer_tooling_e4=_blank_unknown(_pick_ints(offers.tooling_e4, rows, UNKNOWN)),
        payment_days=_pick_ints(offers.payment_days, rows, UNKNOWN),
        incoterm=_pick_texts(offers.incoterm, rows),
        own_price_e4=np.append(paid.price_e4, 0)[category.trade_rows],
        own_price_on=_pick_texts(paid.on, category.trade_rows),
        own_freight_e4=_pick_floats(paid.freight_e4, category.trade_rows),
        last_paid_e4=paid.last_paid_e4,
        offer_ended=offer_ended,
        offer_begins=offer_begins,
        offer_stated=_pick_texts(
            [text[:10] for text in _fill_column(offers.stated_at, offers)], rows
        ),
    )


def _list_out_of_force(offers: OfferColumns, today: date) -> tuple[list[str], list[str]]:
    """By offer the day on which it ended, and that on which it begins; empty where it did not."""
    day = today.isoformat()
    ended = [end if end and end < day else "" for end in _fill_column(offers.valid_until, offers)]
    begins = [start if start > day else "" for start in _fill_column(offers.valid_from, offers)]
    return ended, begins


def _fill_column(column: list[str], offers: OfferColumns) -> list[str]:
    """The column; blanks where nothing was said of any offer."""
    return column or [""] * len(offers.firm_ids)


def _with_sites(able: Able) -> Able:
    """Candidates, or a step of theirs, with what all their sites make in a week."""
    if not any(read_pace_text(text).sites for text in able.pace.kinds):
        return able
    paces = paces_of(able)
    pieces = lots_of(able).spread_pieces(paces.all_weekly)
    return replace(able, weekly_work=paces.weekly, weekly_capacity=pieces)


def _with_part_hours(
    able: Able, categories: Coded[str], hours: dict[tuple[str, str], int], row_of: RowOf
) -> Able:
    """Candidates, or a step of theirs, at the hours that firms state for the line's part.

    Args:
        able: n firms.
        categories: of the capability of each.
        hours: of the part by firm and category.
        row_of: the row of each firm.
    """
    column = np.zeros(len(categories), np.int64)
    for (firm_id, category_id), hours_e4 in hours.items():
        i = row_of.get(firm_id)
        if i is not None and categories[i] == category_id:
            column[i] = hours_e4
    paces = paces_of(able)
    changed = replace(able, weekly_work=paces.weekly, part_hours_e4=column)
    pieces = lots_of(changed).spread_pieces(paces.all_weekly)
    return replace(changed, weekly_capacity=np.where(column > 0, pieces, able.weekly_capacity))


def _join_capabilities(sources: CategorySources, row_of: RowOf, holds: Holds) -> Candidates:
    """The firms with their record and capacity; nobody offers anything or was ever paid."""
    able, lots, n = sources.capabilities, sources.lots, len(row_of)
    rows = find_rows(lots.firm_ids, row_of)
    held = _join_held(lots, [sources.category_id] * len(lots.firm_ids), rows, holds)
    unknown, nothing = np.full(n, np.nan), Coded(kinds=[""], of=np.zeros(n, np.int64))
    return Candidates(
        firm_ids=able.firm_ids,
        certificates=Coded.of_values([tuple(names) for names in able.certificates]),
        weekly_capacity=np.array(able.weekly_capacity, np.int64),
        pace=Coded.of_values(able.pace),
        min_lot=np.array(able.min_lot, np.int64),
        max_lot=np.array(able.max_lot, np.int64),
        lot_size=_pick_ints(lots.lot_size, rows, 0),
        lead_days=np.array(able.lead_days, np.int64),
        booked=merged(Ragged.of(able.booked_days, able.booked_quantities), held),
        delivered_lines=np.array(able.delivered_lines, np.int64),
        on_time_lines=np.array(able.on_time_lines, np.int64),
        received_quantity=np.array(able.received_quantity, np.float64),
        rejected_quantity=np.array(able.rejected_quantity, np.float64),
        late_days_sum=np.array(able.late_days_sum, np.int64),
        long_late_lines=np.array(able.long_late_lines, np.int64),
        enquiries=np.array(able.enquiries, np.int64),
        answered=np.array(able.answered, np.int64),
        offer_currency=nothing,
        offer_rate=unknown,
        moq=np.zeros(n, np.int64),
        tiers=Ragged.of([[]] * n, [[]] * n),
        price_per=np.ones(n, np.int64),
        incremental=np.zeros(n, np.bool_),
        offer_freight_e4=unknown,
        offer_tooling_e4=unknown,
        payment_days=np.full(n, UNKNOWN, np.int64),
        incoterm=nothing,
        own_price_e4=np.zeros(n, np.int64),
        own_price_on=nothing,
        own_freight_e4=unknown,
        own_freight_share=unknown,
        mean_freight_share=np.nan,
        last_paid_e4=0,
    )


def _join_record(firms: Candidates, sources: CategorySources) -> Candidates:
    """The firms with their record by age; of one that was never kept so the counters stand."""
    if sources.today is None or not sources.capabilities.aged:
        return firms
    aged, is_kept = read_sums(sources.capabilities.aged, month_of(sources.today))
    return replace(firms, aged=mix_ages(aged, is_kept, plain_age(firms)))


def _add_overdue(firms: Candidates, sources: CategorySources) -> Candidates:
    """The firms with what they owe today: late by so many days, and not in full."""
    overdue = sources.overdue
    if not overdue.firm_ids:
        return firms
    row_of = {firm_id: i for i, firm_id in enumerate(firms.firm_ids)}
    rows = find_rows(overdue.firm_ids, row_of)
    lines, late_days, failed = (
        _pick_ints(column, rows, 0) for column in (overdue.lines, overdue.late_days, overdue.failed)
    )
    aged = age_of(firms)
    return replace(
        firms,
        delivered_lines=firms.delivered_lines + lines,
        late_days_sum=np.where(firms.late_days_sum >= 0, firms.late_days_sum + late_days, UNKNOWN),
        long_late_lines=np.where(
            firms.long_late_lines >= 0, firms.long_late_lines + failed, UNKNOWN
        ),
        aged=replace(
            aged,
            lines=aged.lines + lines,
            squares=aged.squares + lines,
            late_days=aged.late_days + late_days,
            failed=aged.failed + failed,
        ),
    )


def find_rows(firm_ids: list[str], row_of: RowOf) -> Ints:
    """For each candidate its row among these firms, -1 where it is not among them. O(n + rows).

    Where a firm stands twice, the later row counts.
    """
    rows = np.full(len(row_of), -1, np.int64)
    candidates = np.fromiter(map(row_of.get, firm_ids, repeat(-1)), np.int64, len(firm_ids))
    is_candidate = candidates >= 0
    rows[candidates[is_candidate]] = np.flatnonzero(is_candidate)
    return rows


def _join_places(columns: PlaceColumns, row_of: RowOf, site: Site) -> FirmPlaces:
    """Where the firms are: distinct (country, region) and the distance to the site."""
    rows = find_rows(columns.firm_ids, row_of)
    compared: dict[tuple[str, str], int] = {}
    written: dict[tuple[str, str], int] = {}
    codes = []
    for pair in zip(columns.countries, columns.regions, strict=True):
        if pair not in written:
            written[pair] = compared.setdefault(
                (fold_name(pair[0]), fold_name(pair[1])), len(compared)
            )
        codes.append(written[pair])
    latitude, longitude = (
        np.array([*degrees, NOWHERE_DEGREES], np.float64)[rows]
        for degrees in (columns.latitudes, columns.longitudes)
    )
    nowhere = (latitude == NOWHERE_DEGREES) | (longitude == NOWHERE_DEGREES)
    km = np.where(nowhere, np.nan, distance_km(latitude, longitude, site))
    return FirmPlaces(pairs=list(compared), pair_of=_pick_ints(codes, rows, -1), km=km)


def _join_facts(columns: FactColumns | None, row_of: RowOf, barred: Flags) -> Facts | None:
    """Stated facts; None where no line requires any and no candidate is barred."""
    if columns is None and not barred.any():
        return None
    facts = columns or FactColumns()
    stated, ends, regions = facts.stated, facts.certificate_ends, facts.regions
    rows = find_rows(stated.firm_ids, row_of)
    sides = (stated.length_mm, stated.width_mm, stated.height_mm)
    pairs = list(zip(regions.regions, regions.countries, strict=True))
    return Facts(
        processes=_pick_lists(stated.processes, rows),
        materials=_pick_lists(stated.materials, rows),
        envelope_mm=np.stack([_pick_ints(side, rows, UNKNOWN) for side in sides], axis=1),
        weight_kg=_pick_ints(stated.weight_kg, rows, UNKNOWN),
        linear=_pick_ints(_class_numbers(stated.tolerance_linear, LINEAR), rows, UNKNOWN),
        geometrical=_pick_ints(
            _class_numbers(stated.tolerance_geometrical, GEOMETRICAL), rows, UNKNOWN
        ),
        certificate_ends=_pick_lists(ends.certificate_ends, find_rows(ends.firm_ids, row_of)),
        regions=_pick_values(pairs, find_rows(regions.firm_ids, row_of), ("", "")),
        barred=barred,
    )


def _class_numbers(words: list[str], classes: tuple[str, ...]) -> list[int]:
    """Numbers of tolerance classes, the finest first; ``UNKNOWN`` for any other word."""
    numbers = {word: number for number, word in enumerate(classes)}
    return [numbers.get(word, UNKNOWN) for word in words]


def _join_step(
    name: str, columns: StepColumns, category_id: str, row_of: RowOf, holds: Holds
) -> Stage:
    """One step for all firms, each with the capability that ``_choose_capabilities`` names."""
    best = columns.take_rows(_choose_capabilities(name, columns, category_id))
    rows = find_rows(best.firm_ids, row_of)
    is_own = [int(category == category_id) for category in best.categories]
    return Stage(
        name=name,
        has=rows >= 0,
        own=_pick_ints(is_own, rows, 0).astype(np.bool_),
        category=_pick_texts(best.categories, rows),
        weekly_capacity=_pick_ints(best.weekly, rows, 0),
        pace=_pick_texts(best.pace, rows),
        lot_size=_pick_ints(best.lot_size, rows, 0),
        lead_days=_pick_ints(best.lead_days, rows, UNKNOWN),
        booked=merged(
            _pick_pairs(best.booked_days, best.booked_quantities, rows),
            _join_held(best, best.categories, rows, holds),
        ),
    )


def _choose_capabilities(name: str, columns: StepColumns, category_id: str) -> list[int]:
    """For each firm the row of one capability: of the step's own category, else the largest one.

    Among equals the line's own category comes first, then the category's name.
    """
    named = {category: does_step(category, name) for category in set(columns.categories)}
    best: dict[str, tuple[tuple[bool, int, bool, str], int]] = {}
    rows = zip(columns.firm_ids, columns.categories, columns.weekly, strict=True)
    for i, (firm_id, category, weekly) in enumerate(rows):
        key = (not named[category], -weekly, category != category_id, category)
        if firm_id not in best or key < best[firm_id][0]:
            best[firm_id] = (key, i)
    return [i for _, i in best.values()]


def _join_held(
    columns: LotColumns | StepColumns, categories: list[str], rows: Ints, holds: Holds
) -> Ragged:
    """What bids hold of the candidates' capacity, but for what they hold for the buyer itself.

    Args:
        columns: of some capabilities.
        categories: theirs.
        rows: the row in ``columns`` of each candidate, -1 without one.
        holds: what is held for the buyer.
    """
    quantities = columns.held_quantities
    if holds:
        quantities = [
            [
                pieces - holds.get(f"{firm_id}|{category}", {}).get(day, 0)
                for day, pieces in zip(days, held, strict=True)
            ]
            for firm_id, category, days, held in zip(
                columns.firm_ids, categories, columns.held_days, quantities, strict=True
            )
        ]
    return _pick_pairs(columns.held_days, quantities, rows)


def _list_ahead(sources: CategorySources) -> Ints | None:
    ahead = sources.ahead_days
    if not ahead:
        return None
    return np.array([ahead.get(firm, 0) for firm in sources.capabilities.firm_ids], np.int64)


def _flag_hidden(readable: ReadableFirms | None, row_of: RowOf) -> dict[str, Flags | None]:
    """Which candidates keep prices and capacity from the buyer; nothing where all show both."""
    if readable is None:
        return {}
    return {
        "prices_hidden": ~_flag_rows(readable.prices, row_of),
        "capacity_hidden": ~_flag_rows(readable.capacity, row_of),
    }


def _flag_rows(firm_ids: frozenset[str], row_of: RowOf) -> Flags:
    """Which candidates are among these firms. O(n)."""
    return np.fromiter(map(firm_ids.__contains__, row_of), np.bool_, len(row_of))


def _convert_rates(currency: Coded[str], exchange: Exchange, today: date) -> Floats:
    """Rates of the day for each firm's currency; NaN without an offer or without a rate."""
    quotes = [exchange.quote(code, today) if code else None for code in currency.kinds]
    rates = [quote.rate if quote else np.nan for quote in quotes]
    return np.array(rates, np.float64)[currency.of]


def _blank_unknown(column: Ints) -> Floats:
    return np.where(column >= 0, column, np.nan)


def _pick_values(column: list[T], rows: Ints, blank: T) -> list[T]:
    """The value of each row; ``blank`` where the row is -1."""
    values = [*column, blank]
    return [values[i] for i in rows.tolist()]


def _pick_lists(column: list[list[T]], rows: Ints) -> list[list[T]]:
    return _pick_values(column, rows, [])


def _pick_pairs(keys: list[list[int]], values: list[list[int]], rows: Ints) -> Ragged:
    return Ragged.of(_pick_lists(keys, rows), _pick_lists(values, rows))


def _pick_ints(column: list[int], rows: Ints, blank: int) -> Ints:
    return np.array([*column, blank], np.int64)[rows]


def _pick_floats(column: Floats, rows: Ints) -> Floats:
    return np.append(column, np.nan)[rows]


def _pick_texts(column: list[str], rows: Ints) -> Coded[str]:
    return Coded.of_values([*column, ""]).taken(rows)
