"""Chains and clusters for tests, made by the actions that people use."""

from __future__ import annotations

from collections.abc import Sequence

from neo4j import Driver

from supplychain.actions import chains, clusters
from supplychain.model.firms import Firm
from tests.make.firms import make_actor


def make_chain(
    driver: Driver, leader: Firm, members: Sequence[Firm] = (), *, name: str = "Press line"
) -> str:
    """A chain led by ``leader`` (which must be a core firm) that all ``members`` have joined."""
    chain_id = chains.found_chain(driver, name=name, by=make_actor(leader))
    for member in members:
        chains.invite_firm(driver, chain_id, member.id, by=make_actor(leader))
        chains.accept(driver, chain_id, version=1, by=make_actor(member))
    return chain_id


def make_cluster(
    driver: Driver, founder: Firm, members: Sequence[Firm] = (), *, name: str = "Taihu forgers"
) -> str:
    """A cluster founded by ``founder`` that all ``members`` have joined."""
    cluster_id = clusters.found_cluster(driver, name=name, by=make_actor(founder))
    for member in members:
        clusters.invite_firm(driver, cluster_id, member.id, by=make_actor(founder))
        clusters.accept(driver, cluster_id, by=make_actor(member))
    return cluster_id
