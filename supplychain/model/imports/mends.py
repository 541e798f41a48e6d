"""What somebody mended of a file: cells, texts of a column, rows left out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Final, TypeAlias

from supplychain.errors import Invalid

MAX_MENDS_ITEMS: Final = 5_000
"""More are mended sooner in the file itself."""
MAX_MEND_CHARS: Final = 2_000

CellKey: TypeAlias = tuple[str, int, str]
"""The sheet, the number of the row in the file and the column of the table."""
TextKey: TypeAlias = tuple[str, str, str]
"""The sheet, the column of the table and the text that stands there in any row."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Mends:
    """What is read in place of what a file holds.

    Attributes:
        cells: the text of a cell, by sheet, row and column.
        texts: the text for another one, in each row of a column.
        left_rows: rows that are left out, by sheet and number.
        left_texts: rows are left out that hold such a text in such a column.
    """

    cells: Mapping[CellKey, str] = field(default_factory=dict)
    texts: Mapping[TextKey, str] = field(default_factory=dict)
    left_rows: frozenset[tuple[str, int]] = frozenset()
    left_texts: frozenset[TextKey] = frozenset()

    @property
    def count(self) -> int:
        """How many there are."""
        return len(self.cells) + len(self.texts) + len(self.left_rows) + len(self.left_texts)

    def check_count(self) -> None:
        """Hold the bound of what is kept.

        Raises:
            Invalid: there are more.
        """
        if self.count > MAX_MENDS_ITEMS:
            raise Invalid(
                "More than %(limit)s cells and rows are mended here. Mend the file itself and send "
                "it again.",
                limit=MAX_MENDS_ITEMS,
            )

    def with_more(self, more: Mends) -> Mends:
        """These and later ones; a text that was put here by a mend may itself be mended.

        Raises:
            Invalid: they are too many.
        """
        later = more.texts
        cells = {key: later.get((key[0], key[2], text), text) for key, text in self.cells.items()}
        texts = {key: later.get((*key[:2], text), text) for key, text in self.texts.items()}
        left = frozenset(
            key for key, text in self.texts.items() if (*key[:2], text) in more.left_texts
        )
        all_mends = replace(
            self,
            cells={**cells, **more.cells},
            texts={**texts, **more.texts},
            left_rows=self.left_rows | more.left_rows,
            left_texts=self.left_texts | more.left_texts | left,
        )
        all_mends.check_count()
        return all_mends


NO_MENDS: Final = Mends()
