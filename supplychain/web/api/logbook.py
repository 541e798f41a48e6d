"""The log of one's own firm."""

from __future__ import annotations

from datetime import date

from supplychain.actions import logbook as actions
from supplychain.errors import Invalid
from supplychain.graph.engine.driver import graph
from supplychain.model.logbook import ChainState, LogChoice, SignedLink
from supplychain.web.access.guards import limiter
from supplychain.web.access.policy import actor, policy
from supplychain.web.access.reader_days import reader_zone
from supplychain.web.api import Blueprint
from supplychain.web.input import cursors
from supplychain.web.schemas.logbook import ChainStateOut, LogPageOut, LogQuery

bp = Blueprint("logbook", description="The log of your firm: who did what, and who looked.")


@bp.get("/log")
@bp.arguments(LogQuery, location="query", as_kwargs=True)
@bp.response(200, LogPageOut)
@policy("member", scope="administer")
def list_entries(
    kind: str = "",
    person: str = "",
    first: date | None = None,
    last: date | None = None,
    about: str = "",
    **_window: str,
) -> cursors.Page[SignedLink]:
    """Entries, newest first; owners read all of them, everybody else their own.

    A page may be short or empty and still have a ``next_cursor``, where much was searched for it.
    """
    by = actor()
    choice = LogChoice(kind=kind, person=person, first=first, last=last, about=about)
    keys, limit = cursors.window()
    match keys:
        case None:
            before = None
        case [int(before)]:
            pass
        case _:
            raise Invalid(cursors.UNKNOWN, pointer="/cursor")
    page = actions.list_entries(
        graph(), choice, by=by, zone=reader_zone(), before=before, limit=limit, is_named=False
    )
    links = actions.list_signed(graph(), page.entries, by=by)
    after = None if page.before is None else cursors.encode_cursor([page.before])
    return cursors.Page(items=links, next_cursor=after)


@bp.get("/log/chain")
@bp.response(200, ChainStateOut)
@policy("member", scope="administer")
def get_chain() -> ChainState:
    """Where the chain of your firm ends, and what its last check found."""
    return actions.get_state(graph(), by=actor())


@bp.put("/log/check")
@bp.response(200, ChainStateOut)
@policy("member", roles=("owner",))
@limiter.limit("6/minute", key_func=lambda: f"log|{actor().firm_id}")
def check_chain() -> ChainState:
    """Check every link of the chain of your firm, now."""
    return actions.check_chain(graph(), by=actor())
