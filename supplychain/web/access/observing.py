"""What the record is told of requests: refusals, files that leave, opened bids, looks.

Refusals are counted in memory and written by a thread of their own: nobody waits for the record of
a refusal, and how long an answer takes does not tell whether something is there. Downloads and
looks are written before the answer leaves; what cannot be written is not given out.
"""

from __future__ import annotations

import atexit
import contextlib
import threading
from collections.abc import Callable
from typing import Final

import structlog
from flask import Flask, Response, current_app, g, request
from typing_extensions import override
from werkzeug.http import parse_options_header
from werkzeug.wrappers import Response as AnyResponse

from supplychain import errors
from supplychain.actions import looks
from supplychain.actions.looks import Download
from supplychain.actions.tallies import Refusal, Tallies, flush
from supplychain.graph.engine import driver as drivers
from supplychain.graph.engine.driver import graph
from supplychain.model.ids import utc_now
from supplychain.model.people.actors import Actor
from supplychain.web.access import devices
from supplychain.web.access.policy import Policy, policy_of, principal

log = structlog.get_logger()

EMPTY_FILES: Final = frozenset({"uploads.template"})
"""Files that hold nothing of anybody."""
TABLES: Final = ("text/csv", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")
BID_READERS: Final = frozenset(
    {
        "api_award_studies.get_study",
        "api_awards.get_award",
        "api_awards.get_award_workbook",
        "api_bids.get_bid",
        "api_bids.list_opened",
        "award_studies.index",
        "award_studies.show",
        "awards.decide",
        "awards.download",
        "awards.show",
        "bids.show",
    }
)
"""Where the buyer's people read what was bid; before the opening they hold a number of bids."""
FLUSH_EVERY_S: Final = 1.0
NOBODY: Final = Actor(user_id="", firm_id="", role="viewer")


def init_app(app: Flask, answer_refusal: Callable[[errors.SupplyChainError], AnyResponse]) -> None:
    """Attach to an app; ``answer_refusal`` makes the answer where one may not leave."""
    app.extensions["tallies"] = Tallies()

    @app.after_request
    def observe_answer(response: Response) -> Response:
        """Write down what the answer gives out, or answer that it cannot be."""
        if response.status_code != 200 or request.method not in ("GET", "POST"):
            return response
        try:
            _record_answer(response)
        except errors.SupplyChainError as error:
            log.warning("not_recorded", endpoint=request.endpoint)
            response.close()
            return app.make_response(answer_refusal(error))
        return response

    app.before_request(_start_writer)


def tallies_of(app: Flask) -> Tallies:
    """The refusals that an app counts."""
    return app.extensions["tallies"]


def note_refusal(error: errors.SupplyChainError, *, reason: str = "") -> None:
    """Count a refusal, where it is one that the record wants; writes nothing.

    Args:
        error: what the request is answered with.
        reason: why, where the error alone does not say.
    """
    declared = policy_of(current_app, request.endpoint) if request.endpoint else None
    who = _find_reader() if reason != "host" and (declared or reason) else None
    reason = reason or _find_reason(error, declared, who)
    if not reason:
        return
    by = who or NOBODY
    thing = declared.thing if declared else ""
    refusal = Refusal(
        reason=reason,
        route=request.endpoint or "",
        by=by,
        network="" if by.user_id else devices.network_key().removeprefix("network|"),
        about_kind=thing,
        about_id=str((request.view_args or {}).get("id", ""))[:200] if thing else "",
    )
    tallies_of(current_app).count(refusal, utc_now())


def note_own_bid() -> None:
    """The bid that this answer shows is the reader's own: there is no look at it to write down."""
    g.shows_own_bid = True


def _find_reason(error: errors.SupplyChainError, declared: Policy | None, who: Actor | None) -> str:
    match error:
        case errors.NotSignedIn():
            if "Authorization" in request.headers:
                return "token"
            # A page sends its reader to sign in, who then reads it: nothing was refused.
            is_page = request.method == "GET" and not request.path.startswith("/api/")
            return "" if is_page else "not_signed_in"
        case errors.Forbidden():
            may = not (declared and who) or principal().may(declared.scope_for(request.method))
            return "role" if may else "scope"
        case errors.TooMany():
            return "too_many"
        case errors.NotFound():
            return "not_found" if who and declared and declared.thing else ""
        case _:
            return ""


def _find_reader() -> Actor | None:
    if g.get("graph_is_away"):
        return None
    try:
        return principal().actor
    except errors.SupplyChainError:
        return None


def _record_answer(response: Response) -> None:
    endpoint, values = request.endpoint or "", request.view_args or {}
    is_file = _is_file(response)
    if not is_file and endpoint not in BID_READERS:
        return
    by = _find_reader()
    if by is None or not by.firm_id:
        return
    now, thing_id = utc_now(), str(values.get("id", ""))
    declared = policy_of(current_app, endpoint)
    if is_file and endpoint not in EMPTY_FILES:
        thing = declared.thing if declared else ""
        detail = f"{request.query_string.decode('ascii', 'replace')}|{sorted(values.items())}"
        download = Download(
            name=_name_file(response),
            route=endpoint,
            about_kind=thing,
            about_id=thing_id if thing else "",
            detail=detail[:500],
        )
        looks.record_download(graph(), download, by=by, now=now)
    if endpoint in BID_READERS and not g.get("shows_own_bid"):
        looks.record_bids_read(graph(), thing_id, by=by, now=now)


def _is_file(response: Response) -> bool:
    disposition = response.headers.get("Content-Disposition", "")
    return disposition.startswith("attachment") or response.mimetype in TABLES


def _name_file(response: Response) -> str:
    _, options = parse_options_header(response.headers.get("Content-Disposition", ""))
    return options.get("filename", "")[:200]


class RefusalWriter(threading.Thread):
    """Writes what the tallies of an application hold, once a second, until the process ends."""

    def __init__(self, tallies: Tallies) -> None:
        super().__init__(name="record-of-refusals", daemon=True)
        self.tallies = tallies
        self.ends = threading.Event()

    @override
    def run(self) -> None:
        """Write until the end; what cannot be written is tried again."""
        while not self.ends.wait(FLUSH_EVERY_S):
            if not self.tallies.is_due(utc_now()):
                continue
            with contextlib.suppress(Exception):  # the graph is away: the next second
                flush(graph(), self.tallies, utc_now())

    def finish(self) -> None:
        """Write what is left when the process ends."""
        self.ends.set()
        if self.tallies.is_due(utc_now(), all_of_it=True):
            with contextlib.suppress(Exception):
                flush(graph(), self.tallies, utc_now(), all_of_it=True)
            drivers.forget()


def finish_writer(app: Flask) -> None:
    """Write what an application still counts; twice does no harm.

    The worker processes of the server end without what ``atexit`` was told.
    """
    writer = app.extensions.get("refusal_writer")
    if writer is not None:
        writer.finish()


_starting = threading.Lock()


def _start_writer() -> None:
    """One writer an application, made after the fork of its worker; tests flush by themselves."""
    if current_app.testing or "refusal_writer" in current_app.extensions:
        return
    with _starting:
        if "refusal_writer" not in current_app.extensions:
            writer = RefusalWriter(tallies_of(current_app))
            current_app.extensions["refusal_writer"] = writer
            atexit.register(writer.finish)
            writer.start()
