"""Who may read a firm's standing prices and its capacity, as the firm itself decides.

An audience is made of circles and of single firms. Outside it a firm is found by what it can make;
its price and capacity read "on request". ``docs/sharing.md`` tells it in the words of its users.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import Final

from supplychain.errors import FieldError, Invalid

PRICES: Final = "prices"
CAPACITY: Final = "capacity"
KINDS: Final = (PRICES, CAPACITY)
"""What has an audience of its own."""

EVERYBODY: Final = "everybody"
CIRCLES: Final = ("leaders", "customers", "peers", "members", EVERYBODY)
"""Leaders of the firm's chains; firms that buy from it by a relation both said or an order it
accepted that was not cancelled; members of its clusters; members of its chains; every firm that is
signed in."""
DEFAULT_CIRCLES: Final = ("leaders", "customers")
MAX_NAMED_FIRMS: Final = 200
"""Single firms that one audience may name."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Audience:
    """Who may read one kind of figure: firms in any of the circles, and the firms named."""

    circles: tuple[str, ...] = DEFAULT_CIRCLES
    firm_ids: tuple[str, ...] = ()

    @classmethod
    def of(cls, circles: Iterable[str], firm_ids: Iterable[str] = ()) -> Audience:
        """The audience with its circles in one order and nothing twice."""
        chosen = set(circles)
        return cls(
            circles=tuple(each for each in CIRCLES if each in chosen),
            firm_ids=tuple(sorted(set(firm_ids))),
        )

    @property
    def is_open(self) -> bool:
        """Whether every firm may read it."""
        return EVERYBODY in self.circles


@dataclass(frozen=True, slots=True, kw_only=True)
class Audiences:
    """The audiences of one firm; ``version`` counts its changes."""

    prices: Audience = field(default_factory=Audience)
    capacity: Audience = field(default_factory=Audience)
    version: int = 0

    def of_kind(self, kind: str) -> Audience:
        """One of the two by its name in ``KINDS``."""
        return self.prices if kind == PRICES else self.capacity

    def check(self, *, owner: str) -> None:
        """Refuse what cannot be an audience.

        Args:
            owner: the firm whose audiences they are.

        Raises:
            Invalid: the firm names itself, or too many.
        """
        errors: list[FieldError] = []
        for kind in KINDS:
            named = self.of_kind(kind).firm_ids
            if owner in named:
                message = "Your own firm sees its figures anyway."
                errors.append(FieldError(pointer=f"/{kind}/firm_ids", message=message))
            if len(named) > MAX_NAMED_FIRMS:
                errors.append(
                    FieldError(
                        pointer=f"/{kind}/firm_ids",
                        message="Name at most %(most)s firms.",
                        values=(("most", MAX_NAMED_FIRMS),),
                    )
                )
        if errors:
            raise Invalid(errors=errors)

    def changed(self, *, prices: Audience, capacity: Audience) -> Audiences:
        """With both replaced, one version on."""
        return replace(self, prices=prices, capacity=capacity, version=self.version + 1)


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadableFirms:
    """The firms whose figures one reader may see, by kind; the reader itself is not among them."""

    prices: frozenset[str] = frozenset()
    capacity: frozenset[str] = frozenset()

    def joined(self, other: ReadableFirms) -> ReadableFirms:
        """What either of the two holds."""
        return ReadableFirms(
            prices=self.prices | other.prices, capacity=self.capacity | other.capacity
        )

    def covers(self, firm_id: str, kind: str) -> bool:
        """Whether the reader sees this kind of a firm's figures."""
        return firm_id in (self.prices if kind == PRICES else self.capacity)

    def hidden_kinds(self, firm_id: str) -> tuple[str, ...]:
        """The kinds that read "on request"."""
        return tuple(kind for kind in KINDS if not self.covers(firm_id, kind))


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """A firm that read figures of another in rankings, or award studies, of one category on a day.

    On the chain map it looked around the other firm; it may have seen none of its figures.
    ``times`` counts rankings (or days of the chain map, where ``source`` is ``map``); ``last_at``
    is ISO 8601 text.
    """

    id: str
    viewer_id: str
    viewer_name: str
    source: str
    category_id: str
    prices: bool
    capacity: bool
    times: int
    last_at: str
