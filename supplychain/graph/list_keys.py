"""Keys by which lists are read page by page, at a cost that does not grow with what is in them.

A list belongs to a firm and shows the newest first. A node in it has a property with an index,
``firm|instant turned round|id``: in the order of such keys the newest comes first, so a page is
the beginning of a range of keys. Both engines read a range from its index in the order of its keys
where nothing but a limit follows; the embedded one sorts everything that it matches as soon as it
is told to sort, and leaves the index as soon as another match or a write follows. So a page is
read in two steps: first the keys alone, and then what lies behind them.
"""

from __future__ import annotations

_TURNED = str.maketrans("0123456789", "9876543210")
END = "|~"
"""Sorts behind whatever follows the firm's id in a key."""


def newest_first(*texts: str) -> tuple[str, ...]:
    """Texts with their digits turned round: instants and padded numbers sort backwards then."""
    return tuple(text.translate(_TURNED) for text in texts)


def list_key(owner: str, at: str, id: str) -> str:
    """The key of a node in the list of a firm.

    Args:
        owner: the firm, or the firm and a state.
        at: the instant in stored form; newer ones come first.
        id: the node; of those of one instant the smaller comes first.
    """
    return f"{owner}|{at.translate(_TURNED)}|{id}"


def span_of(owner: str, *, before: str | None = None, after_id: str = "") -> tuple[str, str]:
    """The two keys between which a list lies, or what follows ``after_id`` of ``before`` in it."""
    start = f"{owner}|" if before is None else list_key(owner, before, after_id)
    return start, owner + END


def with_owner(key: str, owner: str) -> str:
    """A key, or an id that begins like one, with another firm at its beginning."""
    return f"{owner}|{key.partition('|')[2]}"


def state_key(owner: str, state: str, at: str, id: str, *, ends: bool) -> str | None:
    """The key of a node in the list of a firm's things of one state that lasts.

    Of a state that passes there are few: they lie in trays (``graph/trays.py``) and have no key,
    so that those that left it leave nothing behind to be stepped over.
    """
    return list_key(f"{owner}|{state}", at, id) if ends else None
