"""Founding chains, inviting firms into them, joining and leaving."""

from __future__ import annotations

from datetime import datetime

from neo4j import Driver

from supplychain.actions.verification import SUSPENDED_GUEST, check_not_suspended
from supplychain.errors import Conflict, Forbidden, Invalid, NotFound, Stale
from supplychain.graph import chains, events, firms, verification
from supplychain.graph.engine.reading import together
from supplychain.graph.engine.transactions import Once, Tx, read, write, write_once
from supplychain.model.chains import TERMS, Chain, Member, check_name, check_reason, next_state
from supplychain.model.ids import new_id, utc_now
from supplychain.model.people.actors import Actor

MAX_CHAINS = 20
MAX_TERMS_CHARS = 4000


def found_chain(
    driver: Driver, *, name: str, terms: str = "", by: Actor, once: Once | None = None
) -> str:
    """Found a chain led by the acting core firm; returns its id.

    Raises:
        Forbidden: the firm is no core firm.
        Invalid: the name or the terms are empty or too long.
    """
    by.check_role("buyer")
    chain = Chain(
        id=new_id(), name=check_name(name), terms=_check_terms(terms), leader_id=by.firm_id
    )
    return write_once(driver, once, _create_chain, chain, by, utc_now())


def _check_terms(terms: str) -> str:
    kept = terms.strip() or TERMS
    if len(kept) > MAX_TERMS_CHARS:
        raise Invalid("Use at most %(most)s characters.", pointer="/terms", most=MAX_TERMS_CHARS)
    return kept


def _create_chain(tx: Tx, chain: Chain, by: Actor, now: datetime) -> str:
    firms.lock(tx, by.firm_id)
    if firms.get(tx, by.firm_id).kind != "core":
        raise Forbidden("Only a core firm leads a chain. Change the kind of your firm first.")
    if chains.count_led(tx, by.firm_id) >= MAX_CHAINS:
        raise Conflict("A firm leads at most %(most)s chains.", most=MAX_CHAINS)
    chains.create(tx, chain, at=now)
    _record_event(tx, "chain.founded", chain, by, now)
    return chain.id


def edit_chain(
    driver: Driver, chain_id: str, *, name: str, terms: str, version: int, by: Actor
) -> int:
    """Change a chain's name, or its terms while nobody has accepted them; the new version.

    Raises:
        Stale: somebody changed it meanwhile.
        Conflict: the terms were accepted already.
    """
    by.check_role("buyer")
    return write(
        driver,
        _save_edited,
        chain_id,
        check_name(name),
        _check_terms(terms),
        version,
        by,
        utc_now(),
    )


def _save_edited(
    tx: Tx, chain_id: str, name: str, terms: str, version: int, by: Actor, now: datetime
) -> int:
    chain = chains.lock(tx, chain_id, viewer=by.firm_id)
    chain.check_leader(by.firm_id)
    if chain.version != version:
        raise Stale
    edited = chain.edited(name=name, terms=terms)
    chains.save(tx, edited)
    _record_event(tx, "chain.edited", edited, by, now)
    return edited.version


def invite_firm(driver: Driver, chain_id: str, firm_id: str, *, by: Actor) -> str:
    """Invite a firm into a chain that the acting firm leads; returns the firm's id.

    Raises:
        Conflict: it is a member or invited already.
    """
    by.check_role("buyer")
    return write(driver, _change_other, chain_id, firm_id, "invite", by, utc_now())


def remove_firm(driver: Driver, chain_id: str, firm_id: str, *, by: Actor) -> str:
    """Take a member or an invitation out of a chain that the acting firm leads."""
    by.check_role("buyer")
    return write(driver, _change_other, chain_id, firm_id, "remove", by, utc_now())


def bar_firm(driver: Driver, chain_id: str, firm_id: str, reason: str, *, by: Actor) -> str:
    """Keep a firm out of a chain that the acting firm leads, and out of the chain's requests.

    A member stops being one. Any firm may be barred, and reads why.

    Raises:
        Invalid: no reason is given.
        Conflict: it is barred already.
    """
    by.check_role("buyer")
    why = check_reason(reason)
    return write(driver, _change_other, chain_id, firm_id, "bar", by, utc_now(), why)


def unbar_firm(driver: Driver, chain_id: str, firm_id: str, *, by: Actor) -> str:
    """Lift a bar; the firm may be invited again.

    Raises:
        Conflict: it is not barred.
    """
    by.check_role("buyer")
    return write(driver, _change_other, chain_id, firm_id, "unbar", by, utc_now())


KINDS = {
    "invite": "chain.invited",
    "remove": "chain.removed",
    "bar": "chain.barred",
    "unbar": "chain.unbarred",
}


def _change_other(
    tx: Tx, chain_id: str, firm_id: str, verb: str, by: Actor, now: datetime, reason: str = ""
) -> str:
    chain = chains.lock(tx, chain_id, viewer=by.firm_id)
    chain.check_leader(by.firm_id)
    if firm_id == by.firm_id:
        raise Invalid("The leader belongs to its chain already.", pointer="/firm_id")
    firm = firms.get(tx, firm_id)
    if verb == "invite":
        check_not_suspended(tx, firm_id, SUSPENDED_GUEST)
    state = next_state(chains.state_of(tx, chain_id, firm_id), verb)
    chains.set_state(tx, chain_id, firm_id, state, at=now, reason=reason or None)
    verification.end_vouch_of_former_member(tx, chain_id, firm_id)
    why = {"reason": reason} if reason else {}
    _record_event(tx, KINDS[verb], chain, by, now, firm_id, firm=firm.name, **why)
    return firm_id


def accept(driver: Driver, chain_id: str, *, version: int, by: Actor) -> None:
    """Join a chain under the terms that were shown (the chain's version says which).

    Raises:
        NotFound: not invited.
        Stale: the terms changed since they were shown.
    """
    by.check_role()
    write(driver, _change_own, chain_id, "accept", version, by, utc_now())


def decline(driver: Driver, chain_id: str, *, by: Actor) -> None:
    """Decline an invitation into a chain."""
    by.check_role()
    write(driver, _change_own, chain_id, "decline", None, by, utc_now())


def leave(driver: Driver, chain_id: str, *, by: Actor) -> None:
    """Leave a chain; its leader sees nothing more from then on."""
    by.check_role()
    write(driver, _change_own, chain_id, "leave", None, by, utc_now())


PAST = {"accept": "chain.accepted", "decline": "chain.declined", "leave": "chain.left"}


def _change_own(
    tx: Tx, chain_id: str, verb: str, version: int | None, by: Actor, now: datetime
) -> None:
    chain = chains.lock(tx, chain_id, viewer=by.firm_id)
    if chain.state == "leader":
        raise NotFound
    if version is not None and version != chain.version:
        raise Stale("The terms changed since you opened them. Read them again.")
    state = next_state(chains.state_of(tx, chain_id, by.firm_id), verb)
    chains.set_state(tx, chain_id, by.firm_id, state, at=now)
    verification.end_vouch_of_former_member(tx, chain_id, by.firm_id)
    _record_event(
        tx, PAST[verb], chain, by, now, chain.leader_id, firm=firms.get(tx, by.firm_id).name
    )


def _record_event(
    tx: Tx, kind: str, chain: Chain, by: Actor, now: datetime, *tells: str, **facts: str
) -> None:
    events.record(
        tx,
        kind,
        about_kind="chain",
        about_id=chain.id,
        by=by,
        at=now,
        tells=tells,
        facts={"name": chain.name, **facts},
    )


def get(driver: Driver, chain_id: str, *, by: Actor) -> tuple[Chain, list[Member]]:
    """A chain of the acting firm and its members, as far as the firm may see them.

    Raises:
        NotFound: none of the firm's.
    """
    return read(driver, _get_with_members, chain_id, by.firm_id)


def _get_with_members(tx: Tx, chain_id: str, viewer: str) -> tuple[Chain, list[Member]]:
    return together(
        lambda: chains.get(tx, chain_id, viewer=viewer),
        lambda: chains.list_members(tx, chain_id, viewer=viewer),
    )


def list_mine(driver: Driver, *, by: Actor) -> list[Chain]:
    """The chains that the acting firm leads, belongs to, or is invited to."""
    return read(driver, chains.list_mine, viewer=by.firm_id)
