"""Units of measure: codes of UN/ECE Recommendation 20, what people write for them, and conversion.

Codes are those of Recommendation 20 (revision 17, 2021); packagings are those of Recommendation 21
with an X before them, as electronic invoices (EN 16931) take them. Inside, a unit is its code; what
was written before there was a list is kept as it is and read by ``find_unit``.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from typing import Final

COUNT, MASS, LENGTH, AREA, VOLUME, TIME = "count", "mass", "length", "area", "volume", "time"
PACKED: Final = "packed"
"""What holds an unsaid number of something, sets too: none converts into another."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Unit:
    """One unit.

    Attributes:
        code: of UN/ECE Recommendation 20.
        kind: what it measures; units of one kind convert, except ``packed``.
        factor: how many of the kind's base unit it is: piece, kg, m, m², m³, h.
        name: as a reader calls one of it, translated on pages.
        symbol: as it stands behind a number, translated on pages.
        aliases: what else is written for it, in any case, with or without a dot.
    """

    code: str
    kind: str
    factor: Decimal
    name: str
    symbol: str
    aliases: tuple[str, ...] = ()


def _make_unit(code: str, kind: str, factor: str, name: str, symbol: str, aliases: str) -> Unit:
    return Unit(
        code=code,
        kind=kind,
        factor=Decimal(factor),
        name=name,
        symbol=symbol,
        aliases=tuple(aliases.split()),
    )


PIECE: Final = "H87"
UNITS: Final = (
    _make_unit(PIECE, COUNT, "1", "piece", "pcs",
          "pc pce pces piece pieces ea each unit units no nos c62 stk stück stueck st "
               "件 个 個 只 支 根 台 条 块 片 枚 颗 粒 把"),
    _make_unit("SET", PACKED, "1", "set", "sets", "set sets kit kits satz 套 组 副"),
    _make_unit("PR", COUNT, "2", "pair", "pairs", "pr pair pairs paar 对 双"),
    _make_unit("DZN", COUNT, "12", "dozen", "dozens", "dz doz dozen dozens dzn 打"),
    _make_unit("CEN", COUNT, "100", "hundred", "hundreds", "hundred hundreds 百件"),
    _make_unit("MIL", COUNT, "1000", "thousand", "thousands", "mpcs thousand thousands tsd 千件"),
    _make_unit("KGM", MASS, "1", "kilogram", "kg", "kg kgs kilo kilogram kilograms 千克 公斤"),
    _make_unit("GRM", MASS, "0.001", "gram", "g", "g gr gram grams 克"),
    _make_unit("TNE", MASS, "1000", "tonne", "t", "t to ton tons tonne tonnes mt 吨 公吨"),
    _make_unit("MTR", LENGTH, "1", "metre", "m", "m mtr metre metres meter meters lfm 米"),
    _make_unit("CMT", LENGTH, "0.01", "centimetre", "cm", "cm 厘米 公分"),
    _make_unit("MMT", LENGTH, "0.001", "millimetre", "mm", "mm 毫米"),
    _make_unit("KMT", LENGTH, "1000", "kilometre", "km", "km 千米 公里"),
    _make_unit("MTK", AREA, "1", "square metre", "m²", "m2 sqm qm m^2 平方米 平米 ㎡"),
    _make_unit("CMK", AREA, "0.0001", "square centimetre", "cm²", "cm2 cm^2 平方厘米"),
    _make_unit("MTQ", VOLUME, "1", "cubic metre", "m³", "m3 cbm m^3 立方米 立方"),
    _make_unit("LTR", VOLUME, "0.001", "litre", "l", "l ltr lt litre litres liter liters 升"),
    _make_unit("MLT", VOLUME, "0.000001", "millilitre", "ml", "ml 毫升"),
    _make_unit("HUR", TIME, "1", "hour", "h", "h hr hrs hour hours std 小时 工时"),
    _make_unit("DAY", TIME, "24", "day", "days", "d day days tag 天"),
    _make_unit("XBX", PACKED, "1", "box", "boxes", "bx box boxes 盒 箱"),
    _make_unit("XCT", PACKED, "1", "carton", "cartons", "ct ctn carton cartons karton 纸箱"),
    _make_unit("XPK", PACKED, "1", "package", "packages", "pk pkg pack packs package packages 包"),
    _make_unit("XBG", PACKED, "1", "bag", "bags", "bg bag bags sack 袋"),
    _make_unit("XRO", PACKED, "1", "roll", "rolls", "ro roll rolls coil rolle 卷"),
    _make_unit("XST", PACKED, "1", "sheet", "sheets", "sheet sheets sht 张"),
    _make_unit("XBO", PACKED, "1", "bottle", "bottles", "bo bottle bottles 瓶"),
    _make_unit("XDR", PACKED, "1", "drum", "drums", "dr drum drums barrel 桶"),
    _make_unit("XPX", PACKED, "1", "pallet", "pallets", "plt pallet pallets palette 托盘 托"),
)  # fmt: skip


def _fold_word(text: str) -> str:
    return unicodedata.normalize("NFKC", text).strip().rstrip(".").casefold()


@lru_cache(maxsize=1)
def _list_by_word() -> dict[str, Unit]:
    by_word: dict[str, Unit] = {}
    for unit in UNITS:
        for word in (unit.code, unit.name, unit.symbol, *unit.aliases):
            known_as = by_word.setdefault(_fold_word(word), unit)
            assert known_as is unit, f"{word} is {known_as.code} and {unit.code}"
    return by_word


def find_unit(text: str) -> Unit | None:
    """The unit that somebody wrote: its code, a symbol, a word, in Chinese, English or German."""
    return _list_by_word().get(_fold_word(text))


def unit_code(text: str) -> str:
    """The code of what was written; what is no unit stays as it is."""
    unit = find_unit(text)
    return unit.code if unit else text


def unit_symbol(text: str) -> str:
    """What stands behind a number; what is no unit stays as it is."""
    unit = find_unit(text)
    return unit.symbol if unit else text


def converts(one: Unit, other: Unit) -> bool:
    """Whether a quantity in the one says how much it is in the other."""
    return one is other or (one.kind == other.kind and one.kind != PACKED)


def convert(quantity: Decimal, one: Unit, other: Unit) -> Decimal:
    """A quantity of the one unit in the other. Exact.

    Raises:
        ValueError: they measure different things, or are packagings.
    """
    if not converts(one, other):
        raise ValueError(f"{one.code} does not convert into {other.code}")
    return quantity * one.factor / other.factor
