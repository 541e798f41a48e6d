"""Asking for parts: drafting, publishing, moving the deadline, cancelling, opening the bids."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from decimal import Decimal

import structlog
from neo4j import Driver

from supplychain.actions.categories.entering import enter_line_categories
from supplychain.actions.jobs import queue_job
from supplychain.actions.parts_requests.rates import accept_rated, freeze_rates
from supplychain.errors import FieldError, Invalid, NotOpen, Stale, Unavailable
from supplychain.graph import events
from supplychain.graph.bids import bids as bids_graph
from supplychain.graph.capacity import holds
from supplychain.graph.categories import categories
from supplychain.graph.engine.transactions import Once, Tx, read, write, write_once
from supplychain.graph.firm_days import find_today
from supplychain.graph.parts_requests import (
    attachments,
    choices,
    openings,
    parties,
    parts_requests,
)
from supplychain.graph.parts_requests.parties import DueRequest
from supplychain.model.ids import new_id, to_text, utc_now
from supplychain.model.parts_requests import conversions
from supplychain.model.parts_requests.over_percent import check_over_percent
from supplychain.model.parts_requests.parts_request import (
    MAX_LINES,
    Gap,
    PartsRequest,
    RequestContent,
    RequestLine,
    list_gaps,
)
from supplychain.model.parts_requests.rates import clean_currencies
from supplychain.model.people.actors import Actor
from supplychain.model.quantities import find_quantity_problem
from supplychain.model.units import PIECE, convert, converts, find_unit

NO_PART = "There is no such part. Choose one from the list, or describe it instead."
NO_CHAIN = "There is no such chain. Choose one of yours."
MATCH_KIND = "match"
log = structlog.get_logger()


def draft(driver: Driver, content: RequestContent, *, by: Actor, once: Once | None = None) -> str:
    """Save a new draft, however incomplete, and return its id.

    Args:
        driver: of the graph.
        content: what was filled in. A line that names a part and not its description, category
            or unit gets those of the part.
        by: a buyer.
        once: the client's key.

    Raises:
        Forbidden: the actor is no buyer.
        Invalid: an unknown or foreign part or chain, or too many lines.
    """
    by.check_role("buyer")
    return write_once(driver, once, _create_draft, content, by, new_id(), utc_now())


def _create_draft(
    tx: Tx, content: RequestContent, by: Actor, request_id: str, now: datetime
) -> str:
    today = find_today(tx, by.firm_id, now)
    empty = PartsRequest(
        id=request_id,
        number=parts_requests.next_number(tx, by.firm_id, year=today.year),
        buyer_id=by.firm_id,
        state="draft",
        created_at=now,
    )
    request = _fill_in(tx, empty, content)
    parts_requests.create(tx, request, created_by=by.user_id)
    record_event(tx, "drafted", request, by, now)
    return request_id


def edit(
    driver: Driver, request_id: str, content: RequestContent, *, version: int, by: Actor
) -> int:
    """Give a draft other content and return its new version; lines keep their files by their id.

    Raises:
        Forbidden: the actor is no buyer.
        NotFound: no such request of the actor's firm.
        NotOpen: it is no draft any more.
        Stale: somebody changed it since ``version``.
        Invalid: an unknown or foreign part or chain, or too many lines.
    """
    by.check_role("buyer")
    return write(driver, _edit_draft, request_id, content, version, by, utc_now())


def _edit_draft(
    tx: Tx, request_id: str, content: RequestContent, version: int, by: Actor, now: datetime
) -> int:
    old = _lock_version(tx, request_id, version, by)
    old.check_draft()
    request = replace(_fill_in(tx, old, content), version=old.version + 1)
    parts_requests.save(tx, request)
    if request.lines != old.lines:
        parts_requests.replace_lines(tx, request)
        attachments.renumber(tx, request_id, _new_numbers(old, request))
    record_event(tx, "changed", request, by, now)
    return request.version


def _new_numbers(old: PartsRequest, new: PartsRequest) -> list[int]:
    """For each old line number its new one, 0 (the whole request) where the line is gone."""
    numbers = {line.id: line.number for line in new.lines}
    return [0, *(numbers.get(line.id, 0) for line in old.lines)]


def _lock_version(tx: Tx, request_id: str, version: int | None, by: Actor) -> PartsRequest:
    request = parts_requests.lock(tx, request_id, viewer=by.firm_id)
    if version is not None and request.version != version:
        raise Stale
    return request


def _fill_in(tx: Tx, request: PartsRequest, content: RequestContent) -> PartsRequest:
    """The request with the content; refuses parts and chains the firm may not see."""
    lines = request.lines
    if content.lines != lines:
        lines = _number_lines(tx, content.lines, request)
    is_for_chain = content.audience == "chain"
    chain_id = content.chain_id if is_for_chain else None
    chains = choices.list_chains(tx, viewer=request.buyer_id) if chain_id is not None else []
    if chain_id is not None and chain_id not in {chain.id for chain in chains}:
        raise Invalid(NO_CHAIN, pointer="/chain_id")
    accepts = content.accepts
    if accepts is not None:
        accepts = clean_currencies(accepts, content.currency)
    return request.filled_with(replace(content, lines=lines, chain_id=chain_id, accepts=accepts))


def _number_lines(
    tx: Tx, lines: tuple[RequestLine, ...], old: PartsRequest
) -> tuple[RequestLine, ...]:
    """The lines with ids and numbers, filled in from their parts where nothing else was said."""
    if len(lines) > MAX_LINES:
        raise Invalid(
            "Use at most %(most)s lines. Split the request.", pointer="/lines", most=MAX_LINES
        )
    wanted = sorted({line.part_id for line in lines if line.part_id})
    parts = choices.find_parts(tx, wanted, viewer=old.buyer_id) if wanted else {}
    errors = [
        FieldError(pointer=f"/lines/{row}/part_id", message=NO_PART)
        for row, line in enumerate(lines)
        if line.part_id and line.part_id not in parts
    ]
    of_parts = [parts.get(line.part_id or "") for line in lines]
    pairs = zip(lines, of_parts, strict=True)
    typed = [line.category_id.strip() or (part and part.category_id) or "" for line, part in pairs]
    entered, misses = enter_line_categories(tx, typed)
    errors += misses
    for row, line in enumerate(lines):
        errors += line.requirements.list_errors(f"/lines/{row}")
        errors += check_over_percent(line.over_percent, f"/lines/{row}/over_percent")
        part = parts.get(line.part_id or "")
        errors += _check_unit(f"/lines/{row}/uom", line, part)
        uom = _fill_from_part(line, part).uom
        errors += conversions.list_errors(f"/lines/{row}", uom, line.conversions)
        problem = find_quantity_problem(line.quantity, uom)
        if problem:
            errors.append(FieldError(pointer=f"/lines/{row}/quantity", message=problem))
    if errors:
        raise Invalid(errors=errors)
    before = {line.id: line for line in old.lines}
    free_ids = set(before)
    numbered: list[RequestLine] = []
    for number, (line, category) in enumerate(zip(lines, entered, strict=True), start=1):
        line_id = line.id if line.id in free_ids else new_id()
        free_ids.discard(line_id)  # of two lines with one id the first keeps it
        part = parts.get(line.part_id or "")
        filled = _fill_conversions(_fill_from_part(line, part), part, before.get(line_id))
        numbered.append(replace(filled, id=line_id, number=number, category_id=category))
    return tuple(numbered)


def _check_unit(
    pointer: str, line: RequestLine, part: choices.PartChoice | None
) -> list[FieldError]:
    """A part is asked for in the unit in which it is kept: standing prices and stocks count so."""
    wanted, kept = find_unit(line.uom), find_unit((part and part.uom) or "")
    if wanted is None or kept is None or wanted is kept:
        return []
    message = "This part is counted in %(unit)s. Ask for it in that unit."
    if converts(wanted, kept):
        one = f"{convert(Decimal(1), wanted, kept):f}"
        message = (
            "This part is counted in %(unit)s, of which this unit is %(one)s. "
            "Ask for it in that unit."
        )
        values = (("unit", kept.symbol), ("one", one))
        return [FieldError(pointer=pointer, message=message, values=values)]
    values = (("unit", kept.symbol),)
    return [FieldError(pointer=pointer, message=message, values=values)]


def _fill_from_part(line: RequestLine, part: choices.PartChoice | None) -> RequestLine:
    return replace(
        line,
        part_id=line.part_id or None,
        description=line.description or (part and part.name) or "",
        uom=line.uom or (part and part.uom) or PIECE,
    )


def _fill_conversions(
    line: RequestLine, part: choices.PartChoice | None, before: RequestLine | None
) -> RequestLine:
    """A line that begins to ask for a part has the part's other units; later none may be wanted."""
    begins = before is None or before.part_id != line.part_id
    if part is None or line.conversions or not begins:
        return line
    return replace(line, conversions=part.stated)


def remove(driver: Driver, request_id: str, *, version: int, by: Actor) -> None:
    """Delete a draft.

    Raises:
        Forbidden, NotFound, Stale: as for ``edit``.
        NotOpen: it was published; then it can only be cancelled.
    """
    by.check_role("buyer")
    write(driver, _remove_draft, request_id, version, by, utc_now())


def _remove_draft(tx: Tx, request_id: str, version: int, by: Actor, now: datetime) -> None:
    request = _lock_version(tx, request_id, version, by)
    if request.state != "draft":
        raise NotOpen("Only a draft can be deleted. Cancel the parts request instead.")
    parts_requests.remove(tx, request_id, viewer=by.firm_id)
    record_event(tx, "removed", request, by, now)


def copy(driver: Driver, request_id: str, *, by: Actor, once: Once | None = None) -> str:
    """Draft a new request with the lines and files of an old one, and return its id.

    The deadline is left open, and need-by dates that have passed are.

    Raises:
        Forbidden, NotFound: as for ``edit``.
    """
    by.check_role("buyer")
    return write_once(driver, once, _copy_request, request_id, by, new_id(), utc_now())


def _copy_request(tx: Tx, request_id: str, by: Actor, new: str, now: datetime) -> str:
    old = parts_requests.get(tx, request_id, viewer=by.firm_id)
    today = old.today(now)
    fresh = replace(
        old,
        id=new,
        number=parts_requests.next_number(tx, by.firm_id, year=today.year),
        state="draft",
        deadline=None,
        created_at=now,
        published_at=None,
        opened_at=None,
        decided_at=None,
        rates=(),
        version=1,
        lines=tuple(
            replace(
                line,
                id=new_id(),
                need_by=line.need_by if line.need_by and line.need_by > today else None,
            )
            for line in old.lines
        ),
    )
    parts_requests.create(tx, fresh, created_by=by.user_id)
    attachments.copy_all(tx, request_id, new, viewer=by.firm_id, at=now)
    record_event(tx, "drafted", fresh, by, now)
    return new


def list_missing(driver: Driver, request_id: str, *, by: Actor) -> tuple[Gap, ...]:
    """What a request of the actor's firm lacks, or nothing once it is published."""
    return read(driver, _read_gaps, request_id, by.firm_id, utc_now())


def _read_gaps(tx: Tx, request_id: str, viewer: str, now: datetime) -> tuple[Gap, ...]:
    request = parts_requests.get(tx, request_id, viewer=viewer)
    if request.state != "draft":
        return ()
    files = attachments.list_own(tx, request_id, viewer=viewer)
    drawings = frozenset(file.line_number for file in files)
    openers = openings.count_openers(tx, viewer)
    return list_gaps(request, now, drawings=drawings, openers=openers)


def publish(
    driver: Driver,
    request_id: str,
    *,
    by: Actor,
    version: int | None = None,
    despite_nobody: bool = False,
) -> str:
    """Publish a draft and queue its matching. PartsRequest: draft -> open.

    Args:
        driver: of the graph.
        request_id: a draft of the actor's firm.
        by: a buyer.
        version: what the buyer saw, or None to publish it as it is.
        despite_nobody: the buyer knows that nobody here makes what some lines ask for.

    Returns:
        The id of the queued job of kind ``match``; send its hint after this.

    Raises:
        Forbidden, NotFound, Stale: as for ``edit``.
        NotOpen: it is published already.
        Invalid: something is missing.
        NobodyMakes: a line asks for what no other firm makes, and ``despite_nobody`` is not said.
    """
    by.check_role("buyer")
    steps = (version, despite_nobody, by, new_id(), utc_now())
    return write(driver, _publish_draft, request_id, *steps)


def _publish_draft(
    tx: Tx,
    request_id: str,
    version: int | None,
    despite_nobody: bool,
    by: Actor,
    job_id: str,
    now: datetime,
) -> str:
    openers = openings.count_openers(tx, by.firm_id)
    request = _lock_version(tx, request_id, version, by).published(now, openers=openers)
    if not despite_nobody:
        request.check_made(categories.list_unmade(tx, request_id, viewer=by.firm_id))
    request = accept_rated(tx, request, request.today(now))
    parts_requests.save(tx, request)
    queue_job(
        tx,
        job_id=job_id,
        kind=MATCH_KIND,
        about_id=request_id,
        firm_id=by.firm_id,
        user_id=by.user_id,
        at=now,
    )
    record_event(tx, "published", request, by, now)
    return job_id


def cancel(
    driver: Driver, request_id: str, reason: str, *, by: Actor, version: int | None = None
) -> None:
    """Call a request off. PartsRequest: draft | open | evaluating -> cancelled.

    Raises:
        Forbidden, NotFound, Stale: as for ``edit``.
        NotOpen: it is over.
    """
    by.check_role("buyer")
    write(driver, _cancel_request, request_id, reason, version, by, utc_now())


def _cancel_request(
    tx: Tx, request_id: str, reason: str, version: int | None, by: Actor, now: datetime
) -> None:
    old = _lock_version(tx, request_id, version, by)
    request = old.cancelled(now)
    parts_requests.save(tx, request)
    holds.settle_request(tx, request_id, {})
    tells = parties.list_concerned(tx, request_id) if old.state != "draft" else []
    record_event(tx, "cancelled", request, by, now, tells=tells, reason=reason)


def move_deadline(
    driver: Driver,
    request_id: str,
    deadline: datetime,
    *,
    by: Actor,
    reason: str = "",
    version: int | None = None,
) -> None:
    """Move the deadline of a request that takes bids; those concerned are told.

    Raises:
        Forbidden, NotFound, Stale: as for ``edit``.
        NotOpen: it is not open, its deadline has passed, or it would move earlier with a bid in.
        Invalid: the new one is in the past, too near or too far away, or lacks a reason.
    """
    by.check_role("buyer")
    write(driver, _move_deadline, request_id, deadline, reason, version, by, utc_now())


def _move_deadline(
    tx: Tx,
    request_id: str,
    deadline: datetime,
    reason: str,
    version: int | None,
    by: Actor,
    now: datetime,
) -> None:
    old = _lock_version(tx, request_id, version, by)
    bids = parties.count_bids(tx, request_id)
    request = old.with_deadline(deadline, now, reason=reason, bids=bids)
    parts_requests.save(tx, request)
    tells = parties.list_concerned(tx, request_id)
    is_earlier = old.deadline is not None and deadline < old.deadline
    verb = "deadline_moved_earlier" if is_earlier else "deadline_moved"
    facts = {"deadline": to_text(deadline), "reason": reason.strip()}
    record_event(tx, verb, request, by, now, tells=tells, **facts)


def open_due_requests(driver: Driver, now: datetime) -> int:
    """Open the bids of every request whose deadline has come, and return how many.

    PartsRequest: open -> evaluating, or failed where no bid stands. Safe to run by several at
    once: each locks the request, looks again, and only one of them moves it.
    """
    due = read(driver, parties.list_due, now=now)
    return sum(_open_one(driver, one, now) for one in due)


def _open_one(driver: Driver, due: DueRequest, now: datetime) -> bool:
    try:
        return write(driver, _open_bids, due.id, due.buyer_id, now)
    except Unavailable as error:
        # One whose key is away must not keep the others shut.
        log.exception("bids_not_opened", request_id=due.id, code=error.code)
        return False


def _open_bids(tx: Tx, request_id: str, buyer_id: str, now: datetime) -> bool:
    old = parts_requests.lock(tx, request_id, viewer=buyer_id)
    if not old.is_due(now) or (old.needs_two_people and parties.count_bids(tx, request_id)):
        return False
    open_locked(tx, old, Actor(user_id="", firm_id=buyer_id, role="owner"), now)
    return True


def open_locked(tx: Tx, old: PartsRequest, by: Actor, now: datetime) -> None:
    """Open the bids of a locked request that is due: all of them with this transaction, or none.

    Raises:
        Unavailable: the key that seals them is not here.
    """
    bids = parties.count_bids(tx, old.id)
    request = old.opened(now, bids=bids)
    parts_requests.save(tx, freeze_rates(tx, request, now) if bids else request)
    bids_graph.open_sealed(tx, old.id)
    holds.open_sealed(tx, old.id, today=old.today(now))
    kind = "opened" if bids else "failed"
    tells = parties.list_concerned(tx, old.id)
    record_event(tx, kind, request, by, now, tells=tells)


def record_event(
    tx: Tx,
    verb: str,
    request: PartsRequest,
    by: Actor,
    now: datetime,
    *,
    tells: list[str] | None = None,
    **facts: object,
) -> None:
    """Record what befell a request. The facts name it alone: no price, no rival, no number of bids.

    The buyer's own firm is told, and whom ``tells`` names.
    """
    events.record(
        tx,
        f"parts_request.{verb}",
        about_kind="parts_request",
        about_id=request.id,
        by=by,
        at=now,
        tells=tells or [],
        facts={"number": request.number, "title": request.title, **facts},
    )


SWEEPS = (open_due_requests,)
