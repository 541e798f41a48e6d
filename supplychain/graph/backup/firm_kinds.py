"""How nodes of firms, people, parts and what firms can make are copied and put back."""

from __future__ import annotations

from typing import Final

from supplychain.graph.backup.kinds import NodeKind

FIRM_NODES: Final = (
    NodeKind(
        label="Firm",
        key="id",
        keys="MATCH (n:Firm) WITH n.id AS key LIMIT $limit RETURN collect(key) AS keys",
        page="MATCH (n:Firm) WHERE n.id >= $low AND n.id <= $high "
        "RETURN collect(properties(n)) AS nodes",
        create="UNWIND $rows AS r CREATE (n:Firm) SET n = r[0] "
        "FOREACH (z IN r[1] | SET n[z[0]] = datetime(z[1]))",
        delete="UNWIND $keys AS key MATCH (n:Firm {id: key}) DETACH DELETE n",
    ),
    NodeKind(
        label="User",
        key="id",
        keys="MATCH (n:User) WITH n.id AS key LIMIT $limit RETURN collect(key) AS keys",
        page="MATCH (n:User) WHERE n.id >= $low AND n.id <= $high "
        "RETURN collect(properties(n)) AS nodes",
        create="UNWIND $rows AS r CREATE (n:User) SET n = r[0] "
        "FOREACH (z IN r[1] | SET n[z[0]] = datetime(z[1]))",
        delete="UNWIND $keys AS key MATCH (n:User {id: key}) DETACH DELETE n",
    ),
    NodeKind(
        label="Session",
        key="id",
        keys="MATCH (n:Session) WITH n.id AS key LIMIT $limit RETURN collect(key) AS keys",
        page="MATCH (n:Session) WHERE n.id >= $low AND n.id <= $high "
        "RETURN collect(properties(n)) AS nodes",
        create="UNWIND $rows AS r CREATE (n:Session) SET n = r[0] "
        "FOREACH (z IN r[1] | SET n[z[0]] = datetime(z[1]))",
        delete="UNWIND $keys AS key MATCH (n:Session {id: key}) DETACH DELETE n",
    ),
    NodeKind(
        label="Token",
        key="id",
        keys="MATCH (n:Token) WITH n.id AS key LIMIT $limit RETURN collect(key) AS keys",
        page="MATCH (n:Token) WHERE n.id >= $low AND n.id <= $high "
        "RETURN collect(properties(n)) AS nodes",
        create="UNWIND $rows AS r CREATE (n:Token) SET n = r[0] "
        "FOREACH (z IN r[1] | SET n[z[0]] = datetime(z[1]))",
        delete="UNWIND $keys AS key MATCH (n:Token {id: key}) DETACH DELETE n",
    ),
    NodeKind(
        label="ColleagueInvite",
        key="id",
        keys="MATCH (n:ColleagueInvite) WITH n.id AS key LIMIT $limit RETURN collect(key) AS keys",
        page="MATCH (n:ColleagueInvite) WHERE n.id >= $low AND n.id <= $high "
        "RETURN collect(properties(n)) AS nodes",
        create="UNWIND $rows AS r CREATE (n:ColleagueInvite) SET n = r[0] "
        "FOREACH (z IN r[1] | SET n[z[0]] = datetime(z[1]))",
        delete="UNWIND $keys AS key MATCH (n:ColleagueInvite {id: key}) DETACH DELETE n",
    ),
    NodeKind(
        label="PasswordReset",
        key="digest",
        keys="MATCH (n:PasswordReset) "
        "WITH n.digest AS key LIMIT $limit RETURN collect(key) AS keys",
        page="MATCH (n:PasswordReset) WHERE n.digest >= $low AND n.digest <= $high "
        "RETURN collect(properties(n)) AS nodes",
        create="UNWIND $rows AS r CREATE (n:PasswordReset) SET n = r[0] "
        "FOREACH (z IN r[1] | SET n[z[0]] = datetime(z[1]))",
        delete="UNWIND $keys AS key MATCH (n:PasswordReset {digest: key}) DETACH DELETE n",
    ),
    NodeKind(
        label="SecondFactor",
        key="user_id",
        keys="MATCH (n:SecondFactor) "
        "WITH n.user_id AS key LIMIT $limit RETURN collect(key) AS keys",
        page="MATCH (n:SecondFactor) WHERE n.user_id >= $low AND n.user_id <= $high "
        "RETURN collect(properties(n)) AS nodes",
        create="UNWIND $rows AS r CREATE (n:SecondFactor) SET n = r[0] "
        "FOREACH (z IN r[1] | SET n[z[0]] = datetime(z[1]))",
        delete="UNWIND $keys AS key MATCH (n:SecondFactor {user_id: key}) DETACH DELETE n",
    ),
    NodeKind(
        label="HalfSession",
        key="digest",
        keys="MATCH (n:HalfSession) WITH n.digest AS key LIMIT $limit RETURN collect(key) AS keys",
        page="MATCH (n:HalfSession) WHERE n.digest >= $low AND n.digest <= $high "
        "RETURN collect(properties(n)) AS nodes",
        create="UNWIND $rows AS r CREATE (n:HalfSession) SET n = r[0] "
        "FOREACH (z IN r[1] | SET n[z[0]] = datetime(z[1]))",
        delete="UNWIND $keys AS key MATCH (n:HalfSession {digest: key}) DETACH DELETE n",
    ),
    NodeKind(
        label="Mail",
        key="id",
        keys="MATCH (n:Mail) WITH n.id AS key LIMIT $limit RETURN collect(key) AS keys",
        page="MATCH (n:Mail) WHERE n.id >= $low AND n.id <= $high "
        "RETURN collect(properties(n)) AS nodes",
        create="UNWIND $rows AS r CREATE (n:Mail) SET n = r[0] "
        "FOREACH (z IN r[1] | SET n[z[0]] = datetime(z[1]))",
        delete="UNWIND $keys AS key MATCH (n:Mail {id: key}) DETACH DELETE n",
    ),
    NodeKind(
        label="WaitingRegistration",
        key="id",
        keys="MATCH (n:WaitingRegistration) "
        "WITH n.id AS key LIMIT $limit RETURN collect(key) AS keys",
        page="MATCH (n:WaitingRegistration) WHERE n.id >= $low AND n.id <= $high "
        "RETURN collect(properties(n)) AS nodes",
        create="UNWIND $rows AS r CREATE (n:WaitingRegistration) SET n = r[0] "
        "FOREACH (z IN r[1] | SET n[z[0]] = datetime(z[1]))",
        delete="UNWIND $keys AS key MATCH (n:WaitingRegistration {id: key}) DETACH DELETE n",
    ),
    NodeKind(
        label="Chain",
        key="id",
        keys="MATCH (n:Chain) WITH n.id AS key LIMIT $limit RETURN collect(key) AS keys",
        page="MATCH (n:Chain) WHERE n.id >= $low AND n.id <= $high "
        "RETURN collect(properties(n)) AS nodes",
        create="UNWIND $rows AS r CREATE (n:Chain) SET n = r[0] "
        "FOREACH (z IN r[1] | SET n[z[0]] = datetime(z[1]))",
        delete="UNWIND $keys AS key MATCH (n:Chain {id: key}) DETACH DELETE n",
    ),
    NodeKind(
        label="Cluster",
        key="id",
        keys="MATCH (n:Cluster) WITH n.id AS key LIMIT $limit RETURN collect(key) AS keys",
        page="MATCH (n:Cluster) WHERE n.id >= $low AND n.id <= $high "
        "RETURN collect(properties(n)) AS nodes",
        create="UNWIND $rows AS r CREATE (n:Cluster) SET n = r[0] "
        "FOREACH (z IN r[1] | SET n[z[0]] = datetime(z[1]))",
        delete="UNWIND $keys AS key MATCH (n:Cluster {id: key}) DETACH DELETE n",
    ),
    NodeKind(
        label="Category",
        key="id",
        keys="MATCH (n:Category) WITH n.id AS key LIMIT $limit RETURN collect(key) AS keys",
        page="MATCH (n:Category) WHERE n.id >= $low AND n.id <= $high "
        "RETURN collect(properties(n)) AS nodes",
        create="UNWIND $rows AS r CREATE (n:Category) SET n = r[0] "
        "FOREACH (z IN r[1] | SET n[z[0]] = datetime(z[1]))",
        delete="UNWIND $keys AS key MATCH (n:Category {id: key}) DETACH DELETE n",
    ),
    NodeKind(
        label="Part",
        key="id",
        keys="MATCH (n:Part) WITH n.id AS key LIMIT $limit RETURN collect(key) AS keys",
        page="MATCH (n:Part) WHERE n.id >= $low AND n.id <= $high "
        "RETURN collect(properties(n)) AS nodes",
        create="UNWIND $rows AS r CREATE (n:Part) SET n = r[0] "
        "FOREACH (z IN r[1] | SET n[z[0]] = datetime(z[1]))",
        delete="UNWIND $keys AS key MATCH (n:Part {id: key}) DETACH DELETE n",
    ),
    NodeKind(
        label="PartRevision",
        key="id",
        keys="MATCH (n:PartRevision) WITH n.id AS key LIMIT $limit RETURN collect(key) AS keys",
        page="MATCH (n:PartRevision) WHERE n.id >= $low AND n.id <= $high "
        "RETURN collect(properties(n)) AS nodes",
        create="UNWIND $rows AS r CREATE (n:PartRevision) SET n = r[0] "
        "FOREACH (z IN r[1] | SET n[z[0]] = datetime(z[1]))",
        delete="UNWIND $keys AS key MATCH (n:PartRevision {id: key}) DETACH DELETE n",
    ),
    NodeKind(
        label="Capability",
        key="id",
        keys="MATCH (n:Capability) WITH n.id AS key LIMIT $limit RETURN collect(key) AS keys",
        page="MATCH (n:Capability) WHERE n.id >= $low AND n.id <= $high "
        "RETURN collect(properties(n)) AS nodes",
        create="UNWIND $rows AS r CREATE (n:Capability) SET n = r[0] "
        "FOREACH (z IN r[1] | SET n[z[0]] = datetime(z[1]))",
        delete="UNWIND $keys AS key MATCH (n:Capability {id: key}) DETACH DELETE n",
    ),
    NodeKind(
        label="Site",
        key="id",
        keys="MATCH (n:Site) WITH n.id AS key LIMIT $limit RETURN collect(key) AS keys",
        page="MATCH (n:Site) WHERE n.id >= $low AND n.id <= $high "
        "RETURN collect(properties(n)) AS nodes",
        create="UNWIND $rows AS r CREATE (n:Site) SET n = r[0] "
        "FOREACH (z IN r[1] | SET n[z[0]] = datetime(z[1]))",
        delete="UNWIND $keys AS key MATCH (n:Site {id: key}) DETACH DELETE n",
    ),
    NodeKind(
        label="PartHours",
        key="id",
        keys="MATCH (n:PartHours) WITH n.id AS key LIMIT $limit RETURN collect(key) AS keys",
        page="MATCH (n:PartHours) WHERE n.id >= $low AND n.id <= $high "
        "RETURN collect(properties(n)) AS nodes",
        create="UNWIND $rows AS r CREATE (n:PartHours) SET n = r[0] "
        "FOREACH (z IN r[1] | SET n[z[0]] = datetime(z[1]))",
        delete="UNWIND $keys AS key MATCH (n:PartHours {id: key}) DETACH DELETE n",
    ),
    NodeKind(
        label="IdleCapacity",
        key="id",
        keys="MATCH (n:IdleCapacity) WITH n.id AS key LIMIT $limit RETURN collect(key) AS keys",
        page="MATCH (n:IdleCapacity) WHERE n.id >= $low AND n.id <= $high "
        "RETURN collect(properties(n)) AS nodes",
        create="UNWIND $rows AS r CREATE (n:IdleCapacity) SET n = r[0] "
        "FOREACH (z IN r[1] | SET n[z[0]] = datetime(z[1]))",
        delete="UNWIND $keys AS key MATCH (n:IdleCapacity {id: key}) DETACH DELETE n",
    ),
    NodeKind(
        label="Offer",
        key="id",
        keys="MATCH (n:Offer) WITH n.id AS key LIMIT $limit RETURN collect(key) AS keys",
        page="MATCH (n:Offer) WHERE n.id >= $low AND n.id <= $high "
        "RETURN collect(properties(n)) AS nodes",
        create="UNWIND $rows AS r CREATE (n:Offer) SET n = r[0] "
        "FOREACH (z IN r[1] | SET n[z[0]] = datetime(z[1]))",
        delete="UNWIND $keys AS key MATCH (n:Offer {id: key}) DETACH DELETE n",
    ),
    NodeKind(
        label="CostSettings",
        key="id",
        keys="MATCH (n:CostSettings) WITH n.id AS key LIMIT $limit RETURN collect(key) AS keys",
        page="MATCH (n:CostSettings) WHERE n.id >= $low AND n.id <= $high "
        "RETURN collect(properties(n)) AS nodes",
        create="UNWIND $rows AS r CREATE (n:CostSettings) SET n = r[0] "
        "FOREACH (z IN r[1] | SET n[z[0]] = datetime(z[1]))",
        delete="UNWIND $keys AS key MATCH (n:CostSettings {id: key}) DETACH DELETE n",
    ),
    NodeKind(
        label="ExchangeRate",
        key="id",
        keys="MATCH (n:ExchangeRate) WITH n.id AS key LIMIT $limit RETURN collect(key) AS keys",
        page="MATCH (n:ExchangeRate) WHERE n.id >= $low AND n.id <= $high "
        "RETURN collect(properties(n)) AS nodes",
        create="UNWIND $rows AS r CREATE (n:ExchangeRate) SET n = r[0] "
        "FOREACH (z IN r[1] | SET n[z[0]] = datetime(z[1]))",
        delete="UNWIND $keys AS key MATCH (n:ExchangeRate {id: key}) DETACH DELETE n",
    ),
    NodeKind(
        label="Look",
        key="id",
        keys="MATCH (n:Look) WITH n.id AS key LIMIT $limit RETURN collect(key) AS keys",
        page="MATCH (n:Look) WHERE n.id >= $low AND n.id <= $high "
        "RETURN collect(properties(n)) AS nodes",
        create="UNWIND $rows AS r CREATE (n:Look) SET n = r[0] "
        "FOREACH (z IN r[1] | SET n[z[0]] = datetime(z[1]))",
        delete="UNWIND $keys AS key MATCH (n:Look {id: key}) DETACH DELETE n",
    ),
    NodeKind(
        label="SupplyRefusal",
        key="id",
        keys="MATCH (n:SupplyRefusal) WITH n.id AS key LIMIT $limit RETURN collect(key) AS keys",
        page="MATCH (n:SupplyRefusal) WHERE n.id >= $low AND n.id <= $high "
        "RETURN collect(properties(n)) AS nodes",
        create="UNWIND $rows AS r CREATE (n:SupplyRefusal) SET n = r[0] "
        "FOREACH (z IN r[1] | SET n[z[0]] = datetime(z[1]))",
        delete="UNWIND $keys AS key MATCH (n:SupplyRefusal {id: key}) DETACH DELETE n",
    ),
    NodeKind(
        label="Stock",
        key="id",
        keys="MATCH (n:Stock) WITH n.id AS key LIMIT $limit RETURN collect(key) AS keys",
        page="MATCH (n:Stock) WHERE n.id >= $low AND n.id <= $high "
        "RETURN collect(properties(n)) AS nodes",
        create="UNWIND $rows AS r CREATE (n:Stock) SET n = r[0] "
        "FOREACH (z IN r[1] | SET n[z[0]] = datetime(z[1]))",
        delete="UNWIND $keys AS key MATCH (n:Stock {id: key}) DETACH DELETE n",
    ),
)
