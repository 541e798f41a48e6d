"""Every refusal of the product.

SupplyChainError
├─ NotFound       404  no such thing, or not yours to see
├─ WrongMethod    405  the address is right, the method is not
├─ NotSignedIn    401  who are you
├─ Forbidden      403  you see it but may not do this
│  ├─ NotRecent         say again who you are
│  └─ StepNeeded        your firm demands the second step at signing in
├─ Conflict       409  it moved on since you looked
│  ├─ NotOpen          closed to bids, awards, shares
│  ├─ NobodyMakes      no firm makes what a line asks for; confirm, or change it
│  ├─ Stale       412  your version is not the latest
│  └─ AlreadyExists    unique key taken
├─ Invalid        422  breaks a rule of the domain; names the field
├─ TooMany        429  slow down
│  └─ QueueFull         enough of your firm's work waits already
├─ Fault          500  a fault of ours, with the number under which it was logged
└─ Unavailable    503  the graph or the broker is away; retry after
   ├─ DiskFull          nothing more can be kept
   └─ Misconfigured     the installation is not set up right

A message is an English sentence that says what to do next and is also the key of its
translation; ``%(name)s`` places are filled from ``values``. The domain knows codes, never HTTP:
``supplychain.web.access.problems`` holds the one table from class to status.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Final

MAX_ERRORS_ITEMS: Final = 50
"""Wrong fields that one refusal tells; nobody mends more of them in one go."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Suggestion:
    """A category that may have been meant, and how many firms make it."""

    value: str
    firms: int


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldError:
    """One wrong field.

    ``pointer`` is an RFC 6901 JSON pointer into what was sent, e.g. ``/lines/0/quantity``;
    ``suggestions`` are values that it takes and that may have been meant.
    """

    pointer: str
    message: str
    values: tuple[tuple[str, object], ...] = ()
    suggestions: tuple[Suggestion, ...] = ()

    @property
    def text(self) -> str:
        """The English sentence with its places filled."""
        return self.message % dict(self.values) if self.values else self.message


class SupplyChainError(Exception):
    """Base of every refusal. ``code`` is stable; ``message`` is for people."""

    code: ClassVar[str] = "error"
    default: ClassVar[str] = "This could not be done."

    def __init__(self, message: str | None = None, **values: object) -> None:
        self.message = message or self.default
        self.values = values
        super().__init__(self.text)

    @property
    def text(self) -> str:
        """The English sentence with its places filled."""
        return self.message % self.values if self.values else self.message


class NotFound(SupplyChainError):
    """No such thing, or not yours to see: the two are one answer on purpose."""

    code = "not_found"
    default = "There is nothing here, or it is not shared with you."


class WrongMethod(SupplyChainError):
    """The address is right, the method is not; ``allowed`` are those that it takes."""

    code = "wrong_method"
    default = "This address does not take that kind of request."

    def __init__(self, message: str | None = None, *, allowed: tuple[str, ...] = ()) -> None:
        super().__init__(message)
        self.allowed = allowed


class NotSignedIn(SupplyChainError):
    """Nobody is signed in."""

    code = "not_signed_in"
    default = "Sign in to go on."


class Forbidden(SupplyChainError):
    """You see it, but you may not do this."""

    code = "forbidden"
    default = "Your role does not allow this. Ask an owner of your firm."


class NotRecent(Forbidden):
    """The sign-in is too long ago for this: prove again who you are."""

    code = "not_recent"
    default = "Confirm that it is you."


class StepNeeded(Forbidden):
    """The firm demands the second step at signing in, and the user has not set it up."""

    code = "second_step_needed"
    default = "Your firm demands a second step at signing in. Set it up first."


class Conflict(SupplyChainError):
    """It moved on since you looked."""

    code = "conflict"
    default = "This changed since you opened it. Reload and try again."


class NotOpen(Conflict):
    """Closed to what you want to do: bids, awards, shares."""

    code = "not_open"
    default = "This is closed."


class Stale(Conflict):
    """Your version is not the latest."""

    code = "stale"
    default = "Somebody changed this since you opened it. Reload, look, and try again."


class AlreadyExists(Conflict):
    """A unique key is taken."""

    code = "already_exists"
    default = "This exists already."


class NobodyMakes(Conflict):
    """Nobody here makes what some lines ask for, and the buyer has not said that it knows."""

    code = "nobody_makes"
    default = "Nobody here makes what line %(lines)s asks for. Change its category, or confirm."


class Invalid(SupplyChainError):
    """Breaks a rule of the domain.

    Args:
        message: the sentence for the one field, or for the whole.
        pointer: JSON pointer of the one wrong field; empty for the whole.
        errors: several wrong fields at once, instead of ``pointer``; the first 50 are kept.
    """

    code = "invalid"
    default = "Some entries need a correction."

    def __init__(
        self,
        message: str | None = None,
        *,
        pointer: str = "",
        errors: tuple[FieldError, ...] | list[FieldError] = (),
        **values: object,
    ) -> None:
        if len(errors) > MAX_ERRORS_ITEMS:
            message = message or "The first %(shown)s of %(count)s entries that need a correction:"
            values = {**values, "shown": MAX_ERRORS_ITEMS, "count": len(errors)}
        super().__init__(message, **values)
        one = FieldError(pointer=pointer, message=self.message, values=tuple(values.items()))
        self.errors: tuple[FieldError, ...] = tuple(errors[:MAX_ERRORS_ITEMS]) or (one,)


class TooMany(SupplyChainError):
    """Too many tries; ``retry_after`` in seconds."""

    code = "too_many"
    default = "Too many tries. Wait a little and try again."

    def __init__(
        self, message: str | None = None, *, retry_after: int = 60, **values: object
    ) -> None:
        super().__init__(message, **values)
        self.retry_after = retry_after


class Fault(SupplyChainError):
    """Something went wrong on our side; ``id`` is in the log with what it was."""

    code = "fault"
    default = "Something went wrong on our side. It was noted under the number %(id)s."

    def __init__(self, message: str | None = None, *, id: str = "–") -> None:
        super().__init__(message, id=id)
        self.id = id


class QueueFull(TooMany):
    """As much of the firm's work waits as one firm may have waiting."""

    code = "queue_full"
    default = (
        "Your firm has as much work waiting here as one firm may. Wait until some of it is done, "
        "or stop what you no longer need."
    )


class Unavailable(SupplyChainError):
    """The graph or the broker is away; ``retry_after`` in seconds."""

    code = "unavailable"
    default = "The service is busy or restarting. Nothing was lost; try again in a few seconds."

    def __init__(
        self, message: str | None = None, *, retry_after: int = 5, code: str | None = None
    ) -> None:
        super().__init__(message)
        self.retry_after = retry_after
        if code:
            self.code = code  # type: ignore[misc]  # "outcome_unknown" is the one special case


class DiskFull(Unavailable):
    """The disk of the installation is full."""

    code = "disk_full"
    default = "The disk of this installation is full: nothing new can be kept. Tell its operator."

    def __init__(self, message: str | None = None, *, retry_after: int = 60) -> None:
        super().__init__(message, retry_after=retry_after)


class Misconfigured(Unavailable):
    """The installation is not set up right; the message says what is wrong and what mends it."""

    code = "misconfigured"
    default = "This installation is not set up right. Its operator can run supplychain doctor."
