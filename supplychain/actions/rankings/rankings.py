"""Matching a parts request with suppliers, and inviting them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from neo4j import Driver

from supplychain.actions.rankings.lines import rank_lines
from supplychain.errors import FieldError, Invalid, NotFound, NotOpen
from supplychain.graph import events, jobs
from supplychain.graph.engine.transactions import Once, Tx, read, write, write_once
from supplychain.graph.rankings import capability_facts, rankings
from supplychain.graph.rankings.rankings import MAX_INVITED, Asked, RankedLine
from supplychain.matching.ranking.explain import for_supplier
from supplychain.matching.ranking.rank import Ranking
from supplychain.model.cost_settings import RANK_BY
from supplychain.model.ids import new_id, to_text, utc_now
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
    asked = read(driver, rankings.get_asked, request_id)
    _check_matchable(asked)
    missing = [line for line in asked.lines if (line["ranked_at"] or "") < to_text(now)]
    done = len(asked.lines) - len(missing)
    for line, ranking in rank_lines(driver, asked, missing, now=now):
        if progress:
            progress(done, len(asked.lines), "Ranking suppliers")
        write(driver, _keep_ranking, request_id, line["id"], ranking, now)
        done += 1
    once = Once.of(
        firm_id=asked.buyer_id,
        verb="match",
        client_key=f"{request_id}|{to_text(now)}",
        payload=None,
    )
    result = write_once(driver, once, _finish, request_id, now)
    if progress:
        progress(len(asked.lines), len(asked.lines), "Suppliers ranked")
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
    asked = rankings.lock(tx, request_id)
    if asked.buyer_id != by.firm_id:
        raise NotFound
    _check_matchable(asked)
    if rank_by is not None:
        rankings.choose_order(tx, request_id, rank_by)
    latest = jobs.find_latest(tx, "match", request_id, viewer=by.firm_id)
    if latest is not None and not latest.is_over:
        return latest.id
    jobs.create(
        tx,
        job_id=job_id,
        kind="match",
        about_id=request_id,
        firm_id=by.firm_id,
        user_id=by.user_id,
        at=now,
    )
    facts = {"number": asked.number, "title": asked.title}
    _record(tx, "parts_request.ranking_asked", request_id, by, now, tells=[], facts=facts)
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
    if len(picked) > MAX_INVITED:
        raise Invalid(
            "Invite at most %(most)s firms at a time.", pointer="/firm_ids", most=MAX_INVITED
        )
    return write_once(driver, once, _invite, request_id, firm_ids, by, utc_now())


def _keep_ranking(tx: Tx, request_id: str, line_id: str, ranking: Ranking, now: datetime) -> None:
    _check_matchable(rankings.lock(tx, request_id))
    rankings.replace_ranking(tx, ranking, request_id=request_id, line_id=line_id, at=now)


def _finish(tx: Tx, request_id: str, now: datetime) -> dict[str, int]:
    """Invite in the buyer's name and tell that the ranking is there."""
    asked = rankings.lock(tx, request_id)
    ranked = rankings.get_rankings(tx, request_id, viewer=asked.buyer_id)
    by = Actor(user_id=asked.created_by, firm_id=asked.buyer_id, role="owner")
    invited: list[str] = []
    if asked.state == "open" and to_text(now) < asked.deadline:
        invited = rankings.invite(tx, request_id, _automatic(tx, asked, ranked), at=now)
    facts = {"number": asked.number, "title": asked.title}
    if invited:
        _record(tx, "parts_request.invited", request_id, by, now, tells=invited, facts=facts)
    _record(tx, "parts_request.matched", request_id, by, now, tells=[], facts=facts)
    return {
        "lines": len(ranked),
        "able": sum(line.able for line in ranked),
        "failed": sum(line.failed for line in ranked),
        "invited": len(invited),
    }


def _automatic(tx: Tx, asked: Asked, ranked: list[RankedLine]) -> list[dict[str, Any]]:
    """Invitations nobody has to pick: the members of the chain, or the n best of every line."""
    if asked.audience == "chain":
        members = (
            rankings.list_chain_members(tx, asked.chain_id, viewer=asked.buyer_id)
            if asked.chain_id
            else []
        )
        return [_invitation(firm_id, "chain", ranked) for firm_id in members]
    top = {row["firm_id"] for line in ranked for row in line.best[: asked.invite_top]}
    return [_invitation(firm_id, "top", ranked) for firm_id in sorted(top)]


def _invite(tx: Tx, request_id: str, firm_ids: list[str], by: Actor, now: datetime) -> int:
    asked = rankings.lock(tx, request_id)
    if asked.buyer_id != by.firm_id:
        raise NotFound
    if asked.state != "open" or to_text(now) >= asked.deadline:
        raise NotOpen("Firms can be invited only while the parts request is open.")
    _check_picked(tx, firm_ids, by, asked.chain_id)
    ranked = rankings.get_rankings(tx, request_id, viewer=by.firm_id)
    wanted = [_invitation(firm_id, "picked", ranked) for firm_id in sorted(set(firm_ids))]
    invited = rankings.invite(tx, request_id, wanted, at=now)
    if invited:
        facts = {"number": asked.number, "title": asked.title}
        _record(tx, "parts_request.invited", request_id, by, now, tells=invited, facts=facts)
    return len(invited)


def _check_picked(tx: Tx, firm_ids: list[str], by: Actor, chain_id: str | None) -> None:
    there = rankings.list_existing(tx, firm_ids)
    barred = capability_facts.read_barred(tx, viewer=by.firm_id, chain_id=chain_id)
    errors = [
        FieldError(pointer=f"/firm_ids/{place}", message=message)
        for place, firm_id in enumerate(firm_ids)
        for wrong, message in (
            (firm_id == by.firm_id, "Your own firm cannot be invited to your request."),
            (firm_id not in there, "There is no such firm. Choose one from the list."),
            (firm_id in barred, "This firm is barred from the chain. Choose another."),
        )
        if wrong
    ]
    if errors:
        raise Invalid(errors=errors)


def _invitation(firm_id: str, source: str, ranked: list[RankedLine]) -> dict[str, Any]:
    """An invitation with the firm's best rank over the lines and its own reasons for each."""
    standing = [(line, row) for line in ranked for row in line.best if row["firm_id"] == firm_id]
    first = min((row for _, row in standing), key=lambda row: row["rank"], default=None)
    return {
        "firm_id": firm_id,
        "source": source,
        "rank": first["rank"] if first else None,
        "score": first["score"] if first else None,
        "reasons": [
            {
                "line_number": line.number,
                "category_id": line.category_id,
                "part_id": line.part_id,
                "reasons": for_supplier(row),
            }
            for line, row in standing
        ],
    }


def _check_matchable(asked: Asked) -> None:
    if asked.state not in ("open", "evaluating"):
        raise NotOpen("Suppliers are ranked only while a parts request is open or being decided.")


def _record(
    tx: Tx,
    kind: str,
    request_id: str,
    by: Actor,
    now: datetime,
    *,
    tells: list[str],
    facts: dict[str, Any],
) -> None:
    """The facts name the request alone: an invited firm must not learn who else or how many."""
    events.record(
        tx,
        kind,
        about_kind="parts_request",
        about_id=request_id,
        by=by,
        at=now,
        tells=tells,
        facts=facts,
    )
