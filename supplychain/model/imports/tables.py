"""The import and export tables as data: columns, types, limits, keys.

This is the one place that says what a table looks like; reading, checking, writing and the upload
page follow it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

from supplychain.model.categories.tree import identify_category
from supplychain.model.money import CURRENCIES
from supplychain.model.offers import INCOTERMS, MAX_PAYMENT_DAYS, TIER_RULES
from supplychain.model.parts_requests.requirements import GEOMETRICAL, LINEAR, MAX_KG, MAX_MM, SIDES
from supplychain.model.people.actors import KINDS
from supplychain.model.units import PIECE

MAX_ID_CHARS: Final = 64
MAX_NAME_CHARS: Final = 200
MAX_WHOLE_NUMBER: Final = 1_000_000_000_000
"""The largest whole number a cell may hold (1e12)."""
MAX_DAYS: Final = 3_650
MAX_COLUMNS: Final = 64
MAX_ROWS: Final = 1_048_576
"""Rows of one sheet, header included, as in Excel."""
MAX_LIST_ITEMS: Final = 50

CellType = Literal[
    "id", "text", "category", "choice", "whole", "money", "share", "degrees", "day", "list",
    "terms", "ends", "decimal", "amount", "identity", "unit", "quantity", "conversions",
]  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """One column.

    Attributes:
        name: as in the header row.
        type: how a cell is read; ``money`` is kept in ten-thousandths, ``terms`` are processes or
            materials, ``ends`` are pairs ``ISO 9001=2027-05-31``, ``decimal`` is a number above 0
            with any decimals, ``amount`` one from 0 on, ``quantity`` one of at most three decimals
            as the part's unit takes them, ``conversions`` are ``1 box = 50; 2.47 kg = 1``, kept as
            JSON, ``identity`` is a name by which strangers know somebody.
        field: the property of the graph it becomes.
        required: the column and each of its cells must be there.
        default: what an empty cell means, nothing unless said.
        keeps: an empty cell leaves an existing thing as it is, as a column not in the file does.
        lowest: smallest number; of a quantity 1 is any above 0.
        highest: largest number.
        choices: the only words allowed.
        refers_to: the table whose key this is.
    """

    name: str
    type: CellType
    field: str
    required: bool = False
    default: str | int | None = None
    keeps: bool = False
    lowest: int = 0
    highest: int = MAX_WHOLE_NUMBER
    choices: tuple[str, ...] = ()
    refers_to: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportTable:
    """One table: its name is that of the file or the sheet, ``title`` is for people.

    ``key`` names the columns by which a row is known.
    """

    name: str
    title: str
    columns: tuple[Column, ...]
    key: tuple[str, ...]

    @property
    def names(self) -> tuple[str, ...]:
        """The header."""
        return tuple(column.name for column in self.columns)

    @property
    def fields(self) -> tuple[str, ...]:
        """The graph's property of each column."""
        return tuple(column.field for column in self.columns)

    def get_column(self, name: str) -> Column:
        """The column of that name."""
        return next(column for column in self.columns if column.name == name)


def _id_column(name: str, *, field: str = "", table: str = "", required: bool = True) -> Column:
    return Column(name=name, type="id", field=field or name, required=required, refers_to=table)


def _text_column(name: str, *, required: bool = False) -> Column:
    return Column(name=name, type="text", field=name, required=required)


def _choice_column(name: str, choices: tuple[str, ...], *, required: bool = False) -> Column:
    return Column(name=name, type="choice", field=name, required=required, choices=choices)


def _whole_column(
    name: str, *, required: bool = False, default: int | None = None, lowest: int = 0
) -> Column:
    highest = MAX_DAYS if name.endswith("_days") else MAX_WHOLE_NUMBER
    return Column(
        name=name,
        type="whole",
        field=name,
        required=required,
        default=default,
        lowest=lowest,
        highest=highest,
    )


def _quantity_column(
    name: str, *, required: bool = False, default: int | None = None, lowest: int = 0
) -> Column:
    return Column(
        name=name, type="quantity", field=name, required=required, default=default, lowest=lowest
    )


def _limit_column(name: str, highest: int) -> Column:
    return Column(name=name, type="whole", field=name, lowest=1, highest=highest)


def _money_column(name: str, *, field: str = "", required: bool = False, lowest: int = 0) -> Column:
    return Column(
        name=name, type="money", field=field or f"{name}_e4", required=required, lowest=lowest
    )


def _degrees_column(name: str, limit: int) -> Column:
    return Column(name=name, type="degrees", field=name, lowest=-limit, highest=limit)


def _day_column(name: str, *, required: bool = False) -> Column:
    return Column(name=name, type="day", field=name, required=required)


_CATEGORY: Final = Column(name="category", type="category", field="category_id", required=True)
_CURRENCIES: Final = tuple(CURRENCIES)

FIRMS: Final = ImportTable(
    name="firms",
    title="Firms",
    key=("firm_id",),
    columns=(
        _id_column("firm_id", field="id"),
        Column(name="name", type="identity", field="name", required=True),
        _choice_column("kind", KINDS, required=True),
        _text_column("country"),
        _text_column("region"),
        _text_column("city"),
        _degrees_column("latitude", 90),
        _degrees_column("longitude", 180),
        _whole_column("employees"),
        _text_column("registration_id"),
    ),
)
PARTS: Final = ImportTable(
    name="parts",
    title="Parts",
    key=("part_id",),
    columns=(
        _id_column("part_id", field="id"),
        _text_column("name", required=True),
        _CATEGORY,
        Column(name="uom", type="unit", field="uom", default=PIECE, keeps=True),
        _id_column("designer_id", table="firms", required=False),
        Column(name="revision", type="id", field="revision", default="A", keeps=True),
        Column(name="weight_kg", type="decimal", field="piece_kg", highest=MAX_KG),
        Column(name="conversions", type="conversions", field="conversions"),
    ),
)
BOM: Final = ImportTable(
    name="bom",
    title="Bills of materials",
    key=("parent_part_id", "child_part_id"),
    columns=(
        _id_column("parent_part_id", table="parts"),
        _id_column("child_part_id", table="parts"),
        _money_column("quantity", required=True, lowest=1),
    ),
)
CAPABILITIES: Final = ImportTable(
    name="capabilities",
    title="Capabilities",
    key=("firm_id", "category"),
    columns=(
        _id_column("firm_id", table="firms"),
        _CATEGORY,
        Column(
            name="weekly_capacity", type="whole", field="weekly_capacity", default=0, keeps=True
        ),
        Column(name="certificates", type="list", field="certificates"),
        _whole_column("min_lot"),
        _whole_column("max_lot"),
        _whole_column("lead_days"),
        _whole_column("lot_size", lowest=1),
        Column(name="processes", type="terms", field="processes"),
        Column(name="materials", type="terms", field="materials"),
        *(_limit_column(side, MAX_MM) for side in SIDES),
        _limit_column("weight_kg", MAX_KG),
        _choice_column("tolerance_linear", LINEAR),
        _choice_column("tolerance_geometrical", GEOMETRICAL),
        Column(name="certificate_ends", type="ends", field="certificate_ends"),
        _money_column("weekly_hours", lowest=1),
        _money_column("hours_per_piece", lowest=1),
        _money_column("setup_hours"),
    ),
)
PART_HOURS: Final = ImportTable(
    name="part_hours",
    title="Hours of single parts",
    key=("firm_id", "category", "part_id"),
    columns=(
        _id_column("firm_id", table="firms"),
        _CATEGORY,
        _id_column("part_id", table="parts"),
        _money_column("hours_per_piece", required=True, lowest=1, field="hours_e4"),
    ),
)
OFFERS: Final = ImportTable(
    name="offers",
    title="Offers",
    key=("firm_id", "part_id", "min_quantity"),
    columns=(
        _id_column("firm_id", table="firms"),
        _id_column("part_id", table="parts"),
        _whole_column("min_quantity", required=True, lowest=1),
        _money_column("unit_price", required=True),
        _choice_column("currency", _CURRENCIES, required=True),
        _whole_column("moq", default=1),
        _whole_column("lead_days"),
        Column(
            name="tier_rule",
            type="choice",
            field="tier_rule",
            default=TIER_RULES[0],
            choices=TIER_RULES,
        ),
        _choice_column("incoterm", INCOTERMS),
        Column(name="payment_days", type="whole", field="payment_days", highest=MAX_PAYMENT_DAYS),
        _money_column("freight_per_piece", field="freight_e4"),
        _money_column("tooling"),
        Column(name="valid_from", type="day", field="valid_from"),
        Column(name="valid_until", type="day", field="valid_until"),
        _whole_column("price_per", default=1, lowest=1),
    ),
)
SUPPLY_RELATIONS: Final = ImportTable(
    name="supply_relations",
    title="Supply relations",
    key=("supplier_id", "buyer_id", "part_id"),
    columns=(
        _id_column("supplier_id", table="firms"),
        _id_column("buyer_id", table="firms"),
        _id_column("part_id", table="parts"),
        Column(name="share", type="share", field="share", highest=1),
        _money_column("annual_spend"),
        _choice_column("currency", _CURRENCIES),
        _whole_column("lead_days"),
        _whole_column("recover_days"),
    ),
)
DELIVERIES: Final = ImportTable(
    name="deliveries",
    title="Deliveries",
    key=("delivery_id",),
    columns=(
        _id_column("delivery_id", field="id"),
        _id_column("supplier_id", table="firms"),
        _id_column("buyer_id", table="firms"),
        _id_column("part_id", table="parts"),
        _quantity_column("quantity", required=True, lowest=1),
        _day_column("promised_on", required=True),
        _day_column("delivered_on"),
        _quantity_column("delivered_quantity", default=0),
        _quantity_column("rejected_quantity", default=0),
        _money_column("unit_price"),
        _choice_column("currency", _CURRENCIES),
        _money_column("freight_cost", field="freight_e4"),
    ),
)
STOCKS: Final = ImportTable(
    name="stocks",
    title="Stocks",
    key=("firm_id", "part_id"),
    columns=(
        _id_column("firm_id", table="firms"),
        _id_column("part_id", table="parts"),
        _quantity_column("quantity", required=True),
        Column(name="daily_use", type="amount", field="daily_use"),
    ),
)
EXCHANGE_RATES: Final = ImportTable(
    name="exchange_rates",
    title="Exchange rates",
    key=("firm_id", "on", "from_currency", "to_currency"),
    columns=(
        _id_column("firm_id", table="firms"),
        Column(name="on", type="day", field="day", required=True),
        _choice_column("from_currency", _CURRENCIES, required=True),
        _choice_column("to_currency", _CURRENCIES, required=True),
        Column(name="rate", type="decimal", field="rate", required=True),
    ),
)

TABLES: Final = {
    table.name: table
    for table in (
        FIRMS,
        PARTS,
        BOM,
        CAPABILITIES,
        PART_HOURS,
        OFFERS,
        SUPPLY_RELATIONS,
        DELIVERIES,
        STOCKS,
        EXCHANGE_RATES,
    )
}
"""All tables by name, in the order in which they are read and written."""


def category_id(text: str) -> str:
    """The identity of a category, as ``identify_category``."""
    return identify_category(text)
