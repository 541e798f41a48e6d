"""Files of tables as people send them, each with its right reading: ``tests/data/files``.

``python -m tests.make.files`` writes them anew. The readings are written by hand beside each file,
never taken from the program: values as the graph keeps them (money in ten-thousandths), rows by
their number in the file.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import asdict
from datetime import date, datetime
from pathlib import Path
from typing import Final

from tests.make.file_layouts import OFFERS, list_layouts
from tests.make.made_files import MadeFile, Rows, write_book, write_text

FOLDER: Final = Path(__file__).parents[1] / "data" / "files"


NAMES: Final = {
    "en": ("Part No.", "Description", "Category", "Unit", "Unit weight"),
    "de": ("Artikelnummer", "Bezeichnung", "Warengruppe", "Mengeneinheit", "Gewicht kg"),
    "zh": ("物料编码", "名称", "类别", "计量单位", "单重"),
    "hant": ("料號", "名稱", "類別", "單位", "重量"),
    "ja": ("品番", "品名", "分類", "単位", "質量"),
}
WORDS: Final = {
    "en": ("Guide bush", "Bushes", "pcs", "Cooling plate", "set"),
    "de": ("Führungsbüchse", "Büchsen", "Stück", "Kühlkörper groß", "Satz"),
    "zh": ("导向套", "轴套", "件", "散热器底座", "套"),
    "hant": ("導向套", "軸套", "個", "散熱器", "個"),
    "ja": ("ガイドブッシュ", "ブッシュ", "個", "冷却プレート", "個"),
}
ENCODED: Final = [
    ("en", "utf-8", ","), ("en", "utf-8", ";"), ("en", "utf-16", "\t"), ("en", "utf-8-sig", "|"),
    ("de", "utf-8", ";"), ("de", "cp1252", ";"), ("de", "utf-16", "\t"), ("de", "utf-8-sig", ";"),
    ("zh", "utf-8", ","), ("zh", "gb18030", ","), ("zh", "gbk", "\t"), ("zh", "utf-16-le", ";"),
    ("hant", "big5", ","), ("hant", "utf-8", ";"), ("ja", "cp932", ","), ("ja", "utf-8", "\t"),
    ("ja", "utf-16-be", ","),
]  # fmt: skip
UNIT_CODES: Final = {"pcs": "H87", "set": "SET", "Stück": "H87", "Satz": "SET", "件": "H87",
                     "套": "SET", "個": "H87"}  # fmt: skip
SEPARATOR_NAMES: Final = {",": "comma", ";": "semicolon", "\t": "tab", "|": "bar"}
PARTS: Final = ["part_id", "name", "category", "uom", "weight_kg"]
STOCKS: Final = ["part_id", "quantity", "daily_use", "firm_id"]


def list_parts() -> Iterator[MadeFile]:
    """Lists of parts in five languages and nine encodings."""
    for language, encoding, sign in ENCODED:
        one, group, unit, other, other_unit = WORDS[language]
        comma = language == "de"
        weights = ("12,5", "0,85") if comma else ("12.5", "0.85")
        lines = [
            sign.join(NAMES[language]),
            sign.join(("KG-11", one, group, unit, weights[0])),
            sign.join(("KG-12", other, group, other_unit, weights[1])),
        ]
        yield MadeFile(
            name=f"parts_{language}_{encoding}_{SEPARATOR_NAMES[sign]}.csv",
            content=write_text(lines, encoding),
            table="parts",
            columns=PARTS,
            rows={
                2: ["KG-11", one, group, UNIT_CODES[unit], 12.5],
                3: ["KG-12", other, group, UNIT_CODES[other_unit], 0.85],
            },
        )


PRICE_HABITS: Final = {
    "en": (",", "{0}", ["12.50", "9.85", '"1,250.00"'], [12.5, 9.85, 1250]),
    "de": (";", "{0}", ["12,50", "9,85", "1.250,00"], [12.5, 9.85, 1250]),
    "de_euro": (";", "{0}\u00a0€", ["12,50", "9,85", "1.250,00"], [12.5, 9.85, 1250]),
    "ch": (";", "{0}", ["12.50", "9.85", "1'250.00"], [12.5, 9.85, 1250]),
    "ch_typographic": (";", "{0}", ["12.50", "9.85", "1’250.00"], [12.5, 9.85, 1250]),
    "fr": (";", "{0}", ["12,50", "9,85", "1\u202f250,00"], [12.5, 9.85, 1250]),
    "proved_groups": (";", "{0}", ["12,50", "1.250", "2.000"], [12.5, 1250, 2000]),
    "proved_decimals": (";", "{0}", ["12.50", "1.250", "2,000"], [12.5, 1.25, 2000]),
    "comma_file": (",", "{0}", ["1.250", "2.375", "7"], [1.25, 2.375, 7]),
    "tab_de": ("\t", "EUR {0}", ["12,50", "9,85", "1.250,00"], [12.5, 9.85, 1250]),
}


def list_prices() -> Iterator[MadeFile]:
    """Price lists in ten habits, and prices that could be two things."""
    head = ("Teilenummer", "ab Menge", "Einzelpreis", "Währung")
    for habit, (sign, form, texts, values) in PRICE_HABITS.items():
        lines = [sign.join(head)]
        lines += [
            sign.join((f"BR-{at}", "1", form.format(text), "EUR"))
            for at, text in enumerate(texts, start=1)
        ]
        yield MadeFile(
            name=f"prices_{habit}.csv",
            content=write_text(lines),
            table="offers",
            columns=OFFERS,
            rows={
                at + 1: [f"BR-{at}", 1, round(value * 10_000), "EUR", "me"]
                for at, value in enumerate(values, start=1)
            },
        )
    doubtful = ["Teilenummer;ab Menge;Einzelpreis;Währung", "BR-1;1;1.250;EUR", "BR-2;1;7;EUR"]
    mixed = [*doubtful, "BR-3;1;12,50;EUR", "BR-4;1;12.75;EUR"]
    for name, lines, good in (
        ("doubtful", doubtful, {3: 7}),
        ("mixed", mixed, {3: 7, 4: 12.5, 5: 12.75}),
    ):
        yield MadeFile(
            name=f"prices_{name}.csv",
            content=write_text(lines),
            table="offers",
            columns=OFFERS,
            rows={
                row: [f"BR-{row - 1}", 1, round(value * 10_000), "EUR", "me"]
                for row, value in good.items()
            },
            bad=[(2, "unit_price")],
            asked=[("numbers", "unit_price")],
        )
    for answer, value in (("comma", 1250), ("point", 1.25)):
        yield MadeFile(
            name=f"prices_answered_{answer}.csv",
            content=write_text(doubtful),
            table="offers",
            columns=OFFERS,
            rows={2: ["BR-1", 1, round(value * 10_000), "EUR", "me"],
                  3: ["BR-2", 1, 70_000, "EUR", "me"]},
            answers={"numbers": answer},
        )  # fmt: skip
    yield MadeFile(
        name="prices_currency_words.csv",
        content=write_text([
            "物料编码,起订数量,不含税单价,币种", "BR-1,1,¥12.50,人民币", "BR-2,1,9.85元,RMB",
            "BR-3,1,1.5万,CNY", "BR-4,1,￥１２．５,元", "BR-5,1,€3,CNY", "BR-6,1,3,¥",
        ]),
        table="offers",
        columns=OFFERS,
        rows={
            2: ["BR-1", 1, 125_000, "CNY", "me"], 3: ["BR-2", 1, 98_500, "CNY", "me"],
            4: ["BR-3", 1, 150_000_000, "CNY", "me"], 5: ["BR-4", 1, 125_000, "CNY", "me"],
        },
        bad=[(6, "unit_price"), (7, "currency")],
    )  # fmt: skip
    yield MadeFile(
        name="prices_currency_in_header.csv",
        content=write_text(["Part No.,From quantity,Unit price (EUR)", "BR-1,10,3.75"]),
        table="offers",
        columns=["part_id", "min_quantity", "unit_price", "firm_id", "currency"],
        rows={2: ["BR-1", 10, 37_500, "me", "EUR"]},
    )
    yield MadeFile(
        name="prices_with_tax.csv",
        content=write_text(["物料编码,起订数量,含税单价,币种", "BR-1,10,3.75,CNY"], "gb18030"),
        asked=[("column", "unit_price")],
        refused="offers lacks the column unit_price. Not understood: 含税单价.",
    )
    yield MadeFile(
        name="prices_per_hundred.csv",
        content=write_text(["Teilenummer;ab Menge;Preis je 100;Währung", "BR-1;10;375;EUR"]),
        asked=[("column", "unit_price")],
        refused="offers lacks the column unit_price. Not understood: Preis je 100.",
    )


def list_stocks() -> Iterator[MadeFile]:
    """Stocks with groups of thousands in all habits."""
    head = "part number;on hand;per day"
    usual: list[tuple[int, float]] = [(1000, 5), (10_000, 5), (2500, 12.5)]
    ways: dict[str, tuple[list[str], list[tuple[int, float]]]] = {
        "points_proved": (["1.000;5", "10.000;5", "2.500;12,5"], usual),
        "commas_proved": (["1,000;5", "10,000;5", "2,500;12.5"], usual),
        "blanks": (["1 000;5", "10\u00a0000;5", "2\u2009500;12,5"], usual),
        "millions": (["1.000.000;5", "10.000;5", "5;1"], [(1_000_000, 5), (10_000, 5), (5, 1)]),
        "wide_digits": (["１０００;５", "１万;5", "2千;1"], [(1000, 5), (10_000, 5), (2000, 1)]),
        "machine": (["1000;5", "10000;0.5", "2500;12.5"], [(1000, 5), (10_000, 0.5), (2500, 12.5)]),
    }  # fmt: skip
    for way, (lines, values) in ways.items():
        yield MadeFile(
            name=f"stocks_{way}.csv",
            content=write_text([head, *(f"BR-{at};{line}" for at, line in enumerate(lines))]),
            table="stocks",
            columns=STOCKS,
            rows={
                at + 2: [f"BR-{at}", quantity, use, "me"]
                for at, (quantity, use) in enumerate(values)
            },
        )
    doubtful = [head, "BR-0;1.000;5", "BR-1;10.000;5"]
    yield MadeFile(
        name="stocks_points_doubtful.csv",
        content=write_text(doubtful),
        table="stocks",
        columns=STOCKS,
        bad=[(2, "quantity"), (3, "quantity")],
        asked=[("numbers", "quantity")],
    )
    yield MadeFile(
        name="stocks_points_doubtful_commas.csv",
        content=write_text([line.replace(";", ",") for line in doubtful]),
        table="stocks",
        columns=STOCKS,
        bad=[(2, "quantity"), (3, "quantity")],
        asked=[("numbers", "quantity")],
    )
    yield MadeFile(
        name="stocks_points_answered.csv",
        content=write_text(doubtful),
        table="stocks",
        columns=STOCKS,
        rows={2: ["BR-0", 1000, 5, "me"], 3: ["BR-1", 10_000, 5, "me"]},
        answers={"numbers": "comma"},
    )
    yield MadeFile(
        name="stocks_negative_and_units.csv",
        content=write_text([head, "BR-0;12-;5", "BR-1;(5);5", "BR-2;10 m;5", "BR-3;2.5;1"]),
        table="stocks",
        columns=STOCKS,
        # whether the part's unit takes decimals, and is in metres, is looked at later
        rows={4: ["BR-2", 10, 5.0, "me"], 5: ["BR-3", 2.5, 1.0, "me"]},
        bad=[(2, "quantity"), (3, "quantity")],
    )


DAYS: Final = [
    ("2026-12-31", "2026-12-31"), ("2026.12.31", "2026-12-31"), ("20261231", "2026-12-31"),
    ("2026年12月31日", "2026-12-31"), ("2026-12-31 00:00:00", "2026-12-31"),
    ("31.12.2026", "2026-12-31"), ("12/31/2026", "2026-12-31"), ("31-Dec-2026", "2026-12-31"),
]  # fmt: skip
DELIVERIES: Final = ["delivery_id", "supplier_id", "part_id", "quantity", "promised_on", "buyer_id"]


def list_deliveries() -> Iterator[MadeFile]:
    """Deliveries whose days are written in all ways."""
    head = "Delivery note,Supplier,Part No.,Qty ordered,Due date"
    lines = [f"D-{at},s,p,{at + 1},{text}" for at, (text, _) in enumerate(DAYS)]
    good: Rows = {
        at + 2: [f"D-{at}", "s", "p", at + 1, day, "me"] for at, (_, day) in enumerate(DAYS)
    }
    yield MadeFile(
        name="deliveries_days.csv",
        content=write_text([head, *lines]),
        table="deliveries",
        columns=DELIVERIES,
        rows=good,
    )
    asked = [head, *lines, "D-8,s,p,9,12/11/2026", "D-9,s,p,10,31.12.26", "D-10,s,p,11,46387"]
    yield MadeFile(
        name="deliveries_days_doubtful.csv",
        content=write_text(asked),
        table="deliveries",
        columns=DELIVERIES,
        rows=good,
        bad=[(10, "promised_on"), (11, "promised_on"), (12, "promised_on")],
        asked=[("days", "promised_on")],
    )
    for answer, day in (("day first", "2026-11-12"), ("month first", "2026-12-11")):
        yield MadeFile(
            name=f"deliveries_{answer.replace(' ', '_')}.csv",
            content=write_text([head, "D-8,s,p,9,12/11/2026"]),
            table="deliveries",
            columns=DELIVERIES,
            rows={2: ["D-8", "s", "p", 9, day, "me"]},
            answers={"days": answer},
        )
    book = [head.split(","), ["D-0", "s", "p", 3, (date(2026, 12, 31), "dd/mm/yyyy")],
            ["D-1", "s", "p", 4.0, (datetime(2026, 12, 31), "yyyy-mm-dd hh:mm")],
            ["D-2", "s", "p", "5", "2026年12月31日"], ["D-3", "s", "p", 6, 46387]]  # fmt: skip
    yield MadeFile(
        name="deliveries_date_cells.xlsx",
        content=write_book({"Deliveries": book}),
        table="deliveries",
        columns=DELIVERIES,
        rows={at + 2: [f"D-{at}", "s", "p", at + 3, "2026-12-31", "me"] for at in range(3)},
        bad=[(5, "promised_on")],
    )


def list_ids() -> Iterator[MadeFile]:
    """Part numbers that a spreadsheet changed."""
    head = ["Part number", "On hand"]
    kept = [[(412, "00000"), 2], ["0007", 2], ["1E3", 2], ["KG-1", 2], [1001, 2]]
    changed = [[8.123456789e17, 2], [1.5, 2], [(date(2026, 3, 1), "yyyy-mm-dd"), 2], [True, 2],
               ["8.71E+11", 2], ["TRUE", 2]]  # fmt: skip
    columns = ["part_id", "quantity", "firm_id"]
    rows: Rows = {
        at + 2: [name, 2, "me"] for at, name in enumerate(("00412", "0007", "1E3", "KG-1", "1001"))
    }
    yield MadeFile(
        name="stocks_ids_kept.xlsx",
        content=write_book({"stocks": [head, *kept]}),
        table="stocks",
        columns=columns,
        rows=rows,
    )
    yield MadeFile(
        name="stocks_ids_changed.xlsx",
        content=write_book({"stocks": [head, *kept, *changed]}),
        table="stocks",
        columns=columns,
        rows=rows,
        bad=[(row, "part_id") for row in range(7, 13)],
    )
    yield MadeFile(
        name="stocks_ids_changed.csv",
        content=write_text(["Part number,On hand", "8.71E+11,2", "00412,2", "FALSE,2"]),
        table="stocks",
        columns=columns,
        rows={3: ["00412", 2, "me"]},
        bad=[(2, "part_id"), (4, "part_id")],
    )
    yield MadeFile(
        name="stocks_numbers_in_cells.xlsx",
        content=write_book({
            "库存": [["物料编码", "库存数量", "日用量"], ["A", 1000, 1.125], ["B", 2500.0, 12.5],
                     ["C", "1.000", "12,5"], ["D", "2万", 0.1 + 0.2]],
        }),
        table="stocks",
        columns=STOCKS,
        rows={2: ["A", 1000, 1.125, "me"], 3: ["B", 2500, 12.5, "me"], 4: ["C", 1000, 12.5, "me"],
              5: ["D", 20_000, 0.3, "me"]},
    )  # fmt: skip


def list_files() -> list[MadeFile]:
    """All of them."""
    kinds = (list_parts, list_prices, list_stocks, list_deliveries, list_ids, list_layouts)
    return [one for kind in kinds for one in kind()]


def write_files() -> None:
    """Write the files and their readings."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    readings = {}
    for one in list_files():
        (FOLDER / one.name).write_bytes(one.content)
        readings[one.name] = {
            k: v for k, v in asdict(one).items() if v and k not in ("content", "name")
        }
    text = json.dumps(readings, ensure_ascii=False, indent=1)
    (FOLDER / "readings.json").write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    write_files()
