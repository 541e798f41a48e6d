"""Workbooks for tests: filled in cell by cell, and worked out as a spreadsheet would."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from decimal import ROUND_FLOOR, ROUND_HALF_UP, Decimal
from pathlib import Path
from typing import Any

from openpyxl import load_workbook
from openpyxl.cell.cell import Cell
from openpyxl.formula import Tokenizer
from openpyxl.formula.tokenizer import Token
from openpyxl.utils import range_boundaries
from openpyxl.workbook import Workbook


def open_again(path: Path) -> Workbook:
    """A workbook to change; its formulas as formulas."""
    return load_workbook(path)


def put(book: Workbook, sheet: int, spot: tuple[int, int], value: Any) -> None:
    """Write into a cell; row and column from 1 on."""
    cell: Any = book.worksheets[sheet].cell(*spot)
    cell.value = value


def find_column(book: Workbook, key: str, sheet: int = 0) -> int:
    """The column of a field by the name in the hidden row, from 1 on."""
    for row in book.worksheets[sheet].iter_rows():
        for cell in row:
            if cell.value == key:
                assert cell.column is not None
                return cell.column
    raise AssertionError(f"no column {key}")


def keep_values(path: Path) -> None:
    """Work out all formulas and keep only what they come to."""
    book = load_workbook(path)
    sums = Sums(book)
    for sheet in book.worksheets:
        for row in sheet.iter_rows():
            for cell in row:
                if isinstance(cell.value, str) and cell.value.startswith("="):
                    value = sums.value_of(sheet.title, cell.coordinate)
                    kept: Any = float(value) if isinstance(value, Decimal) else value
                    setattr(cell, "value", kept)  # noqa: B010 - a merged cell has none to set
    book.save(path)


class SheetError(Exception):
    """What a spreadsheet shows as #VALUE!, #DIV/0! or #N/A."""


class Sums:
    """Works out the formulas of a workbook, exactly, for the functions that ours use."""

    def __init__(self, book: Workbook) -> None:
        self.book = book

    def value_of(self, sheet: str, name: str) -> Any:
        """What a cell comes to; None where it is empty."""
        cell: Cell = self.book[sheet][name]  # type: ignore[assignment]
        value = cell.value
        if isinstance(value, str) and value.startswith("=") and cell.data_type == "f":
            tokens = [one for one in Tokenizer(value).items if one.type != Token.WSPACE]
            return Formula(self, sheet, tokens).read_all()
        return Decimal(str(value)) if isinstance(value, int | float) else value


class Formula:
    """One formula, read from left to right."""

    def __init__(self, sums: Sums, sheet: str, tokens: list[Token]) -> None:
        self.sums, self.sheet, self.tokens, self.at = sums, sheet, tokens, 0

    def read_all(self) -> Any:
        value = _only(self.read_comparison())
        assert self.at == len(self.tokens), self.tokens[self.at].value
        return value

    def peek(self) -> str:
        return self.tokens[self.at].value if self.at < len(self.tokens) else ""

    def read_comparison(self) -> Any:
        left = self.read_sum()
        while self.peek() in ("=", "<>", ">=", "<=", ">", "<"):
            sign = self.take()
            left = _each(lambda a, b, s=sign: _compare(s, a, b), left, self.read_sum())
        return left

    def read_sum(self) -> Any:
        left = self.read_product()
        while self.peek() in ("+", "-") and self.tokens[self.at].type == Token.OP_IN:
            sign = self.take()
            other = self.read_product()
            left = _each(
                lambda a, b, s=sign: _number(a) + (_number(b) if s == "+" else -_number(b)),
                left,
                other,
            )
        return left

    def read_product(self) -> Any:
        left = self.read_value()
        while self.peek() in ("*", "/"):
            sign = self.take()
            left = _each(lambda a, b, s=sign: _multiply(s, a, b), left, self.read_value())
        return left

    def take(self) -> str:
        self.at += 1
        return self.tokens[self.at - 1].value

    def read_value(self) -> Any:
        token = self.tokens[self.at]
        self.at += 1
        if token.type == Token.FUNC:
            return self.read_call(token.value.rstrip("(").upper())
        if token.type == Token.PAREN:
            inner = self.read_comparison()
            self.at += 1
            return inner
        if token.type == Token.OP_PRE:
            return _each(lambda a, _: -_number(a), self.read_value(), None)
        if token.subtype == Token.NUMBER:
            return Decimal(token.value)
        if token.subtype == Token.TEXT:
            return token.value[1:-1].replace('""', '"')
        assert token.subtype == Token.RANGE, token.value
        return self.read_range(token.value)

    def read_range(self, text: str) -> Any:
        sheet, _, names = text.rpartition("!")
        sheet = sheet.strip("'").replace("''", "'") or self.sheet
        left, top, right, bottom = range_boundaries(names)
        cells = [
            self.sums.value_of(sheet, self.sums.book[sheet].cell(row, column).coordinate)
            for row in range(int(top or 0), int(bottom or 0) + 1)
            for column in range(int(left or 0), int(right or 0) + 1)
        ]
        return cells if ":" in names else cells[0]

    def read_call(self, name: str) -> Any:
        starts = [self.at]
        depth = 0
        while depth or self.tokens[self.at].subtype != Token.CLOSE:
            token = self.tokens[self.at]
            if token.subtype == Token.OPEN:
                depth += 1
            elif token.subtype == Token.CLOSE:
                depth -= 1
            elif token.type == Token.SEP and not depth:
                starts.append(self.at + 1)
            self.at += 1
        end = self.at
        self.at += 1
        ends = [*(one - 1 for one in starts[1:]), end]

        def lazily() -> Iterator[Callable[[], Any]]:
            for first, last in zip(starts, ends, strict=True):
                part = self.tokens[first:last]
                yield (
                    lambda part=part: (
                        Formula(self.sums, self.sheet, part).read_comparison() if part else ""
                    )
                )

        return _FUNCTIONS[name](*lazily())


def _only(value: Any) -> Any:
    assert not isinstance(value, list), "a range where one value is wanted"
    return value


def _each(work: Callable[[Any, Any], Any], left: Any, right: Any) -> Any:
    if not isinstance(left, list) and not isinstance(right, list):
        return work(left, right)
    size = len(left) if isinstance(left, list) else len(right)
    lefts = left if isinstance(left, list) else [left] * size
    rights = right if isinstance(right, list) else [right] * size
    return [work(a, b) for a, b in zip(lefts, rights, strict=True)]


def _number(value: Any) -> Decimal:
    if value is None:
        return Decimal(0)
    if isinstance(value, bool):
        return Decimal(int(value))
    if isinstance(value, Decimal):
        return value
    try:
        return Decimal(value)
    except (ArithmeticError, TypeError, ValueError) as error:
        raise SheetError(value) from error


def _multiply(sign: str, left: Any, right: Any) -> Decimal:
    if sign == "/" and not _number(right):
        raise SheetError("division")
    return _number(left) * _number(right) if sign == "*" else _number(left) / _number(right)


def _compare(sign: str, left: Any, right: Any) -> bool:
    if left is None:
        left = "" if isinstance(right, str) else Decimal(0)
    if right is None:
        right = "" if isinstance(left, str) else Decimal(0)
    if isinstance(left, str) != isinstance(right, str):  # any text is more than any number
        order = 1 if isinstance(left, str) else -1
    elif isinstance(left, str):
        order = (left.lower() > right.lower()) - (left.lower() < right.lower())
    else:
        order = (_number(left) > _number(right)) - (_number(left) < _number(right))
    return {"=": order == 0, "<>": order != 0, ">": order > 0, "<": order < 0,
            ">=": order >= 0, "<=": order <= 0}[sign]  # fmt: skip


def _try(work: Callable[[], Any], otherwise: Callable[[], Any]) -> Any:
    try:
        return work()
    except SheetError:
        return otherwise()


def _numbers(*parts: Callable[[], Any]) -> list[Decimal]:
    values = [part() for part in parts]
    flat = [one for each in values for one in (each if isinstance(each, list) else [each])]
    return [one for one in flat if isinstance(one, Decimal)]


def _round(number: Any, digits: Any) -> Decimal:
    step = Decimal(1).scaleb(-int(digits))
    return _number(number).quantize(step, ROUND_HALF_UP)


def _match(wanted: Any, among: list[Any]) -> Decimal:
    for at, one in enumerate(among, start=1):
        if one is not None and isinstance(one, str) == isinstance(wanted, str) and one == wanted:
            return Decimal(at)
    raise SheetError("not found")


def _sum_if(keys: list[Any], wanted: Any, values: list[Any]) -> Decimal:
    return sum(
        (one for key, one in zip(keys, values, strict=True)
         if isinstance(one, Decimal) and _compare("=", key, wanted)),
        Decimal(0),
    )  # fmt: skip


def _sum_ifs(values: list[Any], pairs: list[Any]) -> Decimal:
    kept = [
        all(_compare("=", pairs[at][row], pairs[at + 1]) for at in range(0, len(pairs), 2))
        for row in range(len(values))
    ]
    return sum((one for one, keep in zip(values, kept, strict=True) if keep), Decimal(0))


_FUNCTIONS: dict[str, Callable[..., Any]] = {
    "IF": lambda test, yes, no: yes() if _only(test()) else no(),
    "OR": lambda *parts: any(part() for part in parts),
    "AND": lambda *parts: all(part() for part in parts),
    "IFERROR": _try,
    "ROUND": lambda number, digits: _each(_round, number(), digits()),
    "MAX": lambda *parts: max(_numbers(*parts), default=Decimal(0)),
    "MIN": lambda *parts: min(_numbers(*parts), default=Decimal(0)),
    "SUM": lambda *parts: sum(_numbers(*parts), Decimal(0)),
    "COUNTIF": lambda cells, what: Decimal(
        sum(isinstance(one, str) and one == what().replace("~", "") for one in cells())
    ),
    "SUMPRODUCT": lambda cells: sum(_numbers(cells), Decimal(0)),
    "ISNUMBER": lambda cells: _each(lambda a, _: isinstance(a, Decimal), cells(), None),
    "INDEX": lambda cells, at: cells()[int(_number(at())) - 1],
    "MATCH": lambda wanted, cells, _how: _match(wanted(), cells()),
    "SUMIF": lambda keys, wanted, values: _sum_if(keys(), wanted(), values()),
    "INT": lambda number: _number(number()).to_integral_value(ROUND_FLOOR),
    "ABS": lambda number: abs(_number(number())),
    "SUMIFS": lambda values, *pairs: _sum_ifs(values(), [pair() for pair in pairs]),
    "COUNT": lambda *parts: Decimal(len(_numbers(*parts))),
}
