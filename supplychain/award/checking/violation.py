"""What a split breaks."""

from __future__ import annotations

from dataclasses import dataclass

from supplychain.award.words import Sentence


@dataclass(frozen=True, slots=True, kw_only=True)
class Violation:
    """What does not hold: ``code`` names the constraint, ``subject`` the line, firm or rule.

    ``sentence`` says it for a page, where it is a rule of the buyer's that is broken.
    """

    code: str
    subject: str
    sentence: Sentence | None = None
