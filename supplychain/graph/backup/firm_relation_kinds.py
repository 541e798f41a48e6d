"""How relations of firms, people, parts and what firms can make are copied and put back."""

from __future__ import annotations

from typing import Final

from supplychain.graph.backup.kinds import RelationKind

FIRM_RELATIONS: Final = (
    RelationKind(
        start="User",
        type="WORKS_FOR",
        end="Firm",
        paged="User",
        page="MATCH (a:User)-[r:WORKS_FOR]->(b:Firm) WHERE a.id >= $low AND a.id <= $high "
        "RETURN collect([a.id, b.id, properties(r)]) AS relations",
        create="UNWIND $rows AS r MATCH (a:User {id: r[0]}) MATCH (b:Firm {id: r[1]}) "
        "CREATE (a)-[x:WORKS_FOR]->(b) SET x = r[2] "
        "FOREACH (z IN r[3] | SET x[z[0]] = datetime(z[1]))",
        bare="UNWIND $rows AS r MATCH (a:User {id: r[0]}) MATCH (b:Firm {id: r[1]}) "
        "CREATE (a)-[x:WORKS_FOR]->(b)",
    ),
    RelationKind(
        start="Firm",
        type="LEADS",
        end="Chain",
        paged="Chain",
        page="MATCH (b:Chain)<-[r:LEADS]-(a:Firm) WHERE b.id >= $low AND b.id <= $high "
        "RETURN collect([a.id, b.id, properties(r)]) AS relations",
        create="UNWIND $rows AS r MATCH (a:Firm {id: r[0]}) MATCH (b:Chain {id: r[1]}) "
        "CREATE (a)-[x:LEADS]->(b) SET x = r[2] "
        "FOREACH (z IN r[3] | SET x[z[0]] = datetime(z[1]))",
        bare="UNWIND $rows AS r MATCH (a:Firm {id: r[0]}) MATCH (b:Chain {id: r[1]}) "
        "CREATE (a)-[x:LEADS]->(b)",
    ),
    RelationKind(
        start="Firm",
        type="BELONGS_TO",
        end="Chain",
        paged="Firm",
        page="MATCH (a:Firm)-[r:BELONGS_TO]->(b:Chain) WHERE a.id >= $low AND a.id <= $high "
        "RETURN collect([a.id, b.id, properties(r)]) AS relations",
        create="UNWIND $rows AS r MATCH (a:Firm {id: r[0]}) MATCH (b:Chain {id: r[1]}) "
        "CREATE (a)-[x:BELONGS_TO]->(b) SET x = r[2] "
        "FOREACH (z IN r[3] | SET x[z[0]] = datetime(z[1]))",
        bare="UNWIND $rows AS r MATCH (a:Firm {id: r[0]}) MATCH (b:Chain {id: r[1]}) "
        "CREATE (a)-[x:BELONGS_TO]->(b)",
    ),
    RelationKind(
        start="Firm",
        type="FOUNDED",
        end="Cluster",
        paged="Cluster",
        page="MATCH (b:Cluster)<-[r:FOUNDED]-(a:Firm) WHERE b.id >= $low AND b.id <= $high "
        "RETURN collect([a.id, b.id, properties(r)]) AS relations",
        create="UNWIND $rows AS r MATCH (a:Firm {id: r[0]}) MATCH (b:Cluster {id: r[1]}) "
        "CREATE (a)-[x:FOUNDED]->(b) SET x = r[2] "
        "FOREACH (z IN r[3] | SET x[z[0]] = datetime(z[1]))",
        bare="UNWIND $rows AS r MATCH (a:Firm {id: r[0]}) MATCH (b:Cluster {id: r[1]}) "
        "CREATE (a)-[x:FOUNDED]->(b)",
    ),
    RelationKind(
        start="Firm",
        type="JOINS",
        end="Cluster",
        paged="Firm",
        page="MATCH (a:Firm)-[r:JOINS]->(b:Cluster) WHERE a.id >= $low AND a.id <= $high "
        "RETURN collect([a.id, b.id, properties(r)]) AS relations",
        create="UNWIND $rows AS r MATCH (a:Firm {id: r[0]}) MATCH (b:Cluster {id: r[1]}) "
        "CREATE (a)-[x:JOINS]->(b) SET x = r[2] "
        "FOREACH (z IN r[3] | SET x[z[0]] = datetime(z[1]))",
        bare="UNWIND $rows AS r MATCH (a:Firm {id: r[0]}) MATCH (b:Cluster {id: r[1]}) "
        "CREATE (a)-[x:JOINS]->(b)",
    ),
    RelationKind(
        start="Firm",
        type="DESIGNS",
        end="Part",
        paged="Part",
        page="MATCH (b:Part)<-[r:DESIGNS]-(a:Firm) WHERE b.id >= $low AND b.id <= $high "
        "RETURN collect([a.id, b.id, properties(r)]) AS relations",
        create="UNWIND $rows AS r MATCH (a:Firm {id: r[0]}) MATCH (b:Part {id: r[1]}) "
        "CREATE (a)-[x:DESIGNS]->(b) SET x = r[2] "
        "FOREACH (z IN r[3] | SET x[z[0]] = datetime(z[1]))",
        bare="UNWIND $rows AS r MATCH (a:Firm {id: r[0]}) MATCH (b:Part {id: r[1]}) "
        "CREATE (a)-[x:DESIGNS]->(b)",
    ),
    RelationKind(
        start="Part",
        type="NEEDS",
        end="Category",
        paged="Part",
        page="MATCH (a:Part)-[r:NEEDS]->(b:Category) WHERE a.id >= $low AND a.id <= $high "
        "RETURN collect([a.id, b.id, properties(r)]) AS relations",
        create="UNWIND $rows AS r MATCH (a:Part {id: r[0]}) MATCH (b:Category {id: r[1]}) "
        "CREATE (a)-[x:NEEDS]->(b) SET x = r[2] "
        "FOREACH (z IN r[3] | SET x[z[0]] = datetime(z[1]))",
        bare="UNWIND $rows AS r MATCH (a:Part {id: r[0]}) MATCH (b:Category {id: r[1]}) "
        "CREATE (a)-[x:NEEDS]->(b)",
    ),
    RelationKind(
        start="Part",
        type="HAS_REVISION",
        end="PartRevision",
        paged="PartRevision",
        page="MATCH (b:PartRevision)<-[r:HAS_REVISION]-(a:Part) WHERE b.id >= $low "
        "AND b.id <= $high RETURN collect([a.id, b.id, properties(r)]) AS relations",
        create="UNWIND $rows AS r MATCH (a:Part {id: r[0]}) MATCH (b:PartRevision {id: r[1]}) "
        "CREATE (a)-[x:HAS_REVISION]->(b) SET x = r[2] "
        "FOREACH (z IN r[3] | SET x[z[0]] = datetime(z[1]))",
        bare="UNWIND $rows AS r MATCH (a:Part {id: r[0]}) MATCH (b:PartRevision {id: r[1]}) "
        "CREATE (a)-[x:HAS_REVISION]->(b)",
    ),
    RelationKind(
        start="PartRevision",
        type="CONTAINS",
        end="Part",
        paged="PartRevision",
        page="MATCH (a:PartRevision)-[r:CONTAINS]->(b:Part) WHERE a.id >= $low AND a.id <= $high "
        "RETURN collect([a.id, b.id, properties(r)]) AS relations",
        create="UNWIND $rows AS r MATCH (a:PartRevision {id: r[0]}) MATCH (b:Part {id: r[1]}) "
        "CREATE (a)-[x:CONTAINS]->(b) SET x = r[2] "
        "FOREACH (z IN r[3] | SET x[z[0]] = datetime(z[1]))",
        bare="UNWIND $rows AS r MATCH (a:PartRevision {id: r[0]}) MATCH (b:Part {id: r[1]}) "
        "CREATE (a)-[x:CONTAINS]->(b)",
    ),
    RelationKind(
        start="Firm",
        type="CAN_MAKE",
        end="Capability",
        paged="Capability",
        page="MATCH (b:Capability)<-[r:CAN_MAKE]-(a:Firm) WHERE b.id >= $low AND b.id <= $high "
        "RETURN collect([a.id, b.id, properties(r)]) AS relations",
        create="UNWIND $rows AS r MATCH (a:Firm {id: r[0]}) MATCH (b:Capability {id: r[1]}) "
        "CREATE (a)-[x:CAN_MAKE]->(b) SET x = r[2] "
        "FOREACH (z IN r[3] | SET x[z[0]] = datetime(z[1]))",
        bare="UNWIND $rows AS r MATCH (a:Firm {id: r[0]}) MATCH (b:Capability {id: r[1]}) "
        "CREATE (a)-[x:CAN_MAKE]->(b)",
    ),
    RelationKind(
        start="Capability",
        type="COVERS",
        end="Category",
        paged="Capability",
        page="MATCH (a:Capability)-[r:COVERS]->(b:Category) WHERE a.id >= $low AND a.id <= $high "
        "RETURN collect([a.id, b.id, properties(r)]) AS relations",
        create="UNWIND $rows AS r MATCH (a:Capability {id: r[0]}) "
        "MATCH (b:Category {id: r[1]}) "
        "CREATE (a)-[x:COVERS]->(b) SET x = r[2] "
        "FOREACH (z IN r[3] | SET x[z[0]] = datetime(z[1]))",
        bare="UNWIND $rows AS r MATCH (a:Capability {id: r[0]}) MATCH (b:Category {id: r[1]}) "
        "CREATE (a)-[x:COVERS]->(b)",
    ),
    RelationKind(
        start="Firm",
        type="SHOWS",
        end="Firm",
        paged="Firm",
        page="MATCH (a:Firm)-[r:SHOWS]->(b:Firm) WHERE a.id >= $low AND a.id <= $high "
        "RETURN collect([a.id, b.id, properties(r)]) AS relations",
        create="UNWIND $rows AS r MATCH (a:Firm {id: r[0]}) MATCH (b:Firm {id: r[1]}) "
        "CREATE (a)-[x:SHOWS]->(b) SET x = r[2] "
        "FOREACH (z IN r[3] | SET x[z[0]] = datetime(z[1]))",
        bare="UNWIND $rows AS r MATCH (a:Firm {id: r[0]}) MATCH (b:Firm {id: r[1]}) "
        "CREATE (a)-[x:SHOWS]->(b)",
    ),
    RelationKind(
        start="Firm",
        type="HAS_IDLE",
        end="IdleCapacity",
        paged="IdleCapacity",
        page="MATCH (b:IdleCapacity)<-[r:HAS_IDLE]-(a:Firm) WHERE b.id >= $low AND b.id <= $high "
        "RETURN collect([a.id, b.id, properties(r)]) AS relations",
        create="UNWIND $rows AS r MATCH (a:Firm {id: r[0]}) MATCH (b:IdleCapacity {id: r[1]}) "
        "CREATE (a)-[x:HAS_IDLE]->(b) SET x = r[2] "
        "FOREACH (z IN r[3] | SET x[z[0]] = datetime(z[1]))",
        bare="UNWIND $rows AS r MATCH (a:Firm {id: r[0]}) MATCH (b:IdleCapacity {id: r[1]}) "
        "CREATE (a)-[x:HAS_IDLE]->(b)",
    ),
    RelationKind(
        start="Firm",
        type="HAS_SITE",
        end="Site",
        paged="Site",
        page="MATCH (b:Site)<-[r:HAS_SITE]-(a:Firm) WHERE b.id >= $low AND b.id <= $high "
        "RETURN collect([a.id, b.id, properties(r)]) AS relations",
        create="UNWIND $rows AS r MATCH (a:Firm {id: r[0]}) MATCH (b:Site {id: r[1]}) "
        "CREATE (a)-[x:HAS_SITE]->(b) SET x = r[2] "
        "FOREACH (z IN r[3] | SET x[z[0]] = datetime(z[1]))",
        bare="UNWIND $rows AS r MATCH (a:Firm {id: r[0]}) MATCH (b:Site {id: r[1]}) "
        "CREATE (a)-[x:HAS_SITE]->(b)",
    ),
    RelationKind(
        start="PartHours",
        type="TAKES_OF",
        end="Capability",
        paged="PartHours",
        page="MATCH (a:PartHours)-[r:TAKES_OF]->(b:Capability) WHERE a.id >= $low "
        "AND a.id <= $high RETURN collect([a.id, b.id, properties(r)]) AS relations",
        create="UNWIND $rows AS r MATCH (a:PartHours {id: r[0]}) MATCH (b:Capability {id: r[1]}) "
        "CREATE (a)-[x:TAKES_OF]->(b) SET x = r[2] "
        "FOREACH (z IN r[3] | SET x[z[0]] = datetime(z[1]))",
        bare="UNWIND $rows AS r MATCH (a:PartHours {id: r[0]}) MATCH (b:Capability {id: r[1]}) "
        "CREATE (a)-[x:TAKES_OF]->(b)",
    ),
    RelationKind(
        start="PartHours",
        type="HOURS_FOR",
        end="Part",
        paged="PartHours",
        page="MATCH (a:PartHours)-[r:HOURS_FOR]->(b:Part) WHERE a.id >= $low AND a.id <= $high "
        "RETURN collect([a.id, b.id, properties(r)]) AS relations",
        create="UNWIND $rows AS r MATCH (a:PartHours {id: r[0]}) MATCH (b:Part {id: r[1]}) "
        "CREATE (a)-[x:HOURS_FOR]->(b) SET x = r[2] "
        "FOREACH (z IN r[3] | SET x[z[0]] = datetime(z[1]))",
        bare="UNWIND $rows AS r MATCH (a:PartHours {id: r[0]}) MATCH (b:Part {id: r[1]}) "
        "CREATE (a)-[x:HOURS_FOR]->(b)",
    ),
    RelationKind(
        start="Firm",
        type="OFFERS",
        end="Offer",
        paged="Offer",
        page="MATCH (b:Offer)<-[r:OFFERS]-(a:Firm) WHERE b.id >= $low AND b.id <= $high "
        "RETURN collect([a.id, b.id, properties(r)]) AS relations",
        create="UNWIND $rows AS r MATCH (a:Firm {id: r[0]}) MATCH (b:Offer {id: r[1]}) "
        "CREATE (a)-[x:OFFERS]->(b) SET x = r[2] "
        "FOREACH (z IN r[3] | SET x[z[0]] = datetime(z[1]))",
        bare="UNWIND $rows AS r MATCH (a:Firm {id: r[0]}) MATCH (b:Offer {id: r[1]}) "
        "CREATE (a)-[x:OFFERS]->(b)",
    ),
    RelationKind(
        start="Offer",
        type="OFFER_FOR",
        end="Part",
        paged="Offer",
        page="MATCH (a:Offer)-[r:OFFER_FOR]->(b:Part) WHERE a.id >= $low AND a.id <= $high "
        "RETURN collect([a.id, b.id, properties(r)]) AS relations",
        create="UNWIND $rows AS r MATCH (a:Offer {id: r[0]}) MATCH (b:Part {id: r[1]}) "
        "CREATE (a)-[x:OFFER_FOR]->(b) SET x = r[2] "
        "FOREACH (z IN r[3] | SET x[z[0]] = datetime(z[1]))",
        bare="UNWIND $rows AS r MATCH (a:Offer {id: r[0]}) MATCH (b:Part {id: r[1]}) "
        "CREATE (a)-[x:OFFER_FOR]->(b)",
    ),
    RelationKind(
        start="Firm",
        type="RECKONS_WITH",
        end="CostSettings",
        paged="CostSettings",
        page="MATCH (b:CostSettings)<-[r:RECKONS_WITH]-(a:Firm) WHERE b.id >= $low "
        "AND b.id <= $high RETURN collect([a.id, b.id, properties(r)]) AS relations",
        create="UNWIND $rows AS r MATCH (a:Firm {id: r[0]}) MATCH (b:CostSettings {id: r[1]}) "
        "CREATE (a)-[x:RECKONS_WITH]->(b) SET x = r[2] "
        "FOREACH (z IN r[3] | SET x[z[0]] = datetime(z[1]))",
        bare="UNWIND $rows AS r MATCH (a:Firm {id: r[0]}) MATCH (b:CostSettings {id: r[1]}) "
        "CREATE (a)-[x:RECKONS_WITH]->(b)",
    ),
    RelationKind(
        start="Firm",
        type="SUPPLIES",
        end="Firm",
        paged="Firm",
        page="MATCH (a:Firm)-[r:SUPPLIES]->(b:Firm) WHERE a.id >= $low AND a.id <= $high "
        "RETURN collect([a.id, b.id, properties(r)]) AS relations",
        create="UNWIND $rows AS r MATCH (a:Firm {id: r[0]}) MATCH (b:Firm {id: r[1]}) "
        "CREATE (a)-[x:SUPPLIES]->(b) SET x = r[2] "
        "FOREACH (z IN r[3] | SET x[z[0]] = datetime(z[1]))",
        bare="UNWIND $rows AS r MATCH (a:Firm {id: r[0]}) MATCH (b:Firm {id: r[1]}) "
        "CREATE (a)-[x:SUPPLIES]->(b)",
    ),
    RelationKind(
        start="Firm",
        type="CONFIRMS_ALL",
        end="Firm",
        paged="Firm",
        page="MATCH (a:Firm)-[r:CONFIRMS_ALL]->(b:Firm) WHERE a.id >= $low AND a.id <= $high "
        "RETURN collect([a.id, b.id, properties(r)]) AS relations",
        create="UNWIND $rows AS r MATCH (a:Firm {id: r[0]}) MATCH (b:Firm {id: r[1]}) "
        "CREATE (a)-[x:CONFIRMS_ALL]->(b) SET x = r[2] "
        "FOREACH (z IN r[3] | SET x[z[0]] = datetime(z[1]))",
        bare="UNWIND $rows AS r MATCH (a:Firm {id: r[0]}) MATCH (b:Firm {id: r[1]}) "
        "CREATE (a)-[x:CONFIRMS_ALL]->(b)",
    ),
)
