"""Why a text is no number, no amount and no day, in a sentence."""

from __future__ import annotations


class Misread(Exception):
    """A text that cannot be taken: an English sentence with ``%(name)s`` places.

    ``readings`` are what it could be, where it could be several things: a question.
    """

    def __init__(self, message: str, *, readings: tuple[str, ...] = (), **values: object) -> None:
        super().__init__(message)
        self.message = message
        self.readings = readings
        self.values = values

    @property
    def text(self) -> str:
        """The English sentence."""
        return self.message % self.values if self.values else self.message
