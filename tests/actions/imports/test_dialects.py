"""Random tables, written in ten dialects, come back as they were or are refused."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Final

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from supplychain.actions.imports.checking import load_sheet
from supplychain.actions.imports.reading import open_file
from supplychain.actions.imports.report import Findings
from supplychain.model.imports.understanding import Answers


@dataclass(frozen=True, slots=True, kw_only=True)
class Dialect:
    """How a program writes tables."""

    encoding: str = "utf-8"
    delimiter: str = ","
    decimal: str = "."
    group: str = ""
    day: str = "%Y-%m-%d"
    head: tuple[str, ...] = ("Delivery note", "Supplier", "Part No.", "Qty ordered", "Due date",
                             "Unit price", "Currency")  # fmt: skip
    above: tuple[str, ...] = ()
    below: str = ""


ENGLISH: Final = Dialect()
GERMAN: Final = ("Lieferschein", "Lieferant", "Teilenummer", "Bestellmenge", "Liefertermin",
                 "Einzelpreis", "Währung")  # fmt: skip
CHINESE: Final = ("送货单号", "供应商编号", "物料编码", "订购数量", "约定交期", "单价", "币种")
JAPANESE: Final = ("納品書番号", "仕入先", "品番", "注文数", "納期", "単価", "通貨")
DIALECTS: Final = {
    "our own": Dialect(head=("delivery_id", "supplier_id", "part_id", "quantity", "promised_on",
                             "unit_price", "currency")),
    "english": ENGLISH,
    "english groups": Dialect(group=",", encoding="utf-8-sig", day="%d %b %Y"),
    "german": Dialect(encoding="cp1252", delimiter=";", decimal=",", group=".", day="%d.%m.%Y",
                      head=GERMAN),
    "german utf-16": Dialect(encoding="utf-16", delimiter="\t", decimal=",", day="%d.%m.%Y",
                             head=GERMAN, above=("Lieferungen im März", "")),
    "french": Dialect(delimiter=";", decimal=",", group="\u202f", day="%Y-%m-%d"),
    "swiss": Dialect(delimiter=";", group="'", day="%d.%m.%Y", head=GERMAN),
    "chinese": Dialect(encoding="gb18030", day="%Y年%m月%d日", head=CHINESE, below="合计"),
    "chinese tabs": Dialect(encoding="utf-16-le", delimiter="\t", group=",", day="%Y/%m/%d",
                            head=CHINESE, above=("交货记录", "2026年3月")),
    "japanese": Dialect(encoding="cp932", day="%Y/%m/%d", head=JAPANESE, below="合計"),
}  # fmt: skip
Row = tuple[str, int, date, Decimal]

ids = st.text("ABCXYZ0123456789-", min_size=1, max_size=8)
row = st.tuples(
    ids,
    st.integers(1, 10**7),
    st.dates(date(2020, 1, 1), date(2030, 12, 31)),
    st.decimals(0, 10**5, places=4, allow_nan=False).map(lambda price: price.normalize()),
)
tables = st.lists(row, min_size=1, max_size=12)


def write_number(number: Decimal | int, dialect: Dialect) -> str:
    text = f"{number:,f}" if isinstance(number, Decimal) else f"{number:,}"
    return text.replace(",", "\0").replace(".", dialect.decimal).replace("\0", dialect.group)


def write_table(rows: list[Row], dialect: Dialect) -> bytes:
    file = io.StringIO()
    writer = csv.writer(file, delimiter=dialect.delimiter)
    for title in dialect.above:
        writer.writerow([title])
    writer.writerow(dialect.head)
    for at, (part, quantity, day, price) in enumerate(rows):
        writer.writerow((
            f"D{at}", "S", part, write_number(quantity, dialect), day.strftime(dialect.day),
            write_number(price, dialect), "EUR",
        ))  # fmt: skip
    if dialect.below:
        writer.writerow([dialect.below, "", "", write_number(sum(r[1] for r in rows), dialect)])
    return file.getvalue().encode(dialect.encoding)


@pytest.mark.parametrize("name", DIALECTS)
@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rows=tables)
def test_a_table_comes_back_as_it_was_or_is_refused(
    tmp_path: Path, name: str, rows: list[Row]
) -> None:
    dialect = DIALECTS[name]
    path = tmp_path / "deliveries.csv"
    path.write_bytes(write_table(rows, dialect))
    opened = open_file(path, Answers(own_firm="me"))
    (source,) = opened.sources
    findings = Findings()
    sheet = load_sheet(source, findings, lambda _more: None)
    assert len(sheet) == len(rows)
    asked = {(question.sheet, question.column) for question in opened.understanding.questions}
    for at, (part, quantity, day, price) in enumerate(rows):
        if at in sheet.bad:
            cells = [one.column for one in findings.rows if one.row == sheet.numbers[at]]
            assert all(("deliveries", column) in asked for column in cells), findings.rows
            continue
        read = {column: values[at] for column, values in sheet.columns.items()}
        assert read == {
            "delivery_id": f"D{at}", "supplier_id": "S", "part_id": part, "quantity": quantity,
            "promised_on": day.isoformat(), "unit_price": int(price * 10_000), "currency": "EUR",
            "buyer_id": "me",
        }  # fmt: skip
