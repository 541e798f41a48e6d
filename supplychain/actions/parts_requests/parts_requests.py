"""Asking for parts: drafting, publishing, moving the deadline, cancelling, opening the bids."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from neo4j import Driver

from supplychain.errors import FieldError, Invalid, NotOpen, Stale
from supplychain.graph import events, jobs
from supplychain.graph.capacity import holds
from supplychain.graph.engine.transactions import Once, Tx, read, write, write_once
from supplychain.graph.parts_requests import attachments, choices, parties, parts_requests
from supplychain.model.ids import new_id, to_text, utc_now
from supplychain.model.imports.tables import category_id
from supplychain.model.parts_requests.parts_request import (
    MAX_LINES,
    Gap,
    PartsRequest,
    RequestLine,
    missing,
)
from supplychain.model.parts_requests.requirements import Requirements
from supplychain.model.people.actors import Actor

Given = Mapping[str, Any]
"""Fields of a PartsRequest by name; ``lines`` is a list of fields of RequestLine."""
NO_PART = "There is no such part. Choose one from the list, or describe it instead."
NO_CHAIN = "There is no such chain. Choose one of yours."
MATCH_KIND = "match"


def draft(driver: Driver, given: Given, *, by: Actor, once: Once | None = None) -> str:
    """Save a new draft, however incomplete, and return its id.

    Args:
        driver: of the graph.
        given: any of title, note, currency, deadline, audience, chain_id, share_policy,
            invite_top, lines (id of a line to keep, part_id, description, category, quantity,
            uom, need_by, place, certificates, target_price).
        by: a buyer.
        once: the client's key.

    Raises:
        Forbidden: the actor is no buyer.
        Invalid: an unknown or foreign part or chain, or too many lines.
    """
    by.check_role("buyer")
    return write_once(driver, once, _draft, given, by, new_id(), utc_now())


def _draft(tx: Tx, given: Given, by: Actor, request_id: str, now: datetime) -> str:
    empty = PartsRequest(
        id=request_id,
        number=parts_requests.next_number(tx, by.firm_id, year=now.year),
        buyer_id=by.firm_id,
        title="",
        note="",
        state="draft",
        currency="CNY",
        deadline=None,
        audience="invited",
        chain_id=None,
        share_policy="ask",
        invite_top=0,
        lines=(),
        created_at=now,
    )
    request = _changed(tx, empty, given)
    parts_requests.create(tx, request, created_by=by.user_id)
    _record(tx, "drafted", request, by, now)
    return request_id


def edit(driver: Driver, request_id: str, given: Given, *, version: int, by: Actor) -> int:
    """Change a draft and return its new version; what is not given stays.

    Raises:
        Forbidden: the actor is no buyer.
        NotFound: no such request of the actor's firm.
        NotOpen: it is no draft any more.
        Stale: somebody changed it since ``version``.
        Invalid: an unknown or foreign part or chain, or too many lines.
    """
    by.check_role("buyer")
    return write(driver, _edit, request_id, given, version, by, utc_now())


def _edit(tx: Tx, request_id: str, given: Given, version: int, by: Actor, now: datetime) -> int:
    old = _lock(tx, request_id, version, by)
    old.check_draft()
    request = replace(_changed(tx, old, given), version=old.version + 1)
    parts_requests.save(tx, request)
    if "lines" in given:
        parts_requests.replace_lines(tx, request)
        attachments.renumber(tx, request_id, _new_numbers(old, request))
    _record(tx, "changed", request, by, now)
    return request.version


def _new_numbers(old: PartsRequest, new: PartsRequest) -> list[int]:
    """For each old line number its new one, 0 (the whole request) where the line is gone."""
    numbers = {line.id: line.number for line in new.lines}
    return [0, *(numbers.get(line.id, 0) for line in old.lines)]


def _lock(tx: Tx, request_id: str, version: int | None, by: Actor) -> PartsRequest:
    request = parts_requests.lock(tx, request_id, viewer=by.firm_id)
    if version is not None and request.version != version:
        raise Stale
    return request


def _changed(tx: Tx, request: PartsRequest, given: Given) -> PartsRequest:
    """The request with what is given; refuses parts and chains the firm may not see."""
    values = dict(given)
    if "lines" in values:
        values["lines"] = _lines(tx, values["lines"], request)
    changed = replace(request, **values)
    if changed.audience != "chain":
        return replace(changed, chain_id=None)
    chains = {chain["id"] for chain in choices.list_chains(tx, viewer=request.buyer_id)}
    if changed.chain_id is not None and changed.chain_id not in chains:
        raise Invalid(NO_CHAIN, pointer="/chain_id")
    return changed


def _lines(tx: Tx, given: list[Given], old: PartsRequest) -> tuple[RequestLine, ...]:
    if len(given) > MAX_LINES:
        raise Invalid(
            "Use at most %(most)s lines. Split the request.", pointer="/lines", most=MAX_LINES
        )
    wanted = sorted({line["part_id"] for line in given if line.get("part_id")})
    parts = choices.find_parts(tx, wanted, viewer=old.buyer_id) if wanted else {}
    errors = [
        FieldError(pointer=f"/lines/{at}/part_id", message=NO_PART)
        for at, line in enumerate(given)
        if line.get("part_id") and line["part_id"] not in parts
    ]
    for at, line in enumerate(given):
        errors += Requirements.of(line).errors(f"/lines/{at}")
    if errors:
        raise Invalid(errors=errors)
    known = {line.id for line in old.lines}
    made: list[RequestLine] = []
    for number, line in enumerate(given, start=1):
        line_id = line["id"] if line.get("id") in known else new_id()
        known.discard(line_id)  # an id that is given twice is kept once
        made.append(_line(line_id, number, line, parts.get(line.get("part_id") or "", {})))
    return tuple(made)


def _line(line_id: str, number: int, given: Given, part: Given) -> RequestLine:
    """A line, filled from its part where nothing else was said."""
    return RequestLine(
        id=line_id,
        number=number,
        part_id=given.get("part_id") or None,
        description=given.get("description") or part.get("name") or "",
        category_id=category_id(given.get("category") or part.get("category_id") or ""),
        quantity=given.get("quantity") or 0,
        uom=given.get("uom") or part.get("uom") or "pcs",
        need_by=given.get("need_by"),
        place=given.get("place") or "",
        certificates=tuple(given.get("certificates") or ()),
        target_price=given.get("target_price"),
        requirements=Requirements.of(given),
    )


def remove(driver: Driver, request_id: str, *, version: int, by: Actor) -> None:
    """Delete a draft.

    Raises:
        Forbidden, NotFound, Stale: as for ``edit``.
        NotOpen: it was published; then it can only be cancelled.
    """
    by.check_role("buyer")
    write(driver, _remove, request_id, version, by, utc_now())


def _remove(tx: Tx, request_id: str, version: int, by: Actor, now: datetime) -> None:
    request = _lock(tx, request_id, version, by)
    if request.state != "draft":
        raise NotOpen("Only a draft can be deleted. Cancel the parts request instead.")
    parts_requests.remove(tx, request_id, viewer=by.firm_id)
    _record(tx, "removed", request, by, now)


def copy(driver: Driver, request_id: str, *, by: Actor, once: Once | None = None) -> str:
    """Draft a new request with the lines and files of an old one, and return its id.

    The deadline is left open, and need-by dates that have passed are.

    Raises:
        Forbidden, NotFound: as for ``edit``.
    """
    by.check_role("buyer")
    return write_once(driver, once, _copy, request_id, by, new_id(), utc_now())


def _copy(tx: Tx, request_id: str, by: Actor, new: str, now: datetime) -> str:
    old = parts_requests.get(tx, request_id, viewer=by.firm_id)
    today = now.date()
    fresh = replace(
        old,
        id=new,
        number=parts_requests.next_number(tx, by.firm_id, year=now.year),
        state="draft",
        deadline=None,
        created_at=now,
        published_at=None,
        opened_at=None,
        decided_at=None,
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
    _record(tx, "drafted", fresh, by, now)
    return new


def completeness(driver: Driver, request_id: str, *, by: Actor) -> tuple[Gap, ...]:
    """What a request of the actor's firm lacks, or nothing once it is published."""
    request, drawings = read(driver, _with_drawings, request_id, by.firm_id)
    return missing(request, utc_now(), drawings=drawings) if request.state == "draft" else ()


def _with_drawings(tx: Tx, request_id: str, viewer: str) -> tuple[PartsRequest, frozenset[int]]:
    request = parts_requests.get(tx, request_id, viewer=viewer)
    files = attachments.list_own(tx, request_id, viewer=viewer)
    return request, frozenset(file["line_number"] for file in files)


def publish(driver: Driver, request_id: str, *, by: Actor, version: int | None = None) -> str:
    """Publish a draft and queue its matching. PartsRequest: draft -> open.

    Args:
        driver: of the graph.
        request_id: a draft of the actor's firm.
        by: a buyer.
        version: what the buyer saw, or None to publish it as it is.

    Returns:
        The id of the queued job of kind ``match``; send its hint after this.

    Raises:
        Forbidden, NotFound, Stale: as for ``edit``.
        NotOpen: it is published already.
        Invalid: something is missing.
    """
    by.check_role("buyer")
    return write(driver, _publish, request_id, version, by, new_id(), utc_now())


def _publish(
    tx: Tx, request_id: str, version: int | None, by: Actor, job_id: str, now: datetime
) -> str:
    request = _lock(tx, request_id, version, by).published(now)
    parts_requests.save(tx, request)
    jobs.create(
        tx,
        job_id=job_id,
        kind=MATCH_KIND,
        about_id=request_id,
        firm_id=by.firm_id,
        user_id=by.user_id,
        at=now,
    )
    _record(tx, "published", request, by, now)
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
    write(driver, _cancel, request_id, reason, version, by, utc_now())


def _cancel(
    tx: Tx, request_id: str, reason: str, version: int | None, by: Actor, now: datetime
) -> None:
    old = _lock(tx, request_id, version, by)
    request = old.cancelled(now)
    parts_requests.save(tx, request)
    holds.settle(tx, request_id, {})
    tells = parties.list_concerned(tx, request_id) if old.state != "draft" else []
    _record(tx, "cancelled", request, by, now, tells=tells, reason=reason)


def move_deadline(
    driver: Driver,
    request_id: str,
    deadline: datetime,
    *,
    by: Actor,
    version: int | None = None,
) -> None:
    """Move the deadline of a request that takes bids; those concerned are told.

    Raises:
        Forbidden, NotFound, Stale: as for ``edit``.
        NotOpen: it is not open, or its deadline has passed.
        Invalid: the new one is in the past or too far away.
    """
    by.check_role("buyer")
    write(driver, _move_deadline, request_id, deadline, version, by, utc_now())


def _move_deadline(
    tx: Tx, request_id: str, deadline: datetime, version: int | None, by: Actor, now: datetime
) -> None:
    request = _lock(tx, request_id, version, by).extended(deadline, now)
    parts_requests.save(tx, request)
    tells = parties.list_concerned(tx, request_id)
    _record(tx, "deadline_moved", request, by, now, tells=tells, deadline=to_text(deadline))


def open_due_requests(driver: Driver, now: datetime) -> int:
    """Open the bids of every request whose deadline has come, and return how many.

    PartsRequest: open -> evaluating, or failed where no bid stands. Safe to run by several at
    once: each locks the request, looks again, and only one of them moves it.
    """
    due = read(driver, parties.list_due, now=now)
    return sum(write(driver, _open, one["id"], one["buyer_id"], now) for one in due)


def _open(tx: Tx, request_id: str, buyer_id: str, now: datetime) -> bool:
    old = parts_requests.lock(tx, request_id, viewer=buyer_id)
    if not old.is_due(now):
        return False
    bids = parties.count_bids(tx, request_id)
    request = old.opened(now, bids=bids)
    parts_requests.save(tx, request)
    clock = Actor(user_id="", firm_id=buyer_id, role="owner")
    kind = "opened" if bids else "failed"
    tells = parties.list_concerned(tx, request_id)
    _record(tx, kind, request, clock, now, tells=tells)
    return True


def _record(
    tx: Tx,
    verb: str,
    request: PartsRequest,
    by: Actor,
    now: datetime,
    *,
    tells: list[str] | None = None,
    **facts: object,
) -> None:
    """The facts name the request alone: no price, no rival, no number of bids."""
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
