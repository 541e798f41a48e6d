"""Files whose table does not begin in the first row, and workbooks with more in them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from tests.make.made_files import MadeFile, Rows, write_book, write_text

OFFERS = ["part_id", "min_quantity", "unit_price", "currency", "firm_id"]


def list_layouts() -> Iterator[MadeFile]:
    """Titles above, totals below, headers again, merged cells, sheets that are none."""
    columns = ["part_id", "quantity", "firm_id"]
    two: Rows = {2: ["A-1", 4, "me"], 3: ["A-2", 5, "me"]}
    body = ["Part No.;On hand", "A-1;4", "A-2;5"]

    def stocks(name: str, lines: list[str], shift: int = 0, **more: Any) -> MadeFile:
        rows = {number + shift: values for number, values in two.items()}
        return MadeFile(
            name=f"stocks_{name}.csv", content=write_text(lines), table="stocks", columns=columns,
            **{"rows": rows, **more},
        )  # fmt: skip

    yield stocks("sep_line", ["sep=;", *body], 1)
    yield stocks("title_rows", ["Stock list of March;", "Rev. C, by hand;", "", *body], 3)
    yield stocks("blank_rows", [*body, ";", "", ";"])
    for language, word in (
        ("en", "Total"), ("zh", "合计："), ("de", "Summe"), ("ja", "合計"), ("zh_spaced", "合 计"),
    ):  # fmt: skip
        yield stocks(f"total_{language}", [*body, f"{word};9"], skipped=[4])
    yield stocks("total_and_remark", [*body, "Total;9", "Counted on Monday;"], skipped=[4, 5])
    yield stocks("remark_zh", [*body, "备注：周一盘点;"], skipped=[4])
    yield stocks(
        "header_again", [*body, "Part No.;On hand", "A-3;6"], skipped=[4],
        rows={**two, 5: ["A-3", 6, "me"]},
    )  # fmt: skip
    yield stocks("copy (1)", body)
    yield stocks(
        "unknown_columns", ["Shelf;Part No.;On hand", "S1;A-1;4", "S2;A-2;5"], left_out=["Shelf"]
    )
    yield stocks("misspelled", ["Part Nummber;On hannd", "A-1;4", "A-2;5"])
    yield stocks("more_cells", [*body, "A-3;6;7"], bad=[(4, "")])
    yield MadeFile(
        name="parts_line_breaks.csv",
        content=write_text(["ITEM NO.,PART NUMBER,DESCRIPTION,CATEGORY",
                            '1,FR-101,"Side plate,\r\nright",Frames']),
        table="parts",
        columns=["part_id", "name", "category"],
        rows={2: ["FR-101", "Side plate, right", "Frames"]},
        left_out=["ITEM NO."],
    )  # fmt: skip
    yield MadeFile(
        name="parts_category_answered.csv",
        content=write_text(["Artikelnummer;Bezeichnung;Werkstoff", "KG-1;Büchse;S355"], "cp1252"),
        table="parts",
        columns=["part_id", "name", "category"],
        rows={2: ["KG-1", "Büchse", "Castings"]},
        left_out=["Werkstoff"],
        answers={"sheets": {"parts_category_answered": {"values": {"category": "Castings"}}}},
    )
    yield MadeFile(
        name="parts_category_missing.csv",
        content=write_text(["Artikelnummer;Bezeichnung;Werkstoff", "KG-1;Büchse;S355"], "cp1252"),
        asked=[("column", "category")],
        refused="parts lacks the column category. Not understood: Werkstoff.",
    )
    yield MadeFile(
        name="bom_flat.csv",
        content=write_text(["Baugruppe;Komponente;Menge", "FR-1;FR-2;2", "FR-1;FR-3;0,5"]),
        table="bom",
        columns=["parent_part_id", "child_part_id", "quantity"],
        rows={2: ["FR-1", "FR-2", 20_000], 3: ["FR-1", "FR-3", 5_000]},
    )
    yield MadeFile(
        name="list_of_something.csv",
        content=write_text(["Part No.;Qty", "A-1;4"]),
        asked=[("table", "")],
        refused="It is not clear which table list_of_something is",
    )
    yield MadeFile(
        name="list_answered.csv",
        content=write_text(["Part No.;Qty", "A-1;4"]),
        table="stocks",
        columns=columns,
        rows={2: ["A-1", 4, "me"]},
        answers={"sheets": {"list_answered": {"table": "stocks"}}},
    )
    yield MadeFile(
        name="firms_doubtful_encoding.csv",
        content="firm_id,name,kind\r\na,Číslo,sme\r\n".encode("cp1250"),
        asked=[("encoding", "")],
        refused="The encoding of firms_doubtful_encoding is in doubt",
    )
    yield MadeFile(
        name="firms_answered_encoding.csv",
        content="firm_id,name,kind\r\na,Číslo,sme\r\n".encode("cp1250"),
        table="firms",
        columns=["firm_id", "name", "kind"],
        rows={2: ["a", "Číslo", "sme"]},
        answers={"encoding": "cp1250"},
    )
    yield from list_books()


def list_books() -> Iterator[MadeFile]:
    """Workbooks with more in them than a table."""
    head, row = ["Part Number", "On hand"], ["A-1", 4]
    columns = ["part_id", "quantity", "firm_id"]
    yield MadeFile(
        name="book_extra_sheets.xlsx",
        content=write_book({"说明": [["请先阅读"]], "stocks": [head, row], "Sheet3": [["x"]]}),
        table="stocks",
        columns=columns,
        rows={2: ["A-1", 4, "me"]},
        skipped_sheets=["说明", "Sheet3"],
    )
    yield MadeFile(
        name="book_title_and_total.xlsx",
        content=write_book({
            "库存": [["江南重工有限公司"], ["库 存 表"], [], ["物料编码", "库存数量"], ["A-1", 4],
                     ["合计", 4], ["备注：周一盘点"]],
        }),
        table="stocks",
        columns=columns,
        rows={5: ["A-1", 4, "me"]},
        skipped=[6, 7],
    )  # fmt: skip
    yield MadeFile(
        name="book_merged.xlsx",
        content=write_book(
            {"Preise": [["Teilenummer", "ab Menge", "Einzelpreis", "Währung"], ["A", 1, 3.5, None],
                        [None, 100, 3, None], ["B", 1, 7, None]]},
            merge=[(1, 0, 2, "A"), (1, 3, 3, "EUR")],
        ),
        table="offers",
        columns=OFFERS,
        rows={2: ["A", 1, 35_000, "EUR", "me"], 3: ["A", 100, 30_000, "EUR", "me"],
              4: ["B", 1, 70_000, "EUR", "me"]},
    )  # fmt: skip
