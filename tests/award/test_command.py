"""``supplychain award`` from the outside: files in, files out, exit codes."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from supplychain.commands.award import command
from tests.award.make import Raw, bid, raw

ROOT = Path(__file__).parents[2]


def _written(folder: Path, file: object, name: str = "problem.json") -> str:
    path = folder / name
    path.write_text(file if isinstance(file, str) else json.dumps(file), encoding="utf-8")
    return str(path)


def _run(*words: str) -> tuple[int, str]:
    result = CliRunner().invoke(command, list(words))
    assert result.exception is None or isinstance(result.exception, SystemExit)
    return result.exit_code, result.output


def _wanting() -> Raw:
    return raw(bids=[bid("S1", "L1", max_quantity="40"), bid("S2", "L1", max_quantity="30")])


def test_an_answer_is_written_in_decimal_texts_and_passes_the_check(tmp_path: Path) -> None:
    problem, out = _written(tmp_path, raw()), str(tmp_path / "answer.json")
    code, told = _run("solve", problem, "-o", out)
    assert (code, "optimal: 100.00 CNY" in told) == (0, True)
    answer = json.loads(Path(out).read_text(encoding="utf-8"))
    assert {name: answer[name] for name in ("status", "cost", "bound", "gap", "clash")} == {
        "status": "optimal", "cost": "100", "bound": "100", "gap": "0", "clash": [],
    }  # fmt: skip
    assert answer["allocations"] == [
        {"supplier": "S1", "line": "L1", "quantity": "100", "unit_price": "1", "cost": "100"}
    ]
    assert answer["suppliers"] == [{"id": "S1", "one_off_cost": "0", "load": "100"}]
    assert _run("check", problem, out) == (0, "All constraints and sums hold.\n")


def test_a_changed_answer_fails_the_check(tmp_path: Path) -> None:
    problem, out = _written(tmp_path, raw()), tmp_path / "answer.json"
    _run("solve", problem, "-o", str(out))
    out.write_text(out.read_text(encoding="utf-8").replace('"cost": "100"', '"cost": "99"'))
    code, told = _run("check", problem, str(out))
    assert (code, "allocation_cost: S1 · L1" in told) == (1, True)


def test_where_nothing_fits_the_reasons_are_told(tmp_path: Path) -> None:
    code, told = _run("solve", _written(tmp_path, _wanting()))
    assert code == 3
    assert "Line L1 needs 100, but its bids offer 70 together." in told


def test_a_file_is_shown_under_other_rules_with_the_price_of_its_own(tmp_path: Path) -> None:
    dear, cheap = bid("S1", "L1", "3"), bid("S2", "L1", "2")
    rules = [{"kind": "forbid", "supplier": "S2"}]
    code, told = _run("compare", _written(tmp_path, raw(bids=[dear, cheap], rules=rules)))
    assert code == 0
    assert "rules/0 forbid: +50.00 % (exact)" in told


def test_a_file_with_late_bids_is_shown_with_what_is_recommended(tmp_path: Path) -> None:
    late, soon = {**bid("S1", "L1", "2"), "late": True}, bid("S2", "L1", "3")
    code, told = _run("compare", _written(tmp_path, raw(bids=[late, soon])))
    assert code == 0
    figures = {row.split()[0]: row.split()[1] for row in told.splitlines() if row.split()[1:]}
    assert float(figures["recommended"]) == 1.5 * float(figures["cheapest"])


def test_without_time_the_exit_code_says_so(tmp_path: Path) -> None:
    code, told = _run("solve", _written(tmp_path, raw()), "--seconds", "0")
    assert (code, "Nothing was found in time." in told) == (4, True)


@pytest.mark.parametrize(
    ("file", "told"),
    [
        ("{", "This is no JSON"),
        ("[" * 200_000, "This is no JSON"),
        ("\ufeff{}", "This is no JSON"),
        ('{"lines": [], "lines": []}', "the name 'lines' is there twice"),
        ('{"currency": "CNY", "more": NaN}', "/lines: This field is missing."),
        ('{"currency": "\\ud800"}', "/currency: "),
        ('{"\\ud800": 1}', "Unknown field."),
        ("9" * 10_000, "This is no JSON"),
    ],
    ids=lambda value: str(value)[:20].encode("ascii", "replace").decode(),
)
def test_a_bad_file_is_refused_with_pointer_and_reason(
    tmp_path: Path, file: str, told: str
) -> None:
    code, output = _run("solve", _written(tmp_path, file))
    assert (code, told in output) == (2, True)


def test_a_facility_file_is_converted_and_solved(tmp_path: Path) -> None:
    out = tmp_path / "cap71.json"
    source = ROOT / "tests" / "data" / "orlib_cflp" / "cap71.txt"
    words = [sys.executable, str(ROOT / "scripts" / "convert_orlib"), str(source), str(out)]
    subprocess.run(words, check=True, capture_output=True, timeout=60)
    code, told = _run("solve", str(out), "-o", str(tmp_path / "answer.json"))
    assert (code, "optimal: 932,615.75" in told) == (0, True)
