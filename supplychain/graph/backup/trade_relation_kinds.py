"""How relations of requests, bids, awards, orders and events are copied and put back."""

from __future__ import annotations

from typing import Final

from supplychain.graph.backup.kinds import RelationKind

TRADE_RELATIONS: Final = (
    RelationKind(
        start="DeliveryBatch",
        type="SPEAKS_OF",
        end="Firm",
        paged="DeliveryBatch",
        page="UNWIND $keys AS key MATCH (a:DeliveryBatch {id: key})-[r:SPEAKS_OF]->(b:Firm) "
        "RETURN collect([a.id, b.id, properties(r)]) AS relations",
        create="UNWIND $rows AS r MATCH (a:DeliveryBatch {id: r[0]}) "
        "MATCH (b:Firm {id: r[1]}) "
        "CREATE (a)-[x:SPEAKS_OF]->(b) SET x = r[2] "
        "FOREACH (z IN r[3] | SET x[z[0]] = datetime(z[1]))",
    ),
    RelationKind(
        start="Firm",
        type="POSTED",
        end="PartsRequest",
        paged="PartsRequest",
        page="UNWIND $keys AS key MATCH (b:PartsRequest {id: key})<-[r:POSTED]-(a:Firm) "
        "RETURN collect([a.id, b.id, properties(r)]) AS relations",
        create="UNWIND $rows AS r MATCH (a:Firm {id: r[0]}) MATCH (b:PartsRequest {id: r[1]}) "
        "CREATE (a)-[x:POSTED]->(b) SET x = r[2] "
        "FOREACH (z IN r[3] | SET x[z[0]] = datetime(z[1]))",
    ),
    RelationKind(
        start="PartsRequest",
        type="HAS_SEAL",
        end="RequestSeal",
        paged="RequestSeal",
        page="UNWIND $keys AS key "
        "MATCH (b:RequestSeal {request_id: key})<-[r:HAS_SEAL]-(a:PartsRequest) "
        "RETURN collect([a.id, b.request_id, properties(r)]) AS relations",
        create="UNWIND $rows AS r MATCH (a:PartsRequest {id: r[0]}) "
        "MATCH (b:RequestSeal {request_id: r[1]}) "
        "CREATE (a)-[x:HAS_SEAL]->(b) SET x = r[2] "
        "FOREACH (z IN r[3] | SET x[z[0]] = datetime(z[1]))",
    ),
    RelationKind(
        start="PartsRequest",
        type="HAS_AGREEMENT",
        end="OpeningAgreement",
        paged="OpeningAgreement",
        page="UNWIND $keys AS key "
        "MATCH (b:OpeningAgreement {id: key})<-[r:HAS_AGREEMENT]-(a:PartsRequest) "
        "RETURN collect([a.id, b.id, properties(r)]) AS relations",
        create="UNWIND $rows AS r MATCH (a:PartsRequest {id: r[0]}) "
        "MATCH (b:OpeningAgreement {id: r[1]}) "
        "CREATE (a)-[x:HAS_AGREEMENT]->(b) SET x = r[2] "
        "FOREACH (z IN r[3] | SET x[z[0]] = datetime(z[1]))",
    ),
    RelationKind(
        start="PartsRequest",
        type="HAS_LINE",
        end="RequestLine",
        paged="RequestLine",
        page="UNWIND $keys AS key MATCH (b:RequestLine {id: key})<-[r:HAS_LINE]-(a:PartsRequest) "
        "RETURN collect([a.id, b.id, properties(r)]) AS relations",
        create="UNWIND $rows AS r MATCH (a:PartsRequest {id: r[0]}) "
        "MATCH (b:RequestLine {id: r[1]}) "
        "CREATE (a)-[x:HAS_LINE]->(b) SET x = r[2] "
        "FOREACH (z IN r[3] | SET x[z[0]] = datetime(z[1]))",
    ),
    RelationKind(
        start="RequestLine",
        type="FOR_PART",
        end="Part",
        paged="RequestLine",
        page="UNWIND $keys AS key MATCH (a:RequestLine {id: key})-[r:FOR_PART]->(b:Part) "
        "RETURN collect([a.id, b.id, properties(r)]) AS relations",
        create="UNWIND $rows AS r MATCH (a:RequestLine {id: r[0]}) MATCH (b:Part {id: r[1]}) "
        "CREATE (a)-[x:FOR_PART]->(b) SET x = r[2] "
        "FOREACH (z IN r[3] | SET x[z[0]] = datetime(z[1]))",
    ),
    RelationKind(
        start="PartsRequest",
        type="HAS_FILE",
        end="Attachment",
        paged="Attachment",
        page="UNWIND $keys AS key MATCH (b:Attachment {id: key})<-[r:HAS_FILE]-(a:PartsRequest) "
        "RETURN collect([a.id, b.id, properties(r)]) AS relations",
        create="UNWIND $rows AS r MATCH (a:PartsRequest {id: r[0]}) "
        "MATCH (b:Attachment {id: r[1]}) "
        "CREATE (a)-[x:HAS_FILE]->(b) SET x = r[2] "
        "FOREACH (z IN r[3] | SET x[z[0]] = datetime(z[1]))",
    ),
    RelationKind(
        start="RequestLine",
        type="RANKED",
        end="Ranking",
        paged="Ranking",
        page="UNWIND $keys AS key MATCH (b:Ranking {id: key})<-[r:RANKED]-(a:RequestLine) "
        "RETURN collect([a.id, b.id, properties(r)]) AS relations",
        create="UNWIND $rows AS r MATCH (a:RequestLine {id: r[0]}) "
        "MATCH (b:Ranking {id: r[1]}) "
        "CREATE (a)-[x:RANKED]->(b) SET x = r[2] "
        "FOREACH (z IN r[3] | SET x[z[0]] = datetime(z[1]))",
    ),
    RelationKind(
        start="PartsRequest",
        type="INVITES",
        end="Firm",
        paged="PartsRequest",
        page="UNWIND $keys AS key MATCH (a:PartsRequest {id: key})-[r:INVITES]->(b:Firm) "
        "RETURN collect([a.id, b.id, properties(r)]) AS relations",
        create="UNWIND $rows AS r MATCH (a:PartsRequest {id: r[0]}) MATCH (b:Firm {id: r[1]}) "
        "CREATE (a)-[x:INVITES]->(b) SET x = r[2] "
        "FOREACH (z IN r[3] | SET x[z[0]] = datetime(z[1]))",
    ),
    RelationKind(
        start="Firm",
        type="PLACED",
        end="Bid",
        paged="Bid",
        page="UNWIND $keys AS key MATCH (b:Bid {id: key})<-[r:PLACED]-(a:Firm) "
        "RETURN collect([a.id, b.id, properties(r)]) AS relations",
        create="UNWIND $rows AS r MATCH (a:Firm {id: r[0]}) MATCH (b:Bid {id: r[1]}) "
        "CREATE (a)-[x:PLACED]->(b) SET x = r[2] "
        "FOREACH (z IN r[3] | SET x[z[0]] = datetime(z[1]))",
    ),
    RelationKind(
        start="Bid",
        type="ANSWERS",
        end="PartsRequest",
        paged="Bid",
        page="UNWIND $keys AS key MATCH (a:Bid {id: key})-[r:ANSWERS]->(b:PartsRequest) "
        "RETURN collect([a.id, b.id, properties(r)]) AS relations",
        create="UNWIND $rows AS r MATCH (a:Bid {id: r[0]}) MATCH (b:PartsRequest {id: r[1]}) "
        "CREATE (a)-[x:ANSWERS]->(b) SET x = r[2] "
        "FOREACH (z IN r[3] | SET x[z[0]] = datetime(z[1]))",
    ),
    RelationKind(
        start="Bid",
        type="HAS_LINE",
        end="BidLine",
        paged="BidLine",
        page="UNWIND $keys AS key MATCH (b:BidLine {id: key})<-[r:HAS_LINE]-(a:Bid) "
        "RETURN collect([a.id, b.id, properties(r)]) AS relations",
        create="UNWIND $rows AS r MATCH (a:Bid {id: r[0]}) MATCH (b:BidLine {id: r[1]}) "
        "CREATE (a)-[x:HAS_LINE]->(b) SET x = r[2] "
        "FOREACH (z IN r[3] | SET x[z[0]] = datetime(z[1]))",
    ),
    RelationKind(
        start="BidLine",
        type="PRICES",
        end="RequestLine",
        paged="BidLine",
        page="UNWIND $keys AS key MATCH (a:BidLine {id: key})-[r:PRICES]->(b:RequestLine) "
        "RETURN collect([a.id, b.id, properties(r)]) AS relations",
        create="UNWIND $rows AS r MATCH (a:BidLine {id: r[0]}) "
        "MATCH (b:RequestLine {id: r[1]}) "
        "CREATE (a)-[x:PRICES]->(b) SET x = r[2] "
        "FOREACH (z IN r[3] | SET x[z[0]] = datetime(z[1]))",
    ),
    RelationKind(
        start="AwardStudy",
        type="STUDIES",
        end="PartsRequest",
        paged="AwardStudy",
        page="UNWIND $keys AS key MATCH (a:AwardStudy {id: key})-[r:STUDIES]->(b:PartsRequest) "
        "RETURN collect([a.id, b.id, properties(r)]) AS relations",
        create="UNWIND $rows AS r MATCH (a:AwardStudy {id: r[0]}) "
        "MATCH (b:PartsRequest {id: r[1]}) "
        "CREATE (a)-[x:STUDIES]->(b) SET x = r[2] "
        "FOREACH (z IN r[3] | SET x[z[0]] = datetime(z[1]))",
    ),
    RelationKind(
        start="AwardStudy",
        type="HAS_SCENARIO",
        end="AwardScenario",
        paged="AwardScenario",
        page="UNWIND $keys AS key "
        "MATCH (b:AwardScenario {id: key})<-[r:HAS_SCENARIO]-(a:AwardStudy) "
        "RETURN collect([a.id, b.id, properties(r)]) AS relations",
        create="UNWIND $rows AS r MATCH (a:AwardStudy {id: r[0]}) "
        "MATCH (b:AwardScenario {id: r[1]}) "
        "CREATE (a)-[x:HAS_SCENARIO]->(b) SET x = r[2] "
        "FOREACH (z IN r[3] | SET x[z[0]] = datetime(z[1]))",
    ),
    RelationKind(
        start="Award",
        type="DECIDES",
        end="PartsRequest",
        paged="Award",
        page="UNWIND $keys AS key MATCH (a:Award {id: key})-[r:DECIDES]->(b:PartsRequest) "
        "RETURN collect([a.id, b.id, properties(r)]) AS relations",
        create="UNWIND $rows AS r MATCH (a:Award {id: r[0]}) "
        "MATCH (b:PartsRequest {id: r[1]}) "
        "CREATE (a)-[x:DECIDES]->(b) SET x = r[2] "
        "FOREACH (z IN r[3] | SET x[z[0]] = datetime(z[1]))",
    ),
    RelationKind(
        start="Award",
        type="MADE",
        end="Order",
        paged="Order",
        page="UNWIND $keys AS key MATCH (b:Order {id: key})<-[r:MADE]-(a:Award) "
        "RETURN collect([a.id, b.id, properties(r)]) AS relations",
        create="UNWIND $rows AS r MATCH (a:Award {id: r[0]}) MATCH (b:Order {id: r[1]}) "
        "CREATE (a)-[x:MADE]->(b) SET x = r[2] "
        "FOREACH (z IN r[3] | SET x[z[0]] = datetime(z[1]))",
    ),
    RelationKind(
        start="Award",
        type="TAKEN_FROM",
        end="AwardScenario",
        paged="Award",
        page="UNWIND $keys AS key MATCH (a:Award {id: key})-[r:TAKEN_FROM]->(b:AwardScenario) "
        "RETURN collect([a.id, b.id, properties(r)]) AS relations",
        create="UNWIND $rows AS r MATCH (a:Award {id: r[0]}) "
        "MATCH (b:AwardScenario {id: r[1]}) "
        "CREATE (a)-[x:TAKEN_FROM]->(b) SET x = r[2] "
        "FOREACH (z IN r[3] | SET x[z[0]] = datetime(z[1]))",
    ),
    RelationKind(
        start="Order",
        type="BOUGHT_BY",
        end="Firm",
        paged="Order",
        page="UNWIND $keys AS key MATCH (a:Order {id: key})-[r:BOUGHT_BY]->(b:Firm) "
        "RETURN collect([a.id, b.id, properties(r)]) AS relations",
        create="UNWIND $rows AS r MATCH (a:Order {id: r[0]}) MATCH (b:Firm {id: r[1]}) "
        "CREATE (a)-[x:BOUGHT_BY]->(b) SET x = r[2] "
        "FOREACH (z IN r[3] | SET x[z[0]] = datetime(z[1]))",
    ),
    RelationKind(
        start="Order",
        type="SUPPLIED_BY",
        end="Firm",
        paged="Order",
        page="UNWIND $keys AS key MATCH (a:Order {id: key})-[r:SUPPLIED_BY]->(b:Firm) "
        "RETURN collect([a.id, b.id, properties(r)]) AS relations",
        create="UNWIND $rows AS r MATCH (a:Order {id: r[0]}) MATCH (b:Firm {id: r[1]}) "
        "CREATE (a)-[x:SUPPLIED_BY]->(b) SET x = r[2] "
        "FOREACH (z IN r[3] | SET x[z[0]] = datetime(z[1]))",
    ),
    RelationKind(
        start="Order",
        type="HAS_LINE",
        end="OrderLine",
        paged="OrderLine",
        page="UNWIND $keys AS key MATCH (b:OrderLine {id: key})<-[r:HAS_LINE]-(a:Order) "
        "RETURN collect([a.id, b.id, properties(r)]) AS relations",
        create="UNWIND $rows AS r MATCH (a:Order {id: r[0]}) MATCH (b:OrderLine {id: r[1]}) "
        "CREATE (a)-[x:HAS_LINE]->(b) SET x = r[2] "
        "FOREACH (z IN r[3] | SET x[z[0]] = datetime(z[1]))",
    ),
    RelationKind(
        start="OrderLine",
        type="FOR_REQUEST_LINE",
        end="RequestLine",
        paged="OrderLine",
        page="UNWIND $keys AS key "
        "MATCH (a:OrderLine {id: key})-[r:FOR_REQUEST_LINE]->(b:RequestLine) "
        "RETURN collect([a.id, b.id, properties(r)]) AS relations",
        create="UNWIND $rows AS r MATCH (a:OrderLine {id: r[0]}) "
        "MATCH (b:RequestLine {id: r[1]}) "
        "CREATE (a)-[x:FOR_REQUEST_LINE]->(b) SET x = r[2] "
        "FOREACH (z IN r[3] | SET x[z[0]] = datetime(z[1]))",
    ),
    RelationKind(
        start="OrderLine",
        type="FOR_PART",
        end="Part",
        paged="OrderLine",
        page="UNWIND $keys AS key MATCH (a:OrderLine {id: key})-[r:FOR_PART]->(b:Part) "
        "RETURN collect([a.id, b.id, properties(r)]) AS relations",
        create="UNWIND $rows AS r MATCH (a:OrderLine {id: r[0]}) MATCH (b:Part {id: r[1]}) "
        "CREATE (a)-[x:FOR_PART]->(b) SET x = r[2] "
        "FOREACH (z IN r[3] | SET x[z[0]] = datetime(z[1]))",
    ),
    RelationKind(
        start="Order",
        type="SHARES",
        end="OrderLine",
        paged="Order",
        page="UNWIND $keys AS key MATCH (a:Order {id: key})-[r:SHARES]->(b:OrderLine) "
        "RETURN collect([a.id, b.id, properties(r)]) AS relations",
        create="UNWIND $rows AS r MATCH (a:Order {id: r[0]}) MATCH (b:OrderLine {id: r[1]}) "
        "CREATE (a)-[x:SHARES]->(b) SET x = r[2] "
        "FOREACH (z IN r[3] | SET x[z[0]] = datetime(z[1]))",
    ),
    RelationKind(
        start="Shipment",
        type="CONCERNS",
        end="OrderLine",
        paged="Shipment",
        page="UNWIND $keys AS key MATCH (a:Shipment {id: key})-[r:CONCERNS]->(b:OrderLine) "
        "RETURN collect([a.id, b.id, properties(r)]) AS relations",
        create="UNWIND $rows AS r MATCH (a:Shipment {id: r[0]}) "
        "MATCH (b:OrderLine {id: r[1]}) "
        "CREATE (a)-[x:CONCERNS]->(b) SET x = r[2] "
        "FOREACH (z IN r[3] | SET x[z[0]] = datetime(z[1]))",
    ),
    RelationKind(
        start="Receipt",
        type="CONCERNS",
        end="OrderLine",
        paged="Receipt",
        page="UNWIND $keys AS key MATCH (a:Receipt {id: key})-[r:CONCERNS]->(b:OrderLine) "
        "RETURN collect([a.id, b.id, properties(r)]) AS relations",
        create="UNWIND $rows AS r MATCH (a:Receipt {id: r[0]}) MATCH (b:OrderLine {id: r[1]}) "
        "CREATE (a)-[x:CONCERNS]->(b) SET x = r[2] "
        "FOREACH (z IN r[3] | SET x[z[0]] = datetime(z[1]))",
    ),
    RelationKind(
        start="Booking",
        type="TAKES",
        end="Capability",
        paged="Booking",
        page="UNWIND $keys AS key MATCH (a:Booking {id: key})-[r:TAKES]->(b:Capability) "
        "RETURN collect([a.id, b.id, properties(r)]) AS relations",
        create="UNWIND $rows AS r MATCH (a:Booking {id: r[0]}) "
        "MATCH (b:Capability {id: r[1]}) "
        "CREATE (a)-[x:TAKES]->(b) SET x = r[2] "
        "FOREACH (z IN r[3] | SET x[z[0]] = datetime(z[1]))",
    ),
    RelationKind(
        start="Hold",
        type="HOLDS",
        end="Capability",
        paged="Hold",
        page="UNWIND $keys AS key MATCH (a:Hold {id: key})-[r:HOLDS]->(b:Capability) "
        "RETURN collect([a.id, b.id, properties(r)]) AS relations",
        create="UNWIND $rows AS r MATCH (a:Hold {id: r[0]}) MATCH (b:Capability {id: r[1]}) "
        "CREATE (a)-[x:HOLDS]->(b) SET x = r[2] "
        "FOREACH (z IN r[3] | SET x[z[0]] = datetime(z[1]))",
    ),
    RelationKind(
        start="Event",
        type="TELLS",
        end="Firm",
        paged="Event",
        page="UNWIND $keys AS key MATCH (a:Event {id: key})-[r:TELLS]->(b:Firm) "
        "RETURN collect([a.id, b.id, properties(r)]) AS relations",
        create="UNWIND $rows AS r MATCH (a:Event {id: r[0]}) MATCH (b:Firm {id: r[1]}) "
        "CREATE (a)-[x:TELLS]->(b) SET x = r[2] "
        "FOREACH (z IN r[3] | SET x[z[0]] = datetime(z[1]))",
    ),
)
