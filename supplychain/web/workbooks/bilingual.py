"""Words of a workbook in both languages: it is read by whoever gets it, not by who made it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Self

from supplychain.actions import translations
from supplychain.errors import FieldError

LANGUAGES: Final = ("en", "zh")


class Wording(str):
    """An English sentence that has its Chinese."""

    @classmethod
    def of(cls, message: str) -> Self:
        """The sentence."""
        return cls(message)


@dataclass(frozen=True, slots=True)
class Bilingual:
    """Two languages, the reader's first."""

    first: str

    @property
    def other(self) -> str:
        """The language that stands beside the reader's."""
        return next(each for each in LANGUAGES if each != self.first)

    def translate(self, message: str, *, between: str = "\n", **values: object) -> str:
        """The sentence in both languages, once where they are alike."""
        texts = [translations.translate(message, each, **values) for each in self.languages]
        return between.join(dict.fromkeys(texts))

    def translate_error(self, error: FieldError) -> str:
        """The sentence of an error in both languages."""
        texts = [
            translations.translate(error.message, each, **dict(error.values))
            for each in self.languages
        ]
        return "\n".join(dict.fromkeys(texts))

    @property
    def languages(self) -> tuple[str, str]:
        """Both, the reader's first."""
        return self.first, self.other

    def translate_choice(self, message: str) -> str:
        """An entry of a drop-down list: both languages on one line."""
        return self.translate(message, between=" / ")
