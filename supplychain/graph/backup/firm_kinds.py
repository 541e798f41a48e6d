"""How nodes of firms, people, parts and what firms can make are copied and put back."""

from __future__ import annotations

from typing import Final

from supplychain.graph.backup.kinds import NodeKind, RelationKind

FIRM_NODES: Final = (
    NodeKind(
        label="Firm",
        key="id",
        keys="MATCH (n:Firm) WITH n.id AS key LIMIT $limit RETURN collect(key) AS keys",
        page="UNWIND $keys AS key MATCH (n:Firm {id: key}) RETURN collect(properties(n)) AS nodes",
        create="UNWIND $rows AS r CREATE (n:Firm) SET n = r[0] "
        "FOREACH (z IN r[1] | SET n[z[0]] = datetime(z[1]))",
        delete="UNWIND $keys AS key MATCH (n:Firm {id: key}) DETACH DELETE n",
    ),
    NodeKind(
        label="User",
        key="id",
        keys="MATCH (n:User) WITH n.id AS key LIMIT $limit RETURN collect(key) AS keys",
        page="UNWIND $keys AS key MATCH (n:User {id: key}) RETURN collect(properties(n)) AS nodes",
        create="UNWIND $rows AS r CREATE (n:User) SET n = r[0] "
        "FOREACH (z IN r[1] | SET n[z[0]] = datetime(z[1]))",
        delete="UNWIND $keys AS key MATCH (n:User {id: key}) DETACH DELETE n",
    ),
    NodeKind(
        label="Session",
        key="id",
        keys="MATCH (n:Session) WITH n.id AS key LIMIT $limit RETURN collect(key) AS keys",
        page="UNWIND $keys AS key MATCH (n:Session {id: key}) "
        "RETURN collect(properties(n)) AS nodes",
        create="UNWIND $rows AS r CREATE (n:Session) SET n = r[0] "
        "FOREACH (z IN r[1] | SET n[z[0]] = datetime(z[1]))",
        delete="UNWIND $keys AS key MATCH (n:Session {id: key}) DETACH DELETE n",
    ),
    NodeKind(
        label="Token",
        key="id",
        keys="MATCH (n:Token) WITH n.id AS key LIMIT $limit RETURN collect(key) AS keys",
        page="UNWIND $keys AS key MATCH (n:Token {id: key}) RETURN collect(properties(n)) AS nodes",
        create="UNWIND $rows AS r CREATE (n:Token) SET n = r[0] "
        "FOREACH (z IN r[1] | SET n[z[0]] = datetime(z[1]))",
        delete="UNWIND $keys AS key MATCH (n:Token {id: key}) DETACH DELETE n",
    ),
    NodeKind(
        label="ColleagueInvite",
        key="id",
        keys="MATCH (n:ColleagueInvite) WITH n.id AS key LIMIT $limit RETURN collect(key) AS keys",
        page="UNWIND $keys AS key MATCH (n:ColleagueInvite {id: key}) "
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
        page="UNWIND $keys AS key MATCH (n:PasswordReset {digest: key}) "
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
        page="UNWIND $keys AS key MATCH (n:SecondFactor {user_id: key}) "
        "RETURN collect(properties(n)) AS nodes",
        create="UNWIND $rows AS r CREATE (n:SecondFactor) SET n = r[0] "
        "FOREACH (z IN r[1] | SET n[z[0]] = datetime(z[1]))",
        delete="UNWIND $keys AS key MATCH (n:SecondFactor {user_id: key}) DETACH DELETE n",
    ),
    NodeKind(
        label="HalfSession",
        key="digest",
        keys="MATCH (n:HalfSession) WITH n.digest AS key LIMIT $limit RETURN collect(key) AS keys",
        page="UNWIND $keys AS key MATCH (n:HalfSession {digest: key}) "
        "RETURN collect(properties(n)) AS nodes",
        create="UNWIND $rows AS r CREATE (n:HalfSession) SET n = r[0] "
        "FOREACH (z IN r[1] | SET n[z[0]] = datetime(z[1]))",
        delete="UNWIND $keys AS key MATCH (n:HalfSession {digest: key}) DETACH DELETE n",
    ),
    NodeKind(
        label="Mail",
        key="id",
        keys="MATCH (n:Mail) WITH n.id AS key LIMIT $limit RETURN collect(key) AS keys",
        page="UNWIND $keys AS key MATCH (n:Mail {id: key}) RETURN collect(properties(n)) AS nodes",
        create="UNWIND $rows AS r CREATE (n:Mail) SET n = r[0] "
        "FOREACH (z IN r[1] | SET n[z[0]] = datetime(z[1]))",
        delete="UNWIND $keys AS key MATCH (n:Mail {id: key}) DETACH DELETE n",
    ),
    NodeKind(
        label="WaitingRegistration",
        key="id",
        keys="MATCH (n:WaitingRegistration) "
        "WITH n.id AS key LIMIT $limit RETURN collect(key) AS keys",
        page="UNWIND $keys AS key MATCH (n:WaitingRegistration {id: key}) "
        "RETURN collect(properties(n)) AS nodes",
        create="UNWIND $rows AS r CREATE (n:WaitingRegistration) SET n = r[0] "
        "FOREACH (z IN r[1] | SET n[z[0]] = datetime(z[1]))",
        delete="UNWIND $keys AS key MATCH (n:WaitingRegistration {id: key}) DETACH DELETE n",
    ),
    NodeKind(
        label="Chain",
        key="id",
        keys="MATCH (n:Chain) WITH n.id AS key LIMIT $limit RETURN collect(key) AS keys",
        page="UNWIND $keys AS key MATCH (n:Chain {id: key}) RETURN collect(properties(n)) AS nodes",
        create="UNWIND $rows AS r CREATE (n:Chain) SET n = r[0] "
        "FOREACH (z IN r[1] | SET n[z[0]] = datetime(z[1]))",
        delete="UNWIND $keys AS key MATCH (n:Chain {id: key}) DETACH DELETE n",
    ),
    NodeKind(
        label="Cluster",
        key="id",
        keys="MATCH (n:Cluster) WITH n.id AS key LIMIT $limit RETURN collect(key) AS keys",
        page="UNWIND $keys AS key MATCH (n:Cluster {id: key}) "
        "RETURN collect(properties(n)) AS nodes",
        create="UNWIND $rows AS r CREATE (n:Cluster) SET n = r[0] "
        "FOREACH (z IN r[1] | SET n[z[0]] = datetime(z[1]))",
        delete="UNWIND $keys AS key MATCH (n:Cluster {id: key}) DETACH DELETE n",
    ),
    NodeKind(
        label="Category",
        key="id",
        keys="MATCH (n:Category) WITH n.id AS key LIMIT $limit RETURN collect(key) AS keys",
        page="UNWIND $keys AS key MATCH (n:Category {id: key}) "
        "RETURN collect(properties(n)) AS nodes",
        create="UNWIND $rows AS r CREATE (n:Category) SET n = r[0] "
        "FOREACH (z IN r[1] | SET n[z[0]] = datetime(z[1]))",
        delete="UNWIND $keys AS key MATCH (n:Category {id: key}) DETACH DELETE n",
    ),
    NodeKind(
        label="Part",
        key="id",
        keys="MATCH (n:Part) WITH n.id AS key LIMIT $limit RETURN collect(key) AS keys",
        page="UNWIND $keys AS key MATCH (n:Part {id: key}) RETURN collect(properties(n)) AS nodes",
        create="UNWIND $rows AS r CREATE (n:Part) SET n = r[0] "
        "FOREACH (z IN r[1] | SET n[z[0]] = datetime(z[1]))",
        delete="UNWIND $keys AS key MATCH (n:Part {id: key}) DETACH DELETE n",
    ),
    NodeKind(
        label="PartRevision",
        key="id",
        keys="MATCH (n:PartRevision) WITH n.id AS key LIMIT $limit RETURN collect(key) AS keys",
        page="UNWIND $keys AS key MATCH (n:PartRevision {id: key}) "
        "RETURN collect(properties(n)) AS nodes",
        create="UNWIND $rows AS r CREATE (n:PartRevision) SET n = r[0] "
        "FOREACH (z IN r[1] | SET n[z[0]] = datetime(z[1]))",
        delete="UNWIND $keys AS key MATCH (n:PartRevision {id: key}) DETACH DELETE n",
    ),
    NodeKind(
        label="Capability",
        key="id",
        keys="MATCH (n:Capability) WITH n.id AS key LIMIT $limit RETURN collect(key) AS keys",
        page="UNWIND $keys AS key MATCH (n:Capability {id: key}) "
        "RETURN collect(properties(n)) AS nodes",
        create="UNWIND $rows AS r CREATE (n:Capability) SET n = r[0] "
        "FOREACH (z IN r[1] | SET n[z[0]] = datetime(z[1]))",
        delete="UNWIND $keys AS key MATCH (n:Capability {id: key}) DETACH DELETE n",
    ),
    NodeKind(
        label="IdleCapacity",
        key="id",
        keys="MATCH (n:IdleCapacity) WITH n.id AS key LIMIT $limit RETURN collect(key) AS keys",
        page="UNWIND $keys AS key MATCH (n:IdleCapacity {id: key}) "
        "RETURN collect(properties(n)) AS nodes",
        create="UNWIND $rows AS r CREATE (n:IdleCapacity) SET n = r[0] "
        "FOREACH (z IN r[1] | SET n[z[0]] = datetime(z[1]))",
        delete="UNWIND $keys AS key MATCH (n:IdleCapacity {id: key}) DETACH DELETE n",
    ),
    NodeKind(
        label="Offer",
        key="id",
        keys="MATCH (n:Offer) WITH n.id AS key LIMIT $limit RETURN collect(key) AS keys",
        page="UNWIND $keys AS key MATCH (n:Offer {id: key}) RETURN collect(properties(n)) AS nodes",
        create="UNWIND $rows AS r CREATE (n:Offer) SET n = r[0] "
        "FOREACH (z IN r[1] | SET n[z[0]] = datetime(z[1]))",
        delete="UNWIND $keys AS key MATCH (n:Offer {id: key}) DETACH DELETE n",
    ),
    NodeKind(
        label="CostSettings",
        key="id",
        keys="MATCH (n:CostSettings) WITH n.id AS key LIMIT $limit RETURN collect(key) AS keys",
        page="UNWIND $keys AS key MATCH (n:CostSettings {id: key}) "
        "RETURN collect(properties(n)) AS nodes",
        create="UNWIND $rows AS r CREATE (n:CostSettings) SET n = r[0] "
        "FOREACH (z IN r[1] | SET n[z[0]] = datetime(z[1]))",
        delete="UNWIND $keys AS key MATCH (n:CostSettings {id: key}) DETACH DELETE n",
    ),
    NodeKind(
        label="ExchangeRate",
        key="id",
        keys="MATCH (n:ExchangeRate) WITH n.id AS key LIMIT $limit RETURN collect(key) AS keys",
        page="UNWIND $keys AS key MATCH (n:ExchangeRate {id: key}) "
        "RETURN collect(properties(n)) AS nodes",
        create="UNWIND $rows AS r CREATE (n:ExchangeRate) SET n = r[0] "
        "FOREACH (z IN r[1] | SET n[z[0]] = datetime(z[1]))",
        delete="UNWIND $keys AS key MATCH (n:ExchangeRate {id: key}) DETACH DELETE n",
    ),
    NodeKind(
        label="Look",
        key="id",
        keys="MATCH (n:Look) WITH n.id AS key LIMIT $limit RETURN collect(key) AS keys",
        page="UNWIND $keys AS key MATCH (n:Look {id: key}) RETURN collect(properties(n)) AS nodes",
        create="UNWIND $rows AS r CREATE (n:Look) SET n = r[0] "
        "FOREACH (z IN r[1] | SET n[z[0]] = datetime(z[1]))",
        delete="UNWIND $keys AS key MATCH (n:Look {id: key}) DETACH DELETE n",
    ),
    NodeKind(
        label="SupplyRefusal",
        key="id",
        keys="MATCH (n:SupplyRefusal) WITH n.id AS key LIMIT $limit RETURN collect(key) AS keys",
        page="UNWIND $keys AS key MATCH (n:SupplyRefusal {id: key}) "
        "RETURN collect(properties(n)) AS nodes",
        create="UNWIND $rows AS r CREATE (n:SupplyRefusal) SET n = r[0] "
        "FOREACH (z IN r[1] | SET n[z[0]] = datetime(z[1]))",
        delete="UNWIND $keys AS key MATCH (n:SupplyRefusal {id: key}) DETACH DELETE n",
    ),
    NodeKind(
        label="Stock",
        key="id",
        keys="MATCH (n:Stock) WITH n.id AS key LIMIT $limit RETURN collect(key) AS keys",
        page="UNWIND $keys AS key MATCH (n:Stock {id: key}) RETURN collect(properties(n)) AS nodes",
        create="UNWIND $rows AS r CREATE (n:Stock) SET n = r[0] "
        "FOREACH (z IN r[1] | SET n[z[0]] = datetime(z[1]))",
        delete="UNWIND $keys AS key MATCH (n:Stock {id: key}) DETACH DELETE n",
    ),
)

FIRM_RELATIONS: Final = (
    RelationKind(
        start="User",
        type="WORKS_FOR",
        end="Firm",
        paged="User",
        page="UNWIND $keys AS key MATCH (a:User {id: key})-[r:WORKS_FOR]->(b:Firm) "
        "RETURN collect([a.id, b.id, properties(r)]) AS relations",
        create="UNWIND $rows AS r MATCH (a:User {id: r[0]}) MATCH (b:Firm {id: r[1]}) "
        "CREATE (a)-[x:WORKS_FOR]->(b) SET x = r[2] "
        "FOREACH (z IN r[3] | SET x[z[0]] = datetime(z[1]))",
    ),
    RelationKind(
        start="Firm",
        type="LEADS",
        end="Chain",
        paged="Chain",
        page="UNWIND $keys AS key MATCH (b:Chain {id: key})<-[r:LEADS]-(a:Firm) "
        "RETURN collect([a.id, b.id, properties(r)]) AS relations",
        create="UNWIND $rows AS r MATCH (a:Firm {id: r[0]}) MATCH (b:Chain {id: r[1]}) "
        "CREATE (a)-[x:LEADS]->(b) SET x = r[2] "
        "FOREACH (z IN r[3] | SET x[z[0]] = datetime(z[1]))",
    ),
    RelationKind(
        start="Firm",
        type="BELONGS_TO",
        end="Chain",
        paged="Firm",
        page="UNWIND $keys AS key MATCH (a:Firm {id: key})-[r:BELONGS_TO]->(b:Chain) "
        "RETURN collect([a.id, b.id, properties(r)]) AS relations",
        create="UNWIND $rows AS r MATCH (a:Firm {id: r[0]}) MATCH (b:Chain {id: r[1]}) "
        "CREATE (a)-[x:BELONGS_TO]->(b) SET x = r[2] "
        "FOREACH (z IN r[3] | SET x[z[0]] = datetime(z[1]))",
    ),
    RelationKind(
        start="Firm",
        type="FOUNDED",
        end="Cluster",
        paged="Cluster",
        page="UNWIND $keys AS key MATCH (b:Cluster {id: key})<-[r:FOUNDED]-(a:Firm) "
        "RETURN collect([a.id, b.id, properties(r)]) AS relations",
        create="UNWIND $rows AS r MATCH (a:Firm {id: r[0]}) MATCH (b:Cluster {id: r[1]}) "
        "CREATE (a)-[x:FOUNDED]->(b) SET x = r[2] "
        "FOREACH (z IN r[3] | SET x[z[0]] = datetime(z[1]))",
    ),
    RelationKind(
        start="Firm",
        type="JOINS",
        end="Cluster",
        paged="Firm",
        page="UNWIND $keys AS key MATCH (a:Firm {id: key})-[r:JOINS]->(b:Cluster) "
        "RETURN collect([a.id, b.id, properties(r)]) AS relations",
        create="UNWIND $rows AS r MATCH (a:Firm {id: r[0]}) MATCH (b:Cluster {id: r[1]}) "
        "CREATE (a)-[x:JOINS]->(b) SET x = r[2] "
        "FOREACH (z IN r[3] | SET x[z[0]] = datetime(z[1]))",
    ),
    RelationKind(
        start="Firm",
        type="DESIGNS",
        end="Part",
        paged="Part",
        page="UNWIND $keys AS key MATCH (b:Part {id: key})<-[r:DESIGNS]-(a:Firm) "
        "RETURN collect([a.id, b.id, properties(r)]) AS relations",
        create="UNWIND $rows AS r MATCH (a:Firm {id: r[0]}) MATCH (b:Part {id: r[1]}) "
        "CREATE (a)-[x:DESIGNS]->(b) SET x = r[2] "
        "FOREACH (z IN r[3] | SET x[z[0]] = datetime(z[1]))",
    ),
    RelationKind(
        start="Part",
        type="NEEDS",
        end="Category",
        paged="Part",
        page="UNWIND $keys AS key MATCH (a:Part {id: key})-[r:NEEDS]->(b:Category) "
        "RETURN collect([a.id, b.id, properties(r)]) AS relations",
        create="UNWIND $rows AS r MATCH (a:Part {id: r[0]}) MATCH (b:Category {id: r[1]}) "
        "CREATE (a)-[x:NEEDS]->(b) SET x = r[2] "
        "FOREACH (z IN r[3] | SET x[z[0]] = datetime(z[1]))",
    ),
    RelationKind(
        start="Part",
        type="HAS_REVISION",
        end="PartRevision",
        paged="PartRevision",
        page="UNWIND $keys AS key MATCH (b:PartRevision {id: key})<-[r:HAS_REVISION]-(a:Part) "
        "RETURN collect([a.id, b.id, properties(r)]) AS relations",
        create="UNWIND $rows AS r MATCH (a:Part {id: r[0]}) MATCH (b:PartRevision {id: r[1]}) "
        "CREATE (a)-[x:HAS_REVISION]->(b) SET x = r[2] "
        "FOREACH (z IN r[3] | SET x[z[0]] = datetime(z[1]))",
    ),
    RelationKind(
        start="PartRevision",
        type="CONTAINS",
        end="Part",
        paged="PartRevision",
        page="UNWIND $keys AS key MATCH (a:PartRevision {id: key})-[r:CONTAINS]->(b:Part) "
        "RETURN collect([a.id, b.id, properties(r)]) AS relations",
        create="UNWIND $rows AS r MATCH (a:PartRevision {id: r[0]}) MATCH (b:Part {id: r[1]}) "
        "CREATE (a)-[x:CONTAINS]->(b) SET x = r[2] "
        "FOREACH (z IN r[3] | SET x[z[0]] = datetime(z[1]))",
    ),
    RelationKind(
        start="Firm",
        type="CAN_MAKE",
        end="Capability",
        paged="Capability",
        page="UNWIND $keys AS key MATCH (b:Capability {id: key})<-[r:CAN_MAKE]-(a:Firm) "
        "RETURN collect([a.id, b.id, properties(r)]) AS relations",
        create="UNWIND $rows AS r MATCH (a:Firm {id: r[0]}) MATCH (b:Capability {id: r[1]}) "
        "CREATE (a)-[x:CAN_MAKE]->(b) SET x = r[2] "
        "FOREACH (z IN r[3] | SET x[z[0]] = datetime(z[1]))",
    ),
    RelationKind(
        start="Capability",
        type="COVERS",
        end="Category",
        paged="Capability",
        page="UNWIND $keys AS key MATCH (a:Capability {id: key})-[r:COVERS]->(b:Category) "
        "RETURN collect([a.id, b.id, properties(r)]) AS relations",
        create="UNWIND $rows AS r MATCH (a:Capability {id: r[0]}) "
        "MATCH (b:Category {id: r[1]}) "
        "CREATE (a)-[x:COVERS]->(b) SET x = r[2] "
        "FOREACH (z IN r[3] | SET x[z[0]] = datetime(z[1]))",
    ),
    RelationKind(
        start="Firm",
        type="SHOWS",
        end="Firm",
        paged="Firm",
        page="UNWIND $keys AS key MATCH (a:Firm {id: key})-[r:SHOWS]->(b:Firm) "
        "RETURN collect([a.id, b.id, properties(r)]) AS relations",
        create="UNWIND $rows AS r MATCH (a:Firm {id: r[0]}) MATCH (b:Firm {id: r[1]}) "
        "CREATE (a)-[x:SHOWS]->(b) SET x = r[2] "
        "FOREACH (z IN r[3] | SET x[z[0]] = datetime(z[1]))",
    ),
    RelationKind(
        start="Firm",
        type="HAS_IDLE",
        end="IdleCapacity",
        paged="IdleCapacity",
        page="UNWIND $keys AS key MATCH (b:IdleCapacity {id: key})<-[r:HAS_IDLE]-(a:Firm) "
        "RETURN collect([a.id, b.id, properties(r)]) AS relations",
        create="UNWIND $rows AS r MATCH (a:Firm {id: r[0]}) MATCH (b:IdleCapacity {id: r[1]}) "
        "CREATE (a)-[x:HAS_IDLE]->(b) SET x = r[2] "
        "FOREACH (z IN r[3] | SET x[z[0]] = datetime(z[1]))",
    ),
    RelationKind(
        start="Firm",
        type="OFFERS",
        end="Offer",
        paged="Offer",
        page="UNWIND $keys AS key MATCH (b:Offer {id: key})<-[r:OFFERS]-(a:Firm) "
        "RETURN collect([a.id, b.id, properties(r)]) AS relations",
        create="UNWIND $rows AS r MATCH (a:Firm {id: r[0]}) MATCH (b:Offer {id: r[1]}) "
        "CREATE (a)-[x:OFFERS]->(b) SET x = r[2] "
        "FOREACH (z IN r[3] | SET x[z[0]] = datetime(z[1]))",
    ),
    RelationKind(
        start="Offer",
        type="OFFER_FOR",
        end="Part",
        paged="Offer",
        page="UNWIND $keys AS key MATCH (a:Offer {id: key})-[r:OFFER_FOR]->(b:Part) "
        "RETURN collect([a.id, b.id, properties(r)]) AS relations",
        create="UNWIND $rows AS r MATCH (a:Offer {id: r[0]}) MATCH (b:Part {id: r[1]}) "
        "CREATE (a)-[x:OFFER_FOR]->(b) SET x = r[2] "
        "FOREACH (z IN r[3] | SET x[z[0]] = datetime(z[1]))",
    ),
    RelationKind(
        start="Firm",
        type="RECKONS_WITH",
        end="CostSettings",
        paged="CostSettings",
        page="UNWIND $keys AS key MATCH (b:CostSettings {id: key})<-[r:RECKONS_WITH]-(a:Firm) "
        "RETURN collect([a.id, b.id, properties(r)]) AS relations",
        create="UNWIND $rows AS r MATCH (a:Firm {id: r[0]}) MATCH (b:CostSettings {id: r[1]}) "
        "CREATE (a)-[x:RECKONS_WITH]->(b) SET x = r[2] "
        "FOREACH (z IN r[3] | SET x[z[0]] = datetime(z[1]))",
    ),
    RelationKind(
        start="Firm",
        type="SUPPLIES",
        end="Firm",
        paged="Firm",
        page="UNWIND $keys AS key MATCH (a:Firm {id: key})-[r:SUPPLIES]->(b:Firm) "
        "RETURN collect([a.id, b.id, properties(r)]) AS relations",
        create="UNWIND $rows AS r MATCH (a:Firm {id: r[0]}) MATCH (b:Firm {id: r[1]}) "
        "CREATE (a)-[x:SUPPLIES]->(b) SET x = r[2] "
        "FOREACH (z IN r[3] | SET x[z[0]] = datetime(z[1]))",
    ),
    RelationKind(
        start="Firm",
        type="CONFIRMS_ALL",
        end="Firm",
        paged="Firm",
        page="UNWIND $keys AS key MATCH (a:Firm {id: key})-[r:CONFIRMS_ALL]->(b:Firm) "
        "RETURN collect([a.id, b.id, properties(r)]) AS relations",
        create="UNWIND $rows AS r MATCH (a:Firm {id: r[0]}) MATCH (b:Firm {id: r[1]}) "
        "CREATE (a)-[x:CONFIRMS_ALL]->(b) SET x = r[2] "
        "FOREACH (z IN r[3] | SET x[z[0]] = datetime(z[1]))",
    ),
)
