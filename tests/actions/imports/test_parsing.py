"""Files are read by a process of their own, within limits; what breaks it breaks nothing else."""

from __future__ import annotations

import os
import time
import zipfile
from dataclasses import replace
from pathlib import Path
from typing import Final

import psutil
import pytest
import xlsxwriter

from supplychain.actions.imports.limits import ReadingLimits
from supplychain.actions.imports.parsing import read_sources
from supplychain.actions.imports.reading import open_sources
from supplychain.errors import Invalid

LIMITS: Final = ReadingLimits(seconds=20, megabytes=512, cells=1_000_000, chars=10_000_000)
ODS_START: Final = (
    '<?xml version="1.0"?><office:document-content '
    'xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" '
    'xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0" '
    'xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0">'
    '<office:body><office:spreadsheet><table:table table:name="stocks">'
)
ODS_END: Final = "</table:table></office:spreadsheet></office:body></office:document-content>"


def ods(path: Path, rows: str) -> Path:
    """A small ``.ods`` with these rows as they are."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr("META-INF/manifest.xml", MANIFEST)
        archive.writestr("content.xml", ODS_START + rows + ODS_END)
    return path


def cell(text: str, repeats: int = 1) -> str:
    """A cell of an ``.ods``."""
    return (
        f'<table:table-cell office:value-type="string" table:number-columns-repeated="{repeats}">'
        f"<text:p>{text}</text:p></table:table-cell>"
    )


MANIFEST: Final = (
    '<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0">'
    '<manifest:file-entry manifest:full-path="content.xml" manifest:media-type="text/xml"/>'
    "</manifest:manifest>"
)
HEADER: Final = "".join(map(cell, ("firm_id", "part_id", "quantity", "daily_use")))
SLOW_ROWS: Final = (
    f"<table:table-row>{HEADER}</table:table-row>"
    + f'<table:table-row table:number-rows-repeated="10000">{cell("x" * 100, 60)}</table:table-row>'
    * 25
)
"""15 million cells in a few hundred bytes: just below what is counted as too large."""


def readers() -> list[psutil.Process]:
    """The processes that read files for this one."""
    return [
        child
        for child in psutil.Process().children()
        if child.status() == psutil.STATUS_ZOMBIE
        or "supplychain.actions.imports.parser" in child.cmdline()
    ]


def rows_of(path: Path, limits: ReadingLimits = LIMITS) -> list[object]:
    """All that is read there."""
    return [
        (source.table.name, source.header, list(source.chunks))
        for source in read_sources(path, limits)
    ]


def refusal(path: Path, limits: ReadingLimits = LIMITS) -> str:
    """The sentence that refuses a file."""
    with pytest.raises(Invalid) as caught:
        rows_of(path, limits)
    return caught.value.text


def test_another_process_reads_what_this_one_would(tmp_path: Path) -> None:
    (tmp_path / "stocks.csv").write_text("firm_id,part_id,quantity\nA,b,1\n\nC,d\nE,f,2,3\n")
    lines = "".join(f"f{n},铸件 {n},core\n" for n in range(12_000))
    (tmp_path / "firms.csv").write_text("firm_id,name,kind\n" + lines)
    here = [(s.table.name, s.header, list(s.chunks)) for s in open_sources(tmp_path)]
    assert [(name, header, chunks) for name, header, chunks in rows_of(tmp_path)] == here  # type: ignore[misc]
    assert readers() == []


def test_a_table_that_nobody_takes_is_passed_over(tmp_path: Path) -> None:
    (tmp_path / "stocks.csv").write_text("firm_id,part_id,quantity\nA,b,1\n")
    (tmp_path / "firms.csv").write_text("firm_id,name,kind\nA,a,core\n")
    _, stocks = read_sources(tmp_path, LIMITS)
    assert list(stocks.chunks) == [([2], [["A", "b", "1"]])]


def test_what_the_other_process_refuses_is_refused_here(tmp_path: Path) -> None:
    path = tmp_path / "stocks.csv"
    path.write_text("firm_id,part_id,evil\nA,b,2\n")
    assert refusal(path) == "stocks lacks the column quantity. Not understood: evil."
    assert "There is no file" in refusal(tmp_path / "no.csv")


def test_a_small_ods_with_a_quadratic_pattern_is_refused_at_once(tmp_path: Path) -> None:
    rows = "".join(
        f'<table:table-row table:number-rows-repeated="{n * 7919 % 9973}" ' for n in range(20_000)
    )
    path = ods(tmp_path / "workbook.ods", rows)
    assert path.stat().st_size < 100_000
    started = time.monotonic()
    assert "could not be read" in refusal(path)
    assert time.monotonic() - started < 15  # 95 s before, and longer with every row


def test_a_file_that_takes_long_is_given_up(tmp_path: Path) -> None:
    path = ods(tmp_path / "workbook.ods", SLOW_ROWS)
    assert path.stat().st_size < 4_000
    told = refusal(path, replace(LIMITS, seconds=1, cells=10**9, chars=10**10, megabytes=4096))
    assert told == (
        "This file takes more than 1 seconds to read. Split it, or save it as CSV files."
    )
    assert readers() == []


def test_a_file_that_needs_much_memory_is_given_up(tmp_path: Path) -> None:
    path = ods(tmp_path / "workbook.ods", SLOW_ROWS)
    told = refusal(path, replace(LIMITS, megabytes=64, cells=10**9, chars=10**10))
    assert "needs more than 64 MB of memory" in told
    assert readers() == []


def test_where_the_system_has_no_limits_memory_is_watched(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("supplychain.actions.imports.parser.OWN_MB", -60)
    path = ods(tmp_path / "workbook.ods", SLOW_ROWS)
    told = refusal(path, replace(LIMITS, megabytes=64, cells=10**9, chars=10**10))
    assert "needs more than 64 MB of memory" in told


def test_cells_and_texts_are_counted(tmp_path: Path) -> None:
    row = (
        f'<table:table-row table:number-rows-repeated="9000">{cell("x" * 50, 4)}</table:table-row>'
    )
    path = ods(tmp_path / "workbook.ods", f"<table:table-row>{HEADER}</table:table-row>{row}")
    assert "more than 1000 cells" in refusal(path, replace(LIMITS, cells=1000))
    assert "99 characters" in refusal(path, replace(LIMITS, chars=99))
    assert len(rows_of(path)) == 1


@pytest.mark.parametrize(
    "rows",
    [
        f"<table:table-row>{cell('x', 1_000_000_000)}</table:table-row>",
        f'<table:table-row table:number-rows-repeated="1000000">{cell("x")}</table:table-row>',
        f'<table:table-row table:number-rows-repeated="{"9" * 400}">{cell("x")}</table:table-row>',
        f'<table:table-row table:number-rows-repeated="-1">{cell("x")}</table:table-row>',
        f'<table:table-row table:number-rows-repeated="9000">{cell("x", 64)}</table:table-row>'
        * 40,
    ],
)
def test_repeats_beyond_all_tables_are_refused_unopened(tmp_path: Path, rows: str) -> None:
    assert "too large to open" in refusal(ods(tmp_path / "workbook.ods", rows))


@pytest.mark.parametrize("name", ["content.xml", "xl/sharedStrings.xml", "xl/workbook.xml"])
def test_entities_of_its_own_are_refused(tmp_path: Path, name: str) -> None:
    laughs = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10 if n else "ha"}">' for n in range(12))
    path = tmp_path / "workbook.xlsx"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr(name, f"<?xml version='1.0'?><!DOCTYPE x [{laughs}]><x>&l11;</x>")
    assert "could not be read" in refusal(path)


def test_a_reader_that_breaks_down_says_so_and_others_go_on(tmp_path: Path) -> None:
    slow = ods(tmp_path / "workbook.ods", SLOW_ROWS)
    good = tmp_path / "stocks.csv"
    good.write_text("firm_id,part_id,quantity\nA,b,1\n")
    killed: list[int] = []

    def kill_once() -> None:
        for child in readers():
            killed.append(child.pid)
            child.kill()

    with pytest.raises(Invalid, match="broke down"):
        read_sources(slow, replace(LIMITS, megabytes=4096), beat=kill_once)
    assert killed
    assert len(rows_of(good)) == 1


def test_a_stop_ends_the_other_process(tmp_path: Path) -> None:
    def stop() -> None:
        raise KeyError("stopped")

    with pytest.raises(KeyError):
        read_sources(
            ods(tmp_path / "workbook.ods", SLOW_ROWS), replace(LIMITS, megabytes=4096), beat=stop
        )
    until = time.monotonic() + 10
    while readers() and time.monotonic() < until:
        time.sleep(0.05)
    assert readers() == []


def test_the_reader_knows_no_setting(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SUPPLYCHAIN_SECRET_KEY", "sesame")
    seen: list[dict[str, str]] = []

    def look() -> None:
        seen.extend(child.environ() for child in readers())
        raise KeyError("enough")

    path = ods(tmp_path / "workbook.ods", SLOW_ROWS)
    with pytest.raises(KeyError):
        read_sources(path, replace(LIMITS, megabytes=4096), beat=look)
    assert seen
    assert not any("sesame" in value for each in seen for value in each.values())
    assert os.environ["SUPPLYCHAIN_SECRET_KEY"] == "sesame"


def test_a_text_used_a_million_times_is_no_way_around(tmp_path: Path) -> None:
    path = tmp_path / "workbook.xlsx"
    with xlsxwriter.Workbook(str(path)) as book:
        sheet = book.add_worksheet("stocks")
        sheet.write_row(0, 0, ("firm_id", "part_id", "quantity"))
        for row in range(1, 2000):
            sheet.write_row(row, 0, ("x" * 30_000, "y" * 30_000, "z" * 30_000))
    assert path.stat().st_size < 300_000
    assert "characters" in refusal(path)
