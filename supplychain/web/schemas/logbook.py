"""The log of a firm as pages ask for it and the API tells it."""

from __future__ import annotations

from marshmallow import fields

from supplychain.model.logbook import KINDS_OF_ENTRIES, MAX_ABOUT_CHARS, LogChoice
from supplychain.web.input.fields import Choice, Day, Id, Makes, Strict, Text


class LogQuery(Strict):
    """Which entries are wanted."""

    kind = Choice(*KINDS_OF_ENTRIES, metadata={"description": "a group of kinds"})
    person = Id(metadata={"description": "the id of a user of your firm"})
    first = Day(data_key="from", metadata={"format": "date", "description": "this day and later"})
    last = Day(data_key="to", metadata={"format": "date", "description": "this day and earlier"})
    about = Text(
        most=MAX_ABOUT_CHARS,
        metadata={"description": "the id of a thing, or part of its number, name or title"},
    )
    cursor = fields.String()
    limit = fields.String()


class LogForm(Makes[LogChoice]):
    """The same from the fields of the page."""

    makes = LogChoice
    kind = Choice(*KINDS_OF_ENTRIES)
    person = Id()
    first = Day(data_key="from")
    last = Day(data_key="to")
    about = Text(most=MAX_ABOUT_CHARS)


class LogEntryOut(Strict):
    """One link of the chain of your firm, as it was signed.

    ``digest`` is an HMAC-SHA-256 over ``previous`` and the entry, by the key ``key_id`` of the
    installation; ``facts`` is the very text that was signed.
    """

    seq = fields.Integer(metadata={"description": "its place in the chain, from 1"})
    kind = fields.String()
    about_kind = fields.String()
    about_id = fields.String()
    firm_id = fields.String(metadata={"description": "who acted; another firm for a look"})
    user_id = fields.String(metadata={"description": "empty where time alone acted"})
    at = fields.String()
    facts = fields.String()
    ledger_id = fields.String()
    key_id = fields.String()
    previous = fields.String()
    digest = fields.String()


class LogPageOut(Strict):
    """Some entries, newest first."""

    items = fields.List(fields.Nested(LogEntryOut))
    next_cursor = fields.String(allow_none=True)


class BrokenLinkOut(Strict):
    """The first link that does not hold."""

    seq = fields.Integer()
    kind = fields.String()
    at = fields.String()
    why = fields.String()


class ChainStateOut(Strict):
    """Where the chain of your firm ends, and whether it was whole at its last check."""

    sequence = fields.Integer()
    archived_sequence = fields.Integer(metadata={"description": "up to here it is archived"})
    digest = fields.String()
    checked_at = fields.String(metadata={"description": "empty before the first check"})
    checked_sequence = fields.Integer(metadata={"description": "it held up to here"})
    broken = fields.Nested(BrokenLinkOut, allow_none=True)
