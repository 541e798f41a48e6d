"""What rules share that hold for one line or for every line."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Self

from typing_extensions import override

from supplychain.award.problem.fields import Fields
from supplychain.award.problem.problem import Rule


@dataclass(frozen=True, slots=True, kw_only=True)
class LineRule(Rule):
    """A rule for ``line``, or (None) for every line."""

    HOLDS_FOR_EACH_LINE: ClassVar[bool] = True

    line: str | None = None

    @classmethod
    @override
    def read(cls, fields: Fields) -> Self:
        """From a file; a rule that has more than a line reads that too."""
        return cls(line=fields.text_or_none("line"))

    @property
    @override
    def subject(self) -> str:
        """The line."""
        return self.line or ""
