"""Parts lists as people send them, each with its right reading: ``tests/data/lists``.

``python -m tests.make.lists`` writes them anew. The readings are written by hand, never taken from
the program.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from tests.make.made_files import write_book, write_text

FOLDER: Final = Path(__file__).parents[1] / "data" / "lists"


@dataclass(frozen=True, slots=True, kw_only=True)
class MadeList:
    """One file and its right reading.

    Attributes:
        name: of the file.
        content: its bytes.
        answers: what somebody said of it.
        lines: number, description without it, quantity, unit, day of each line.
        tree: depth and quantity in the whole of each row; empty for a flat list.
        head: what stands above and below the table.
        skipped: rows that are no lines.
        questions: kinds.
        faults: (row, field).
    """

    name: str
    content: bytes
    lines: list[list[Any]]
    answers: dict[str, str] = field(default_factory=dict)
    tree: list[list[Any]] = field(default_factory=list)
    head: dict[str, str] = field(default_factory=dict)
    skipped: list[int] = field(default_factory=list)
    questions: list[str] = field(default_factory=list)
    faults: list[list[Any]] = field(default_factory=list)


def list_lists() -> Iterator[MadeList]:
    """All of them."""
    yield from _list_inquiries()
    yield from _list_flat()
    yield from _list_trees()


INQUIRY: Final[list[list[Any]]] = [
    ["北岭矿机有限公司"],
    ["询 价 单"],
    ["单号：BL-0907", "", "", "报价截止时间：2027年1月15日 17:00"],
    [
        "序号",
        "物料编码",
        "名称",
        "规格型号",
        "单位",
        "数量",
        "含税单价",
        "税率",
        "交货日期",
        "备注",
    ],
    [1, "BL-11", "偏心轴", "Φ280×1650 34CrNiMo6", "件", 6, "", "13%", "2027-04-30", "探伤"],
    [2, "BL-12", "衬板", "", "t", 4.25, "", "", (datetime(2027, 5, 10), "yyyy-mm-dd"), ""],
    [3, "BL-13", "楔块", "ZG310-570", "米", "1,5", "", "", "2027.6.1", ""],
    ["合计", "", "", "", "", 11.25, "", "", "", ""],
    ["备注：含运费，货到验收"],
]
INQUIRY_LINES: Final = [
    ["BL-11", "偏心轴 Φ280×1650 34CrNiMo6; 探伤", "6", "H87", "2027-04-30"],
    ["BL-12", "衬板", "4.25", "TNE", "2027-05-10"],
    ["BL-13", "楔块 ZG310-570", "1.5", "MTR", "2027-06-01"],
]


def _list_inquiries() -> Iterator[MadeList]:
    """询价单 and their kin: titles, merged cells, deadlines and numbers in the head, totals."""
    head = {
        "title": "询价单", "number": "BL-0907", "deadline": "2027-01-15T17:00:00",
        "tax_basis": "gross", "note": "含运费，货到验收", "tax_percent": "13",
    }  # fmt: skip
    yield MadeList(
        name="inquiry_zh.xlsx",
        content=write_book({"询价": INQUIRY}, merge=[(4, 7, 6, "13%")]),
        lines=INQUIRY_LINES,
        head=head,
        skipped=[8, 9],
    )
    plain = [
        ",".join(
            f'"{cell[0]:%Y/%m/%d}"' if isinstance(cell, tuple) else f'"{cell}"' for cell in one
        )
        for one in INQUIRY
    ]
    yield MadeList(
        name="inquiry_zh_gb18030.csv",
        content=write_text(plain, "gb18030"),
        lines=INQUIRY_LINES,
        head={**head, "tax_percent": ""},
        skipped=[8, 9],
    )
    yield MadeList(
        name="inquiry_de.csv",
        content=write_text(
            [
                "Preisanfrage;;;;", "Anfrage-Nr.;AN-77;;;", "Angebotsfrist;20.01.2027;;;",
                "Lieferort;Jinan;;;", "", "Pos.;Teilenummer;Bezeichnung;Menge;ME;Liefertermin",
                "10;K-1;Welle geschliffen;12,5;kg;31.03.2027", "20;K-2;Nabe;1.200;St.;31.03.2027",
                "Summe;;;1.212,5;;", "Bemerkung: frei Haus",
            ],
            "cp1252",
        ),
        lines=[
            ["K-1", "Welle geschliffen", "12.5", "KGM", "2027-03-31"],
            ["K-2", "Nabe", "1200", "H87", "2027-03-31"],
        ],
        head={
            "title": "Preisanfrage", "number": "AN-77", "deadline": "2027-01-20T23:59:00",
            "delivery_place": "Jinan", "tax_basis": "net", "note": "frei Haus", "tax_percent": "",
        },
        skipped=[9, 10],
    )  # fmt: skip
    yield MadeList(
        name="inquiry_ja.csv",
        content=write_text(
            ["見積依頼書,,,", "依頼番号：M-31,,,", "品番,品名,数量,単位,希望納期",
             "J-1,軸受台,3,個,2027/04/01"],
            "cp932",
        ),
        lines=[["J-1", "軸受台", "3", "H87", "2027-04-01"]],
        head={"title": "見積依頼書", "number": "M-31"},
    )  # fmt: skip


def _list_flat() -> Iterator[MadeList]:
    """Lists without levels."""
    yield MadeList(
        name="flat_cad.csv",
        content=write_text(
            [
                "ITEM NO.,PART NUMBER,DESCRIPTION,MATERIAL,QTY.,REV",
                '1,GR-7,"Bracket, rear",S235,2,A', '2,GR-8,"Bracket,\nfront",S235,2,A',
                '3,ISO 4014 M12x40/10.9,"Screw 1/2"" head #3",Steel,16,-',
                '4,GR-7,"Bracket, rear",S235,1,A', ",,,,,", ",Total,,,21,",
            ]
        ),
        lines=[
            ["GR-7", "Bracket, rear Rev. A", "2", "", ""],
            ["GR-8", "Bracket, front Rev. A", "2", "", ""],
            ["ISO 4014 M12x40/10.9", 'Screw 1/2" head #3', "16", "", ""],
            ["GR-7", "Bracket, rear Rev. A", "1", "", ""],
        ],
        skipped=[7],
        questions=["twice"],
    )  # fmt: skip
    yield MadeList(
        name="flat_units_in_cells.csv",
        content=write_text(["Part No.;Qty;Target price", "A-1;2 pcs;¥12.50", "A-2;10 m;3.1 RMB"]),
        lines=[["A-1", "", "2", "H87", ""], ["A-2", "", "10", "MTR", ""]],
    )
    yield MadeList(
        name="flat_doubtful.csv",
        content=write_text(["Part No.;Qty;Need by", "A-1;1.000;12/11/2027", "A-2;4;x"]),
        lines=[["A-1", "", "", "", ""], ["A-2", "", "4", "", ""]],
        questions=["numbers", "days"],
        faults=[[2, "quantity"], [2, "need_by"], [3, "need_by"]],
    )
    yield MadeList(
        name="flat_answered.csv",
        content=write_text(["Part No.;Qty;Need by", "A-1;1.000;12/11/2027"]),
        answers={"numbers": "comma", "days": "month first"},
        lines=[["A-1", "", "1000", "", "2027-12-11"]],
    )
    yield MadeList(
        name="flat_changed_numbers.xlsx",
        content=write_book(
            {"list": [["Part No.", "Qty"], [(412, "00000"), 2], [871000000000000000, 1],
                      [(datetime(2026, 3, 4), "yyyy-mm-dd"), 1], ["0007", 3], [True, 1]]}
        ),
        lines=[["00412", "", "2", "", ""], ["", "", "1", "", ""], ["", "", "1", "", ""],
               ["0007", "", "3", "", ""], ["", "", "1", "", ""]],
        faults=[[3, "number"], [4, "number"], [6, "number"]],
    )  # fmt: skip
    yield MadeList(
        name="flat_unit_in_header.csv",
        content=write_text(["物料编码,名称,数量（kg）", "B-1,钢板,12.25"]),
        lines=[["B-1", "钢板", "12.25", "KGM", ""]],
    )
    yield MadeList(
        name="flat_without_headers.csv",
        content=write_text(["H-1;Hook;4", "H-2;Eye bolt;6"]),
        lines=[["H-1", "Hook", "4", "", ""], ["H-2", "Eye bolt", "6", "", ""]],
    )


def _list_trees() -> Iterator[MadeList]:
    """Bills of materials."""
    names = [["T-0", "Drive"], ["T-1", "Gearbox"], ["T-11", "Gear"], ["T-12", "Shaft"],
             ["T-2", "Motor"]]  # fmt: skip
    quantities = ["1", "2", "5", "3", "1"]
    lines = [[*pair, quantity, "", ""] for pair, quantity in zip(names, quantities, strict=True)]
    tree = [[0, 1], [1, 2], [2, 10], [2, 6], [1, 1]]
    for kind, header, codes in (
        ("outline", "Level", ["0", "1", "1.1", "1.2", "2"]),
        ("depths", "Stufe", ["0", "1", "2", "2", "1"]),
        ("dots", "层级", ["0", ".1", "..2", "..2", ".1"]),
        ("stars", "Level", ["*", "**", "***", "***", "**"]),
        ("words", "层级", ["0级", "1级", "2级", "2级", "1级"]),
        ("positions", "Pos.", ["0", "1", "1.1", "1.2", "2"]),
    ):
        rows = [
            ";".join((code, *pair, quantity))
            for code, pair, quantity in zip(codes, names, quantities, strict=True)
        ]
        yield MadeList(
            name=f"tree_{kind}.csv",
            content=write_text([f"{header};Part No.;Name;Qty", *rows]),
            lines=lines,
            tree=tree,
        )
    indents = ["", "  ", "    ", "    ", "  "]
    rows = [
        f"{indent}{pair[0]};{pair[1]};{quantity}"
        for indent, pair, quantity in zip(indents, names, quantities, strict=True)
    ]
    yield MadeList(
        name="tree_indents.csv",
        content=write_text(["Part No.;Name;Qty", *rows]),
        lines=lines,
        tree=tree,
    )
    parents = ["", "T-0", "T-1", "T-1", "T-0"]
    rows = [
        f"{parent};{pair[0]};{pair[1]};{quantity}"
        for parent, pair, quantity in zip(parents, names, quantities, strict=True)
    ]
    yield MadeList(
        name="tree_parents.csv",
        content=write_text(["Parent;Part No.;Name;Qty", *rows]),
        lines=lines,
        tree=tree,
    )
    yield MadeList(
        name="tree_asks_counting.csv",
        content=write_text(["Level;Part No.;Qty", "0;U-0;1", "1;U-1;2", "2;U-2;4"]),
        lines=[["U-0", "", "1", "", ""], ["U-1", "", "2", "", ""], ["U-2", "", "4", "", ""]],
        tree=[[0, 1], [1, 2], [2, 8]],
        questions=["counting"],
    )
    yield MadeList(
        name="tree_in_total.csv",
        content=write_text(["Level;Part No.;Total qty", "0;U-0;1", "1;U-1;2", "2;U-2;4"]),
        lines=[["U-0", "", "1", "", ""], ["U-1", "", "2", "", ""], ["U-2", "", "4", "", ""]],
        tree=[[0, 1], [1, 2], [2, 4]],
    )
    yield MadeList(
        name="tree_broken.csv",
        content=write_text(
            ["Level;Part No.;Qty", "1;V-1;1", "1.1;V-2;1", "1.1;V-3;1", "2.1;V-4;1"]
        ),
        lines=[["V-1", "", "1", "", ""], ["V-2", "", "1", "", ""], ["V-3", "", "1", "", ""],
               ["V-4", "", "1", "", ""]],
        tree=[[0, 1], [1, 1], [1, 1], [0, 1]],
        faults=[[4, "level"], [5, "level"]],
    )  # fmt: skip


def write_all() -> None:
    """Write the files and their readings."""
    FOLDER.mkdir(exist_ok=True)
    readings = {}
    for made in list_lists():
        (FOLDER / made.name).write_bytes(made.content)
        facts = {name: value for name, value in asdict(made).items() if value}
        readings[made.name] = {n: v for n, v in facts.items() if n not in ("name", "content")}
    text = json.dumps(readings, ensure_ascii=False, indent=1)
    (FOLDER / "readings.json").write_text(f"{text}\n", encoding="utf-8")


if __name__ == "__main__":
    write_all()
