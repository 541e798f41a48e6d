"""Matching a parts request with suppliers, and inviting them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime

from neo4j import Driver

from supplychain.actions.jobs import queue_job
from supplychain.actions.rankings.lines import rank_lines
from supplychain.actions.verification import SUSPENDED_GUEST
from supplychain.errors import FieldError, Invalid
from supplychain.graph import audiences, events, jobs, verification
from supplychain.graph.engine.transactions import Once, Tx, read, write, write_once
from supplychain.graph.parts_requests import parts_requests
from supplychain.graph.rankings import candidates, lookup, rankings
from supplychain.graph.rankings.rankings import (
    MAX_INVITED_FIRMS,
    InvitedLine,
    NewInvitation,
    RankedLine,
)
from supplychain.matching.figures import list_used_figures
from supplychain.matching.ranking.explain import for_supplier
from supplychain.matching.rows import Ranking
from supplychain.model.audiences import CAPACITY, PRICES
from supplychain.model.cost_settings import RANK_BY
from supplychain.model.ids import new_id, to_text, utc_now
from supplychain.model.parts_requests.parts_request import PartsRequest, RequestLine
from supplychain.model.people.actors import Actor

Progress = Callable[[int, int, str], None]


def match_parts_request(
    driver: Driver, request_id: str, *, now: datetime, progress: Progress | None = None
) -> dict[str, int]:
    """Rank suppliers for every line, then invite as the request asks for.

    Safe to run twice and to break off: a line that was ranked at ``now`` or later is not ranked
    again, a firm that is invited is not invited again.

    Args:
        driver: of the graph.
        request_id: an open request, or one whose bids are being evaluated (nobody is invited then).
        now: when the work was asked for, the same in every try; its day is the first of work.
        progress: told of lines done, lines in all, and what is going on.

    Returns:
        ``lines``, ``able`` and ``failed`` firms over all lines, and firms newly ``invited``.

    Raises:
        NotFound: there is no such request.
        NotOpen: it is a draft, or it is over.
    """
    buyer_id = read(driver, lookup.buyer_of, request_id)
    request = read(driver, parts_requests.get, request_id, viewer=buyer_id)
    request.check_can_be_ranked()
    ranked_at = read(driver, rankings.list_ranked_at, request_id)
    missing = [line for line in request.lines if ranked_at.get(line.id, "") < to_text(now)]
    lines = len(request.lines)
    done = lines - len(missing)
    for line, ranking in rank_lines(driver, request, missing, now=now):
        if progress:
            progress(done, lines, "Ranking suppliers")
        write(driver, _keep_ranking, request_id, line, ranking, buyer_id, now)
        done += 1
    once = Once.of(
        firm_id=buyer_id,
        verb="match",
        client_key=f"{request_id}|{to_text(now)}",
        payload=None,
    )
    result = write_once(driver, once, _finish_ranking, request_id, buyer_id, now)
    if progress:
        progress(lines, lines, "Suppliers ranked")
    return result


def ask_for_ranking(
    driver: Driver,
    request_id: str,
    *,
    by: Actor,
    rank_by: str | None = None,
    once: Once | None = None,
) -> str:
    """Have the suppliers of a request ranked anew, by what is known now; returns the job's id.

    ``rank_by`` (``cost_performance`` or ``expected_cost``) is kept for this request; None leaves
    what it has. A ranking that is under way already is the answer.

    Raises:
        Invalid: there is no such order.
        Forbidden: the actor is no buyer of its firm.
        NotFound: no such request of the actor's firm.
        NotOpen: it is a draft, or it is over.
    """
    by.check_role("buyer")
    if rank_by is not None and rank_by not in RANK_BY:
        raise Invalid("Choose one from the list.", pointer="/rank_by")
    return write_once(driver, once, _ask_for_ranking, request_id, by, rank_by, new_id(), utc_now())


def _ask_for_ranking(
    tx: Tx, request_id: str, by: Actor, rank_by: str | None, job_id: str, now: datetime
) -> str:
    request = parts_requests.lock(tx, request_id, viewer=by.firm_id)
    request.check_can_be_ranked()
    if rank_by is not None:
        rankings.choose_order(tx, request_id, rank_by)
    latest = jobs.find_latest(tx, "match", request_id, viewer=by.firm_id)
    if latest is not None and not latest.is_over:
        return latest.id
    queue_job(
        tx,
        job_id=job_id,
        kind="match",
        about_id=request_id,
        firm_id=by.firm_id,
        user_id=by.user_id,
        at=now,
    )
    _record_event(tx, "parts_request.ranking_asked", request, by, now)
    return job_id


def invite(
    driver: Driver,
    request_id: str,
    firm_ids: list[str],
    *,
    by: Actor,
    once: Once | None = None,
) -> int:
    """Invite the firms a buyer picked; those already invited stay as they are.

    Returns:
        How many were newly invited.

    Raises:
        Forbidden: the actor is no buyer of its firm.
        NotFound: no such request of the actor's firm.
        NotOpen: the request is not open, or its deadline has passed.
        Invalid: no firm, too many, an unknown one, or the buyer's own firm.
    """
    by.check_role("buyer")
    picked = sorted(set(firm_ids))
    if not picked:
        raise Invalid("Choose at least one firm to invite.", pointer="/firm_ids")
    if len(picked) > MAX_INVITED_FIRMS:
        raise Invalid(
            "Invite at most %(most)s firms at a time.", pointer="/firm_ids", most=MAX_INVITED_FIRMS
        )
    return write_once(driver, once, _invite_picked, request_id, firm_ids, by, utc_now())


def _keep_ranking(
    tx: Tx, request_id: str, line: RequestLine, ranking: Ranking, buyer_id: str, now: datetime
) -> None:
    """Keep a line's ranking: from here on its buyer reads it, whatever becomes of the others."""
    parts_requests.lock(tx, request_id, viewer=buyer_id).check_can_be_ranked()
    rankings.replace_ranking(tx, ranking, request_id=request_id, line_id=line.id, at=now)
    used = list_used_figures(ranking.best, ranking.unable, ranking.together)
    note_looks(tx, [(line.category_id, used)], buyer_id, now, counted=0)


def _finish_ranking(tx: Tx, request_id: str, buyer_id: str, now: datetime) -> dict[str, int]:
    """Invite in the buyer's name and tell that the ranking is there."""
    request = parts_requests.lock(tx, request_id, viewer=buyer_id)
    ranked = rankings.get_kept(tx, request_id, viewer=buyer_id)
    by = Actor(user_id=request.created_by, firm_id=buyer_id, role="owner")
    used = [(line.category_id, line.used_figures()) for line in ranked]
    note_looks(tx, used, buyer_id, now, counted=1)
    invited: list[str] = []
    if request.takes_bids(now):
        invitations = _list_automatic_invitations(tx, request, ranked)
        invited = rankings.invite(tx, request_id, invitations, at=now)
    if invited:
        _record_event(tx, "parts_request.invited", request, by, now, tells=invited)
    _record_event(tx, "parts_request.matched", request, by, now)
    return {
        "lines": len(ranked),
        "able": sum(line.able for line in ranked),
        "failed": sum(line.failed for line in ranked),
        "invited": len(invited),
    }


def note_looks(
    tx: Tx,
    used: Iterable[tuple[str, set[tuple[str, str]]]],
    buyer_id: str,
    now: datetime,
    *,
    counted: int,
) -> None:
    """Keep whose prices and capacity the buyer got to read, for these firms to see.

    The lines of a request are noted one by one, the ranking is ``counted`` at its end.

    Args:
        tx: the transaction.
        used: category and used figures of each line.
        buyer_id: who read them.
        now: when.
        counted: as for ``audiences.note_looks``.
    """
    kinds_read: dict[tuple[str, str], set[str]] = {}
    for category_id, figures in used:
        for firm_id, kind in figures:
            kinds_read.setdefault((firm_id, category_id), set()).add(kind)
    looks = [
        (firm_id, category_id, PRICES in kinds, CAPACITY in kinds)
        for (firm_id, category_id), kinds in kinds_read.items()
    ]
    audiences.note_looks(tx, looks, viewer=buyer_id, source="ranking", at=now, counted=counted)


def _list_automatic_invitations(
    tx: Tx, request: PartsRequest, ranked: list[RankedLine]
) -> list[NewInvitation]:
    """Invitations nobody has to pick: the members of the chain, or the n best of every line."""
    if request.audience == "chain":
        members = (
            rankings.list_chain_members(tx, request.chain_id, viewer=request.buyer_id)
            if request.chain_id
            else []
        )
        return [_make_invitation(firm_id, "chain", ranked) for firm_id in members]
    top = {row.firm_id for line in ranked for row in line.best[: request.invite_top]}
    return [_make_invitation(firm_id, "top", ranked) for firm_id in sorted(top)]


def _invite_picked(tx: Tx, request_id: str, firm_ids: list[str], by: Actor, now: datetime) -> int:
    request = parts_requests.lock(tx, request_id, viewer=by.firm_id)
    request.check_can_invite(now)
    _check_picked(tx, firm_ids, by, request.chain_id)
    ranked = rankings.get_rankings(tx, request_id, viewer=by.firm_id)
    picked = [_make_invitation(firm_id, "picked", ranked) for firm_id in sorted(set(firm_ids))]
    invited = rankings.invite(tx, request_id, picked, at=now)
    if invited:
        _record_event(tx, "parts_request.invited", request, by, now, tells=invited)
    return len(invited)


def _check_picked(tx: Tx, firm_ids: list[str], by: Actor, chain_id: str | None) -> None:
    existing = rankings.list_existing(tx, firm_ids)
    barred = candidates.read_barred(tx, viewer=by.firm_id, chain_id=chain_id)
    suspended = verification.list_suspended(tx, firm_ids)
    errors = [
        FieldError(pointer=f"/firm_ids/{i}", message=message)
        for i, firm_id in enumerate(firm_ids)
        for wrong, message in (
            (firm_id == by.firm_id, "Your own firm cannot be invited to your request."),
            (firm_id not in existing, "There is no such firm. Choose one from the list."),
            (firm_id in barred, "This firm is barred from the chain. Choose another."),
            (firm_id in suspended, SUSPENDED_GUEST),
        )
        if wrong
    ]
    if errors:
        raise Invalid(errors=errors)


def _make_invitation(firm_id: str, source: str, ranked: list[RankedLine]) -> NewInvitation:
    """An invitation with the firm's best rank over the lines and its own reasons for each."""
    standing = [(line, row) for line in ranked for row in line.best if row.firm_id == firm_id]
    first = min((row for _, row in standing), key=lambda row: row.rank, default=None)
    return NewInvitation(
        firm_id=firm_id,
        source=source,
        rank=first.rank if first else None,
        score=first.score if first else None,
        reasons=tuple(
            InvitedLine(
                line_number=line.number,
                category_id=line.category_id,
                part_id=line.part_id,
                reasons=for_supplier(row),
            )
            for line, row in standing
        ),
    )


def _record_event(
    tx: Tx, kind: str, request: PartsRequest, by: Actor, now: datetime, *, tells: Sequence[str] = ()
) -> None:
    """The facts name the request alone: an invited firm must not learn who else or how many."""
    events.record(
        tx,
        kind,
        about_kind="parts_request",
        about_id=request.id,
        by=by,
        at=now,
        tells=tells,
        facts={"number": request.number, "title": request.title},
    )
