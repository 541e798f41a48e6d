"""The maker brings its own files in: lists become requests, a list of parts is imported."""

from __future__ import annotations

from typing import Any

from tests.browser.story import Cast
from tests.browser.walk import Value
from tests.make.jobs import do_jobs
from tests.make.lists import FOLDER
from tests.make.parts_requests import need_by


def draft_from_lists(cast: Cast) -> None:
    """The maker's own files become requests: an inquiry sheet, and rows out of a CAD system."""
    maker = cast.maker
    maker.go("/parts-requests")
    maker.click('main a[href="/parts-lists/new"]')
    maker.look()
    maker.page.set_input_files("#f-file", FOLDER / "inquiry_zh.xlsx")
    maker.send("/parts-lists")
    maker.look()
    maker.send("/parts-lists/lines", {"category": "Forgings"})
    maker.sees("BL-0907", "偏心轴", "含运费，货到验收")
    maker.go("/parts-requests")
    maker.click('main a[href="/parts-lists/new"]')
    places = [at for at in range(10, 50) if at % 10]
    rows = [f"{at // 10}.{at % 10};GT-{at};Lasche {at};{at % 7 + 2};S355" for at in places]
    groups = [f"{at};GT-{at}0;Baugruppe {at};3;" for at in range(1, 5)]
    text = "\n".join(["Pos.;Teilenummer;Benennung;Menge;Werkstoff", *groups, *rows])
    buffer = text.encode("cp1252")
    maker.page.set_input_files(
        "#f-file", {"name": "gestell.csv", "mimeType": "text/csv", "buffer": buffer}
    )
    maker.send("/parts-lists")
    maker.look()
    maker.send("/parts-lists/picked", {"machines": 2})
    whole: dict[str, Value] = {"title": "Frame", "category": "Forgings", "need_by": str(need_by())}
    maker.send("/parts-lists/lines", whole)
    maker.sees("GT-11 Lasche 11")
    assert maker.page.locator("main tbody tr").count() == len(rows)


def import_list(cast: Cast) -> None:
    """The maker brings the list of its CAD system in: 200 parts, looked at, mended, written."""
    maker = cast.maker
    file: Any = {
        "name": "EBOM P63 2026-11.csv",
        "mimeType": "text/csv",
        "buffer": write_cad_list(cast.setting.language).encode("gb18030"),
    }
    maker.go("/uploads")
    maker.page.set_input_files("#f-files", files=[file])
    maker.send("/uploads")
    _read_to_end(cast)
    maker.look()
    maker.send("/meaning", {"table-0": "parts"})
    _read_to_end(cast)
    maker.click('.steps a[href$="/meaning"]')
    maker.send("/meaning", {"col-0-0": "part_id", "col-0-3": "category"})
    _read_to_end(cast)
    maker.look()
    maker.picture("import-problems.png", 1280)
    (wrong,) = maker.page.locator('input[name^="text-"]').all()
    wrong.fill("12.5")
    maker.send("/mending?page=1")
    _read_to_end(cast)
    maker.heads_with("What will be written of %(name)s", name="EBOM P63 2026-11.csv")
    maker.look()
    maker.click('.steps a[href$="/meaning"]')
    maker.look()
    maker.picture("import-meaning.png", 1280)
    maker.click('.steps a[href$="/check"]')
    maker.picture("import-check.png", 1280)
    maker.send("/writing")
    _read_to_end(cast)
    maker.sees(cast.setting.word("All rows are in."))


def write_cad_list(language: str) -> str:
    """200 parts as a CAD system writes them: a title, headers of its own, weights it lacks."""
    heads = {
        "en": "Item;Description;Qty;Class;Weight kg;Rev;Drawn by",
        "zh": "图号;名称;数量;分类;重量 kg;版本;设计者",
    }
    names = {"en": "Plate", "zh": "板"}
    rows = [
        f"P63-{n:04};{names[language]} {n};{n % 9 + 1};Castings;"
        f"{'n.a.' if n % 50 == 0 else f'{n}.25'};A;Li"
        for n in range(1, 201)
    ]
    return "\r\n".join(["P63;;;;;;", heads[language], *rows])


def _read_to_end(cast: Cast) -> None:
    """The file is read while the maker waits."""
    do_jobs(cast.driver)
    cast.maker.open(cast.maker.where)
