"""Founding clusters of peers, inviting firms into them, joining and leaving."""

from __future__ import annotations

from datetime import datetime

from neo4j import Driver

from supplychain.actions.verification import SUSPENDED_GUEST, check_not_suspended
from supplychain.errors import Conflict, Invalid, Stale
from supplychain.graph import clusters, events, firms
from supplychain.graph.engine.transactions import Once, Tx, read, write, write_once
from supplychain.model.chains import Cluster, Member, check_name, next_state
from supplychain.model.ids import new_id, utc_now
from supplychain.model.people.actors import Actor

MAX_CLUSTERS = 20


def found_cluster(driver: Driver, *, name: str, by: Actor, once: Once | None = None) -> str:
    """Found a cluster with the acting firm as its first member; returns its id.

    Raises:
        Invalid: the name is empty or too long.
    """
    by.check_role("seller")
    cluster = Cluster(id=new_id(), name=check_name(name), founder_id=by.firm_id)
    return write_once(driver, once, _create_cluster, cluster, by, utc_now())


def _create_cluster(tx: Tx, cluster: Cluster, by: Actor, now: datetime) -> str:
    firms.lock(tx, by.firm_id)
    if clusters.count_founded(tx, by.firm_id) >= MAX_CLUSTERS:
        raise Conflict("A firm founds at most %(most)s clusters.", most=MAX_CLUSTERS)
    clusters.create(tx, cluster, at=now)
    _record_event(tx, "cluster.founded", cluster, by, now)
    return cluster.id


def rename_cluster(driver: Driver, cluster_id: str, *, name: str, version: int, by: Actor) -> int:
    """Give a cluster that the acting firm founded another name; the new version.

    Raises:
        Stale: somebody changed it meanwhile.
    """
    by.check_role("seller")
    return write(driver, _save_name, cluster_id, check_name(name), version, by, utc_now())


def _save_name(tx: Tx, cluster_id: str, name: str, version: int, by: Actor, now: datetime) -> int:
    cluster = clusters.lock(tx, cluster_id, viewer=by.firm_id)
    cluster.check_founder(by.firm_id)
    if cluster.version != version:
        raise Stale
    clusters.save(tx, cluster_id, name=name, version=version + 1)
    _record_event(tx, "cluster.renamed", cluster, by, now)
    return version + 1


def invite_firm(driver: Driver, cluster_id: str, firm_id: str, *, by: Actor) -> str:
    """Invite a peer into a cluster that the acting firm founded; returns the firm's id.

    Raises:
        Conflict: it is a member or invited already.
    """
    by.check_role("seller")
    return write(driver, _change_other, cluster_id, firm_id, "invite", by, utc_now())


def remove_firm(driver: Driver, cluster_id: str, firm_id: str, *, by: Actor) -> str:
    """Take a member or an invitation out of a cluster that the acting firm founded."""
    by.check_role("seller")
    return write(driver, _change_other, cluster_id, firm_id, "remove", by, utc_now())


def _change_other(
    tx: Tx, cluster_id: str, firm_id: str, verb: str, by: Actor, now: datetime
) -> str:
    cluster = clusters.lock(tx, cluster_id, viewer=by.firm_id)
    cluster.check_founder(by.firm_id)
    if firm_id == by.firm_id:
        raise Invalid("The founder belongs to its cluster already.", pointer="/firm_id")
    firm = firms.get(tx, firm_id)
    if verb == "invite":
        check_not_suspended(tx, firm_id, SUSPENDED_GUEST)
    state = next_state(clusters.state_of(tx, cluster_id, firm_id), verb)
    clusters.set_state(tx, cluster_id, firm_id, state, at=now)
    kind = "cluster.invited" if verb == "invite" else "cluster.removed"
    _record_event(tx, kind, cluster, by, now, firm_id, firm=firm.name)
    return firm_id


def accept(driver: Driver, cluster_id: str, *, by: Actor) -> None:
    """Join a cluster.

    Raises:
        NotFound: not invited.
    """
    by.check_role()
    write(driver, _change_own, cluster_id, "accept", by, utc_now())


def decline(driver: Driver, cluster_id: str, *, by: Actor) -> None:
    """Decline an invitation into a cluster."""
    by.check_role()
    write(driver, _change_own, cluster_id, "decline", by, utc_now())


def leave(driver: Driver, cluster_id: str, *, by: Actor) -> None:
    """Leave a cluster.

    Raises:
        Conflict: the founder stays.
    """
    by.check_role()
    write(driver, _change_own, cluster_id, "leave", by, utc_now())


PAST = {"accept": "cluster.accepted", "decline": "cluster.declined", "leave": "cluster.left"}


def _change_own(tx: Tx, cluster_id: str, verb: str, by: Actor, now: datetime) -> None:
    cluster = clusters.lock(tx, cluster_id, viewer=by.firm_id)
    if cluster.founder_id == by.firm_id:
        raise Conflict("The founder stays in its cluster.")
    state = next_state(clusters.state_of(tx, cluster_id, by.firm_id), verb)
    clusters.set_state(tx, cluster_id, by.firm_id, state, at=now)
    name = firms.get(tx, by.firm_id).name
    _record_event(tx, PAST[verb], cluster, by, now, cluster.founder_id, firm=name)


def _record_event(
    tx: Tx, kind: str, cluster: Cluster, by: Actor, now: datetime, *tells: str, **facts: str
) -> None:
    events.record(
        tx,
        kind,
        about_kind="cluster",
        about_id=cluster.id,
        by=by,
        at=now,
        tells=tells,
        facts={"name": cluster.name, **facts},
    )


def get(driver: Driver, cluster_id: str, *, by: Actor) -> tuple[Cluster, list[Member]]:
    """A cluster of the acting firm and its members, as far as the firm may see them.

    Raises:
        NotFound: none of the firm's.
    """
    return read(driver, _get_with_members, cluster_id, by.firm_id)


def _get_with_members(tx: Tx, cluster_id: str, viewer: str) -> tuple[Cluster, list[Member]]:
    cluster = clusters.get(tx, cluster_id, viewer=viewer)
    return cluster, clusters.list_members(tx, cluster_id, viewer=viewer)


def list_mine(driver: Driver, *, by: Actor) -> list[Cluster]:
    """The clusters that the acting firm belongs to or is invited to."""
    return read(driver, clusters.list_mine, viewer=by.firm_id)
