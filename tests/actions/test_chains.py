"""Founding, joining and leaving chains and clusters."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
from neo4j import Driver

from supplychain.actions import chains, clusters
from supplychain.errors import Conflict, Forbidden, Invalid, NotFound, Stale, SupplyChainError
from supplychain.graph.engine.transactions import read, row
from supplychain.model.people.actors import Actor
from tests.make.chains import make_chain, make_cluster
from tests.make.firms import make_actor, make_firm


def _edges(driver: Driver, query: str, thing: str) -> int:
    found = read(driver, lambda tx: row(tx, query, id=thing))
    assert found is not None
    return found["n"]


BELONGING = "MATCH (:Firm)-[b:BELONGS_TO]->(c:Chain {id: $id}) RETURN count(b) AS n"
JOINING = "MATCH (:Firm)-[b:JOINS]->(c:Cluster {id: $id}) RETURN count(b) AS n"


def test_a_core_firm_founds_a_chain_and_firms_join_it(driver: Driver) -> None:
    leader, member = make_firm(driver, kind="core", name="Presses"), make_firm(driver, name="Forge")
    chain_id = make_chain(driver, leader, [member])
    chain, members = chains.get(driver, chain_id, by=make_actor(member))
    assert (chain.state, chain.members, chain.leader_name) == ("member", 1, "Presses")
    assert [(each.name, each.state) for each in members] == [("Forge", "member")]
    assert chains.list_mine(driver, by=make_actor(leader))[0].state == "leader"


def test_only_a_core_firm_leads(driver: Driver) -> None:
    with pytest.raises(Forbidden):
        chains.found_chain(driver, name="Mine", by=make_actor(make_firm(driver)))


def test_a_viewer_or_seller_cannot_found_a_chain(driver: Driver) -> None:
    leader = make_firm(driver, kind="core")
    for role in ("viewer", "seller"):
        with pytest.raises(Forbidden):
            chains.found_chain(driver, name="Mine", by=make_actor(leader, role))


def test_only_an_owner_accepts_terms(driver: Driver) -> None:
    leader, member = make_firm(driver, kind="core"), make_firm(driver)
    chain_id = make_chain(driver, leader)
    chains.invite_firm(driver, chain_id, member.id, by=make_actor(leader))
    for role in ("viewer", "seller", "buyer"):
        with pytest.raises(Forbidden):
            chains.accept(driver, chain_id, version=1, by=make_actor(member, role))


@pytest.mark.parametrize("name", ["", "   ", "x" * 121])
def test_a_chain_needs_a_name(driver: Driver, name: str) -> None:
    with pytest.raises(Invalid):
        chains.found_chain(driver, name=name, by=make_actor(make_firm(driver, kind="core")))


def test_a_stranger_sees_no_chain_and_cannot_join(driver: Driver) -> None:
    leader, stranger = make_firm(driver, kind="core"), make_firm(driver)
    chain_id = make_chain(driver, leader)
    by = make_actor(stranger)
    for attempt in (
        lambda: chains.get(driver, chain_id, by=by),
        lambda: chains.accept(driver, chain_id, version=1, by=by),
        lambda: chains.decline(driver, chain_id, by=by),
        lambda: chains.leave(driver, chain_id, by=by),
        lambda: chains.invite_firm(driver, chain_id, stranger.id, by=by),
        lambda: chains.edit_chain(driver, chain_id, name="x", terms="", version=1, by=by),
    ):
        with pytest.raises(NotFound):
            attempt()


def test_a_member_cannot_invite_or_remove(driver: Driver) -> None:
    leader, member, other = make_firm(driver, kind="core"), make_firm(driver), make_firm(driver)
    chain_id = make_chain(driver, leader, [member])
    with pytest.raises(NotFound):
        chains.invite_firm(driver, chain_id, other.id, by=make_actor(member))
    with pytest.raises(NotFound):
        chains.remove_firm(driver, chain_id, member.id, by=make_actor(member))


def test_the_invited_see_the_terms_but_not_the_members(driver: Driver) -> None:
    leader, member, invited = make_firm(driver, kind="core"), make_firm(driver), make_firm(driver)
    chain_id = make_chain(driver, leader, [member])
    chains.invite_firm(driver, chain_id, invited.id, by=make_actor(leader))
    chain, members = chains.get(driver, chain_id, by=make_actor(invited))
    assert chain.state == "invited"
    assert chain.terms.startswith("The chain leader sees")
    assert members == []


def test_who_declined_may_be_asked_again_and_who_left_sees_nothing(driver: Driver) -> None:
    leader, member = make_firm(driver, kind="core"), make_firm(driver)
    chain_id = make_chain(driver, leader)
    chains.invite_firm(driver, chain_id, member.id, by=make_actor(leader))
    with pytest.raises(Conflict):
        chains.invite_firm(driver, chain_id, member.id, by=make_actor(leader))
    chains.decline(driver, chain_id, by=make_actor(member))
    with pytest.raises(NotFound):
        chains.accept(driver, chain_id, version=1, by=make_actor(member))
    chains.invite_firm(driver, chain_id, member.id, by=make_actor(leader))
    chains.accept(driver, chain_id, version=1, by=make_actor(member))
    chains.leave(driver, chain_id, by=make_actor(member))
    with pytest.raises(NotFound):
        chains.get(driver, chain_id, by=make_actor(member))
    assert [each.state for each in chains.get(driver, chain_id, by=make_actor(leader))[1]] == [
        "left"
    ]


def test_a_removed_member_sees_nothing_more(driver: Driver) -> None:
    leader, member = make_firm(driver, kind="core"), make_firm(driver)
    chain_id = make_chain(driver, leader, [member])
    chains.remove_firm(driver, chain_id, member.id, by=make_actor(leader))
    assert chains.list_mine(driver, by=make_actor(member)) == []


def test_terms_that_changed_since_they_were_shown_are_not_accepted(driver: Driver) -> None:
    leader, member = make_firm(driver, kind="core"), make_firm(driver)
    chain_id = make_chain(driver, leader)
    chains.invite_firm(driver, chain_id, member.id, by=make_actor(leader))
    version = chains.edit_chain(
        driver, chain_id, name="Presses", terms="All is seen.", version=1, by=make_actor(leader)
    )
    with pytest.raises(Stale):
        chains.accept(driver, chain_id, version=1, by=make_actor(member))
    chains.accept(driver, chain_id, version=version, by=make_actor(member))


def test_accepted_terms_stay_as_they_were(driver: Driver) -> None:
    leader, member = make_firm(driver, kind="core"), make_firm(driver)
    chain_id = make_chain(driver, leader, [member])
    with pytest.raises(Conflict):
        chains.edit_chain(
            driver, chain_id, name="x", terms="Everything.", version=1, by=make_actor(leader)
        )
    with pytest.raises(Stale):
        chains.edit_chain(driver, chain_id, name="x", terms="", version=7, by=make_actor(leader))


def test_sixteen_who_accept_at_once_make_one_membership(driver: Driver) -> None:
    leader, member = make_firm(driver, kind="core"), make_firm(driver)
    chain_id = make_chain(driver, leader)
    chains.invite_firm(driver, chain_id, member.id, by=make_actor(leader))

    def join(by: Actor) -> bool:
        try:
            chains.accept(driver, chain_id, version=1, by=by)
        except SupplyChainError:
            return False
        return True

    with ThreadPoolExecutor(16) as pool:
        won = list(pool.map(join, [make_actor(member)] * 16))
    assert won.count(True) == 1
    assert _edges(driver, BELONGING, chain_id) == 1


def test_joining_and_removing_at_once_ends_in_one_of_the_two(driver: Driver) -> None:
    leader, member = make_firm(driver, kind="core"), make_firm(driver)
    chain_id = make_chain(driver, leader)
    for _ in range(5):
        chains.invite_firm(driver, chain_id, member.id, by=make_actor(leader))
        with ThreadPoolExecutor(2) as pool:
            joined = pool.submit(chains.accept, driver, chain_id, version=1, by=make_actor(member))
            removed = pool.submit(
                chains.remove_firm, driver, chain_id, member.id, by=make_actor(leader)
            )
        assert removed.exception() is None
        assert isinstance(joined.exception(), NotFound | Conflict | None)
        assert chains.list_mine(driver, by=make_actor(member)) == []
    assert _edges(driver, BELONGING, chain_id) == 1


def test_sixteen_invitations_at_once_are_one(driver: Driver) -> None:
    founder, peer = make_firm(driver), make_firm(driver)
    cluster_id = make_cluster(driver, founder)

    def invite(_: int) -> bool:
        try:
            clusters.invite_firm(driver, cluster_id, peer.id, by=make_actor(founder))
        except Conflict:
            return False
        return True

    with ThreadPoolExecutor(16) as pool:
        assert list(pool.map(invite, range(16))).count(True) == 1
    assert _edges(driver, JOINING, cluster_id) == 2


def test_any_firm_founds_a_cluster_and_peers_join(driver: Driver) -> None:
    founder, peer = make_firm(driver, name="A"), make_firm(driver, name="B")
    cluster_id = make_cluster(driver, founder, [peer])
    cluster, members = clusters.get(driver, cluster_id, by=make_actor(peer))
    assert (cluster.state, cluster.members) == ("member", 2)
    assert [each.name for each in members] == ["A", "B"]
    clusters.leave(driver, cluster_id, by=make_actor(peer))
    assert clusters.list_mine(driver, by=make_actor(peer)) == []


def test_the_founder_stays_and_a_stranger_sees_no_cluster(driver: Driver) -> None:
    founder, stranger = make_firm(driver), make_firm(driver)
    cluster_id = make_cluster(driver, founder)
    with pytest.raises(Conflict):
        clusters.leave(driver, cluster_id, by=make_actor(founder))
    with pytest.raises(NotFound):
        clusters.get(driver, cluster_id, by=make_actor(stranger))
    with pytest.raises(NotFound):
        clusters.accept(driver, cluster_id, by=make_actor(stranger))
