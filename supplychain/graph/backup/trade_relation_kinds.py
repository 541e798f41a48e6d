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
        page="MATCH (a:DeliveryBatch)-[r:SPEAKS_OF]->(b:Firm) WHERE a.id >= $low "
        "AND a.id <= $high RETURN collect([a.id, b.id, properties(r)]) AS relations",
        create="UNWIND $rows AS r MATCH (a:DeliveryBatch {id: r[0]}) "
        "MATCH (b:Firm {id: r[1]}) "
        "CREATE (a)-[x:SPEAKS_OF]->(b) SET x = r[2] "
        "FOREACH (z IN r[3] | SET x[z[0]] = datetime(z[1]))",
        bare="UNWIND $rows AS r MATCH (a:DeliveryBatch {id: r[0]}) MATCH (b:Firm {id: r[1]}) "
        "CREATE (a)-[x:SPEAKS_OF]->(b)",
    ),
    RelationKind(
        start="Firm",
        type="POSTED",
        end="PartsRequest",
        paged="PartsRequest",
        page="MATCH (b:PartsRequest)<-[r:POSTED]-(a:Firm) WHERE b.id >= $low AND b.id <= $high "
        "RETURN collect([a.id, b.id, properties(r)]) AS relations",
        create="UNWIND $rows AS r MATCH (a:Firm {id: r[0]}) MATCH (b:PartsRequest {id: r[1]}) "
        "CREATE (a)-[x:POSTED]->(b) SET x = r[2] "
        "FOREACH (z IN r[3] | SET x[z[0]] = datetime(z[1]))",
        bare="UNWIND $rows AS r MATCH (a:Firm {id: r[0]}) MATCH (b:PartsRequest {id: r[1]}) "
        "CREATE (a)-[x:POSTED]->(b)",
    ),
    RelationKind(
        start="PartsRequest",
        type="HAS_SEAL",
        end="RequestSeal",
        paged="RequestSeal",
        page="MATCH (b:RequestSeal)<-[r:HAS_SEAL]-(a:PartsRequest) WHERE b.request_id >= $low "
        "AND b.request_id <= $high "
        "RETURN collect([a.id, b.request_id, properties(r)]) AS relations",
        create="UNWIND $rows AS r MATCH (a:PartsRequest {id: r[0]}) "
        "MATCH (b:RequestSeal {request_id: r[1]}) "
        "CREATE (a)-[x:HAS_SEAL]->(b) SET x = r[2] "
        "FOREACH (z IN r[3] | SET x[z[0]] = datetime(z[1]))",
        bare="UNWIND $rows AS r MATCH (a:PartsRequest {id: r[0]}) "
        "MATCH (b:RequestSeal {request_id: r[1]}) CREATE (a)-[x:HAS_SEAL]->(b)",
    ),
    RelationKind(
        start="PartsRequest",
        type="HAS_AGREEMENT",
        end="OpeningAgreement",
        paged="OpeningAgreement",
        page="MATCH (b:OpeningAgreement)<-[r:HAS_AGREEMENT]-(a:PartsRequest) WHERE b.id >= $low "
        "AND b.id <= $high RETURN collect([a.id, b.id, properties(r)]) AS relations",
        create="UNWIND $rows AS r MATCH (a:PartsRequest {id: r[0]}) "
        "MATCH (b:OpeningAgreement {id: r[1]}) "
        "CREATE (a)-[x:HAS_AGREEMENT]->(b) SET x = r[2] "
        "FOREACH (z IN r[3] | SET x[z[0]] = datetime(z[1]))",
        bare="UNWIND $rows AS r MATCH (a:PartsRequest {id: r[0]}) "
        "MATCH (b:OpeningAgreement {id: r[1]}) CREATE (a)-[x:HAS_AGREEMENT]->(b)",
    ),
    RelationKind(
        start="PartsRequest",
        type="HAS_LINE",
        end="RequestLine",
        paged="RequestLine",
        page="MATCH (b:RequestLine)<-[r:HAS_LINE]-(a:PartsRequest) WHERE b.id >= $low "
        "AND b.id <= $high RETURN collect([a.id, b.id, properties(r)]) AS relations",
        create="UNWIND $rows AS r MATCH (a:PartsRequest {id: r[0]}) "
        "MATCH (b:RequestLine {id: r[1]}) "
        "CREATE (a)-[x:HAS_LINE]->(b) SET x = r[2] "
        "FOREACH (z IN r[3] | SET x[z[0]] = datetime(z[1]))",
        bare="UNWIND $rows AS r MATCH (a:PartsRequest {id: r[0]}) "
        "MATCH (b:RequestLine {id: r[1]}) CREATE (a)-[x:HAS_LINE]->(b)",
    ),
    RelationKind(
        start="RequestLine",
        type="FOR_PART",
        end="Part",
        paged="RequestLine",
        page="MATCH (a:RequestLine)-[r:FOR_PART]->(b:Part) WHERE a.id >= $low AND a.id <= $high "
        "RETURN collect([a.id, b.id, properties(r)]) AS relations",
        create="UNWIND $rows AS r MATCH (a:RequestLine {id: r[0]}) MATCH (b:Part {id: r[1]}) "
        "CREATE (a)-[x:FOR_PART]->(b) SET x = r[2] "
        "FOREACH (z IN r[3] | SET x[z[0]] = datetime(z[1]))",
        bare="UNWIND $rows AS r MATCH (a:RequestLine {id: r[0]}) MATCH (b:Part {id: r[1]}) "
        "CREATE (a)-[x:FOR_PART]->(b)",
    ),
    RelationKind(
        start="PartsRequest",
        type="HAS_FILE",
        end="Attachment",
        paged="Attachment",
        page="MATCH (b:Attachment)<-[r:HAS_FILE]-(a:PartsRequest) WHERE b.id >= $low "
        "AND b.id <= $high RETURN collect([a.id, b.id, properties(r)]) AS relations",
        create="UNWIND $rows AS r MATCH (a:PartsRequest {id: r[0]}) "
        "MATCH (b:Attachment {id: r[1]}) "
        "CREATE (a)-[x:HAS_FILE]->(b) SET x = r[2] "
        "FOREACH (z IN r[3] | SET x[z[0]] = datetime(z[1]))",
        bare="UNWIND $rows AS r MATCH (a:PartsRequest {id: r[0]}) MATCH (b:Attachment {id: r[1]}) "
        "CREATE (a)-[x:HAS_FILE]->(b)",
    ),
    RelationKind(
        start="RequestLine",
        type="RANKED",
        end="Ranking",
        paged="Ranking",
        page="MATCH (b:Ranking)<-[r:RANKED]-(a:RequestLine) WHERE b.id >= $low AND b.id <= $high "
        "RETURN collect([a.id, b.id, properties(r)]) AS relations",
        create="UNWIND $rows AS r MATCH (a:RequestLine {id: r[0]}) "
        "MATCH (b:Ranking {id: r[1]}) "
        "CREATE (a)-[x:RANKED]->(b) SET x = r[2] "
        "FOREACH (z IN r[3] | SET x[z[0]] = datetime(z[1]))",
        bare="UNWIND $rows AS r MATCH (a:RequestLine {id: r[0]}) MATCH (b:Ranking {id: r[1]}) "
        "CREATE (a)-[x:RANKED]->(b)",
    ),
    RelationKind(
        start="PartsRequest",
        type="INVITES",
        end="Firm",
        paged="PartsRequest",
        page="MATCH (a:PartsRequest)-[r:INVITES]->(b:Firm) WHERE a.id >= $low AND a.id <= $high "
        "RETURN collect([a.id, b.id, properties(r)]) AS relations",
        create="UNWIND $rows AS r MATCH (a:PartsRequest {id: r[0]}) MATCH (b:Firm {id: r[1]}) "
        "CREATE (a)-[x:INVITES]->(b) SET x = r[2] "
        "FOREACH (z IN r[3] | SET x[z[0]] = datetime(z[1]))",
        bare="UNWIND $rows AS r MATCH (a:PartsRequest {id: r[0]}) MATCH (b:Firm {id: r[1]}) "
        "CREATE (a)-[x:INVITES]->(b)",
    ),
    RelationKind(
        start="Firm",
        type="PLACED",
        end="Bid",
        paged="Bid",
        page="MATCH (b:Bid)<-[r:PLACED]-(a:Firm) WHERE b.id >= $low AND b.id <= $high "
        "RETURN collect([a.id, b.id, properties(r)]) AS relations",
        create="UNWIND $rows AS r MATCH (a:Firm {id: r[0]}) MATCH (b:Bid {id: r[1]}) "
        "CREATE (a)-[x:PLACED]->(b) SET x = r[2] "
        "FOREACH (z IN r[3] | SET x[z[0]] = datetime(z[1]))",
        bare="UNWIND $rows AS r MATCH (a:Firm {id: r[0]}) MATCH (b:Bid {id: r[1]}) "
        "CREATE (a)-[x:PLACED]->(b)",
    ),
    RelationKind(
        start="Bid",
        type="ANSWERS",
        end="PartsRequest",
        paged="Bid",
        page="MATCH (a:Bid)-[r:ANSWERS]->(b:PartsRequest) WHERE a.id >= $low AND a.id <= $high "
        "RETURN collect([a.id, b.id, properties(r)]) AS relations",
        create="UNWIND $rows AS r MATCH (a:Bid {id: r[0]}) MATCH (b:PartsRequest {id: r[1]}) "
        "CREATE (a)-[x:ANSWERS]->(b) SET x = r[2] "
        "FOREACH (z IN r[3] | SET x[z[0]] = datetime(z[1]))",
        bare="UNWIND $rows AS r MATCH (a:Bid {id: r[0]}) MATCH (b:PartsRequest {id: r[1]}) "
        "CREATE (a)-[x:ANSWERS]->(b)",
    ),
    RelationKind(
        start="Bid",
        type="HAS_LINE",
        end="BidLine",
        paged="BidLine",
        page="MATCH (b:BidLine)<-[r:HAS_LINE]-(a:Bid) WHERE b.id >= $low AND b.id <= $high "
        "RETURN collect([a.id, b.id, properties(r)]) AS relations",
        create="UNWIND $rows AS r MATCH (a:Bid {id: r[0]}) MATCH (b:BidLine {id: r[1]}) "
        "CREATE (a)-[x:HAS_LINE]->(b) SET x = r[2] "
        "FOREACH (z IN r[3] | SET x[z[0]] = datetime(z[1]))",
        bare="UNWIND $rows AS r MATCH (a:Bid {id: r[0]}) MATCH (b:BidLine {id: r[1]}) "
        "CREATE (a)-[x:HAS_LINE]->(b)",
    ),
    RelationKind(
        start="BidLine",
        type="PRICES",
        end="RequestLine",
        paged="BidLine",
        page="MATCH (a:BidLine)-[r:PRICES]->(b:RequestLine) WHERE a.id >= $low AND a.id <= $high "
        "RETURN collect([a.id, b.id, properties(r)]) AS relations",
        create="UNWIND $rows AS r MATCH (a:BidLine {id: r[0]}) "
        "MATCH (b:RequestLine {id: r[1]}) "
        "CREATE (a)-[x:PRICES]->(b) SET x = r[2] "
        "FOREACH (z IN r[3] | SET x[z[0]] = datetime(z[1]))",
        bare="UNWIND $rows AS r MATCH (a:BidLine {id: r[0]}) MATCH (b:RequestLine {id: r[1]}) "
        "CREATE (a)-[x:PRICES]->(b)",
    ),
    RelationKind(
        start="AwardStudy",
        type="STUDIES",
        end="PartsRequest",
        paged="AwardStudy",
        page="MATCH (a:AwardStudy)-[r:STUDIES]->(b:PartsRequest) WHERE a.id >= $low "
        "AND a.id <= $high RETURN collect([a.id, b.id, properties(r)]) AS relations",
        create="UNWIND $rows AS r MATCH (a:AwardStudy {id: r[0]}) "
        "MATCH (b:PartsRequest {id: r[1]}) "
        "CREATE (a)-[x:STUDIES]->(b) SET x = r[2] "
        "FOREACH (z IN r[3] | SET x[z[0]] = datetime(z[1]))",
        bare="UNWIND $rows AS r MATCH (a:AwardStudy {id: r[0]}) MATCH (b:PartsRequest {id: r[1]}) "
        "CREATE (a)-[x:STUDIES]->(b)",
    ),
    RelationKind(
        start="AwardStudy",
        type="HAS_SCENARIO",
        end="AwardScenario",
        paged="AwardScenario",
        page="MATCH (b:AwardScenario)<-[r:HAS_SCENARIO]-(a:AwardStudy) WHERE b.id >= $low "
        "AND b.id <= $high RETURN collect([a.id, b.id, properties(r)]) AS relations",
        create="UNWIND $rows AS r MATCH (a:AwardStudy {id: r[0]}) "
        "MATCH (b:AwardScenario {id: r[1]}) "
        "CREATE (a)-[x:HAS_SCENARIO]->(b) SET x = r[2] "
        "FOREACH (z IN r[3] | SET x[z[0]] = datetime(z[1]))",
        bare="UNWIND $rows AS r MATCH (a:AwardStudy {id: r[0]}) "
        "MATCH (b:AwardScenario {id: r[1]}) CREATE (a)-[x:HAS_SCENARIO]->(b)",
    ),
    RelationKind(
        start="Award",
        type="DECIDES",
        end="PartsRequest",
        paged="Award",
        page="MATCH (a:Award)-[r:DECIDES]->(b:PartsRequest) WHERE a.id >= $low AND a.id <= $high "
        "RETURN collect([a.id, b.id, properties(r)]) AS relations",
        create="UNWIND $rows AS r MATCH (a:Award {id: r[0]}) "
        "MATCH (b:PartsRequest {id: r[1]}) "
        "CREATE (a)-[x:DECIDES]->(b) SET x = r[2] "
        "FOREACH (z IN r[3] | SET x[z[0]] = datetime(z[1]))",
        bare="UNWIND $rows AS r MATCH (a:Award {id: r[0]}) MATCH (b:PartsRequest {id: r[1]}) "
        "CREATE (a)-[x:DECIDES]->(b)",
    ),
    RelationKind(
        start="Award",
        type="MADE",
        end="Order",
        paged="Order",
        page="MATCH (b:Order)<-[r:MADE]-(a:Award) WHERE b.id >= $low AND b.id <= $high "
        "RETURN collect([a.id, b.id, properties(r)]) AS relations",
        create="UNWIND $rows AS r MATCH (a:Award {id: r[0]}) MATCH (b:Order {id: r[1]}) "
        "CREATE (a)-[x:MADE]->(b) SET x = r[2] "
        "FOREACH (z IN r[3] | SET x[z[0]] = datetime(z[1]))",
        bare="UNWIND $rows AS r MATCH (a:Award {id: r[0]}) MATCH (b:Order {id: r[1]}) "
        "CREATE (a)-[x:MADE]->(b)",
    ),
    RelationKind(
        start="Award",
        type="TAKEN_FROM",
        end="AwardScenario",
        paged="Award",
        page="MATCH (a:Award)-[r:TAKEN_FROM]->(b:AwardScenario) WHERE a.id >= $low "
        "AND a.id <= $high RETURN collect([a.id, b.id, properties(r)]) AS relations",
        create="UNWIND $rows AS r MATCH (a:Award {id: r[0]}) "
        "MATCH (b:AwardScenario {id: r[1]}) "
        "CREATE (a)-[x:TAKEN_FROM]->(b) SET x = r[2] "
        "FOREACH (z IN r[3] | SET x[z[0]] = datetime(z[1]))",
        bare="UNWIND $rows AS r MATCH (a:Award {id: r[0]}) MATCH (b:AwardScenario {id: r[1]}) "
        "CREATE (a)-[x:TAKEN_FROM]->(b)",
    ),
    RelationKind(
        start="Order",
        type="BOUGHT_BY",
        end="Firm",
        paged="Order",
        page="MATCH (a:Order)-[r:BOUGHT_BY]->(b:Firm) WHERE a.id >= $low AND a.id <= $high "
        "RETURN collect([a.id, b.id, properties(r)]) AS relations",
        create="UNWIND $rows AS r MATCH (a:Order {id: r[0]}) MATCH (b:Firm {id: r[1]}) "
        "CREATE (a)-[x:BOUGHT_BY]->(b) SET x = r[2] "
        "FOREACH (z IN r[3] | SET x[z[0]] = datetime(z[1]))",
        bare="UNWIND $rows AS r MATCH (a:Order {id: r[0]}) MATCH (b:Firm {id: r[1]}) "
        "CREATE (a)-[x:BOUGHT_BY]->(b)",
    ),
    RelationKind(
        start="Order",
        type="SUPPLIED_BY",
        end="Firm",
        paged="Order",
        page="MATCH (a:Order)-[r:SUPPLIED_BY]->(b:Firm) WHERE a.id >= $low AND a.id <= $high "
        "RETURN collect([a.id, b.id, properties(r)]) AS relations",
        create="UNWIND $rows AS r MATCH (a:Order {id: r[0]}) MATCH (b:Firm {id: r[1]}) "
        "CREATE (a)-[x:SUPPLIED_BY]->(b) SET x = r[2] "
        "FOREACH (z IN r[3] | SET x[z[0]] = datetime(z[1]))",
        bare="UNWIND $rows AS r MATCH (a:Order {id: r[0]}) MATCH (b:Firm {id: r[1]}) "
        "CREATE (a)-[x:SUPPLIED_BY]->(b)",
    ),
    RelationKind(
        start="Order",
        type="HAS_LINE",
        end="OrderLine",
        paged="OrderLine",
        page="MATCH (b:OrderLine)<-[r:HAS_LINE]-(a:Order) WHERE b.id >= $low AND b.id <= $high "
        "RETURN collect([a.id, b.id, properties(r)]) AS relations",
        create="UNWIND $rows AS r MATCH (a:Order {id: r[0]}) MATCH (b:OrderLine {id: r[1]}) "
        "CREATE (a)-[x:HAS_LINE]->(b) SET x = r[2] "
        "FOREACH (z IN r[3] | SET x[z[0]] = datetime(z[1]))",
        bare="UNWIND $rows AS r MATCH (a:Order {id: r[0]}) MATCH (b:OrderLine {id: r[1]}) "
        "CREATE (a)-[x:HAS_LINE]->(b)",
    ),
    RelationKind(
        start="OrderLine",
        type="FOR_REQUEST_LINE",
        end="RequestLine",
        paged="OrderLine",
        page="MATCH (a:OrderLine)-[r:FOR_REQUEST_LINE]->(b:RequestLine) WHERE a.id >= $low "
        "AND a.id <= $high RETURN collect([a.id, b.id, properties(r)]) AS relations",
        create="UNWIND $rows AS r MATCH (a:OrderLine {id: r[0]}) "
        "MATCH (b:RequestLine {id: r[1]}) "
        "CREATE (a)-[x:FOR_REQUEST_LINE]->(b) SET x = r[2] "
        "FOREACH (z IN r[3] | SET x[z[0]] = datetime(z[1]))",
        bare="UNWIND $rows AS r MATCH (a:OrderLine {id: r[0]}) MATCH (b:RequestLine {id: r[1]}) "
        "CREATE (a)-[x:FOR_REQUEST_LINE]->(b)",
    ),
    RelationKind(
        start="OrderLine",
        type="FOR_PART",
        end="Part",
        paged="OrderLine",
        page="MATCH (a:OrderLine)-[r:FOR_PART]->(b:Part) WHERE a.id >= $low AND a.id <= $high "
        "RETURN collect([a.id, b.id, properties(r)]) AS relations",
        create="UNWIND $rows AS r MATCH (a:OrderLine {id: r[0]}) MATCH (b:Part {id: r[1]}) "
        "CREATE (a)-[x:FOR_PART]->(b) SET x = r[2] "
        "FOREACH (z IN r[3] | SET x[z[0]] = datetime(z[1]))",
        bare="UNWIND $rows AS r MATCH (a:OrderLine {id: r[0]}) MATCH (b:Part {id: r[1]}) "
        "CREATE (a)-[x:FOR_PART]->(b)",
    ),
    RelationKind(
        start="Order",
        type="SHARES",
        end="OrderLine",
        paged="Order",
        page="MATCH (a:Order)-[r:SHARES]->(b:OrderLine) WHERE a.id >= $low AND a.id <= $high "
        "RETURN collect([a.id, b.id, properties(r)]) AS relations",
        create="UNWIND $rows AS r MATCH (a:Order {id: r[0]}) MATCH (b:OrderLine {id: r[1]}) "
        "CREATE (a)-[x:SHARES]->(b) SET x = r[2] "
        "FOREACH (z IN r[3] | SET x[z[0]] = datetime(z[1]))",
        bare="UNWIND $rows AS r MATCH (a:Order {id: r[0]}) MATCH (b:OrderLine {id: r[1]}) "
        "CREATE (a)-[x:SHARES]->(b)",
    ),
    RelationKind(
        start="Shipment",
        type="CONCERNS",
        end="OrderLine",
        paged="Shipment",
        page="MATCH (a:Shipment)-[r:CONCERNS]->(b:OrderLine) WHERE a.id >= $low AND a.id <= $high "
        "RETURN collect([a.id, b.id, properties(r)]) AS relations",
        create="UNWIND $rows AS r MATCH (a:Shipment {id: r[0]}) "
        "MATCH (b:OrderLine {id: r[1]}) "
        "CREATE (a)-[x:CONCERNS]->(b) SET x = r[2] "
        "FOREACH (z IN r[3] | SET x[z[0]] = datetime(z[1]))",
        bare="UNWIND $rows AS r MATCH (a:Shipment {id: r[0]}) MATCH (b:OrderLine {id: r[1]}) "
        "CREATE (a)-[x:CONCERNS]->(b)",
        fresh="UNWIND $keys AS key MATCH (a:Shipment {id: key})-[r:CONCERNS]->(b:OrderLine) "
        "RETURN collect([a.id, b.id, properties(r)]) AS read",
    ),
    RelationKind(
        start="Receipt",
        type="CONCERNS",
        end="OrderLine",
        paged="Receipt",
        page="MATCH (a:Receipt)-[r:CONCERNS]->(b:OrderLine) WHERE a.id >= $low AND a.id <= $high "
        "RETURN collect([a.id, b.id, properties(r)]) AS relations",
        create="UNWIND $rows AS r MATCH (a:Receipt {id: r[0]}) MATCH (b:OrderLine {id: r[1]}) "
        "CREATE (a)-[x:CONCERNS]->(b) SET x = r[2] "
        "FOREACH (z IN r[3] | SET x[z[0]] = datetime(z[1]))",
        bare="UNWIND $rows AS r MATCH (a:Receipt {id: r[0]}) MATCH (b:OrderLine {id: r[1]}) "
        "CREATE (a)-[x:CONCERNS]->(b)",
        fresh="UNWIND $keys AS key MATCH (a:Receipt {id: key})-[r:CONCERNS]->(b:OrderLine) "
        "RETURN collect([a.id, b.id, properties(r)]) AS read",
    ),
    RelationKind(
        start="Booking",
        type="TAKES",
        end="Capability",
        paged="Booking",
        page="MATCH (a:Booking)-[r:TAKES]->(b:Capability) WHERE a.id >= $low AND a.id <= $high "
        "RETURN collect([a.id, b.id, properties(r)]) AS relations",
        create="UNWIND $rows AS r MATCH (a:Booking {id: r[0]}) "
        "MATCH (b:Capability {id: r[1]}) "
        "CREATE (a)-[x:TAKES]->(b) SET x = r[2] "
        "FOREACH (z IN r[3] | SET x[z[0]] = datetime(z[1]))",
        bare="UNWIND $rows AS r MATCH (a:Booking {id: r[0]}) MATCH (b:Capability {id: r[1]}) "
        "CREATE (a)-[x:TAKES]->(b)",
    ),
    RelationKind(
        start="Hold",
        type="HOLDS",
        end="Capability",
        paged="Hold",
        page="MATCH (a:Hold)-[r:HOLDS]->(b:Capability) WHERE a.id >= $low AND a.id <= $high "
        "RETURN collect([a.id, b.id, properties(r)]) AS relations",
        create="UNWIND $rows AS r MATCH (a:Hold {id: r[0]}) MATCH (b:Capability {id: r[1]}) "
        "CREATE (a)-[x:HOLDS]->(b) SET x = r[2] "
        "FOREACH (z IN r[3] | SET x[z[0]] = datetime(z[1]))",
        bare="UNWIND $rows AS r MATCH (a:Hold {id: r[0]}) MATCH (b:Capability {id: r[1]}) "
        "CREATE (a)-[x:HOLDS]->(b)",
    ),
    RelationKind(
        start="Event",
        type="TELLS",
        end="Firm",
        paged="Event",
        page="MATCH (a:Event)-[r:TELLS]->(b:Firm) WHERE a.id >= $low AND a.id <= $high "
        "RETURN collect([a.id, b.id, properties(r)]) AS relations",
        create="UNWIND $rows AS r MATCH (a:Event {id: r[0]}) MATCH (b:Firm {id: r[1]}) "
        "CREATE (a)-[x:TELLS]->(b) SET x = r[2] "
        "FOREACH (z IN r[3] | SET x[z[0]] = datetime(z[1]))",
        bare="UNWIND $rows AS r MATCH (a:Event {id: r[0]}) MATCH (b:Firm {id: r[1]}) "
        "CREATE (a)-[x:TELLS]->(b)",
        fresh="UNWIND $keys AS key MATCH (a:Event {id: key})-[r:TELLS]->(b:Firm) "
        "RETURN collect([a.id, b.id, properties(r)]) AS read",
    ),
    RelationKind(
        start="Order",
        type="LIES_IN",
        end="Tray",
        paged="Order",
        page="MATCH (a:Order)-[r:LIES_IN]->(b:Tray) WHERE a.id >= $low AND a.id <= $high "
        "RETURN collect([a.id, b.id, properties(r)]) AS relations",
        create="UNWIND $rows AS r MATCH (a:Order {id: r[0]}) MATCH (b:Tray {id: r[1]}) "
        "CREATE (a)-[x:LIES_IN]->(b) SET x = r[2] "
        "FOREACH (z IN r[3] | SET x[z[0]] = datetime(z[1]))",
        bare="UNWIND $rows AS r MATCH (a:Order {id: r[0]}) MATCH (b:Tray {id: r[1]}) "
        "CREATE (a)-[x:LIES_IN]->(b)",
    ),
    RelationKind(
        start="TrayNote",
        type="LIES_IN",
        end="Tray",
        paged="TrayNote",
        page="MATCH (a:TrayNote)-[r:LIES_IN]->(b:Tray) WHERE a.id >= $low AND a.id <= $high "
        "RETURN collect([a.id, b.id, properties(r)]) AS relations",
        create="UNWIND $rows AS r MATCH (a:TrayNote {id: r[0]}) MATCH (b:Tray {id: r[1]}) "
        "CREATE (a)-[x:LIES_IN]->(b) SET x = r[2] "
        "FOREACH (z IN r[3] | SET x[z[0]] = datetime(z[1]))",
        bare="UNWIND $rows AS r MATCH (a:TrayNote {id: r[0]}) MATCH (b:Tray {id: r[1]}) "
        "CREATE (a)-[x:LIES_IN]->(b)",
    ),
    RelationKind(
        start="PartsRequest",
        type="LIES_IN",
        end="Tray",
        paged="PartsRequest",
        page="MATCH (a:PartsRequest)-[r:LIES_IN]->(b:Tray) WHERE a.id >= $low AND a.id <= $high "
        "RETURN collect([a.id, b.id, properties(r)]) AS relations",
        create="UNWIND $rows AS r MATCH (a:PartsRequest {id: r[0]}) MATCH (b:Tray {id: r[1]}) "
        "CREATE (a)-[x:LIES_IN]->(b) SET x = r[2] "
        "FOREACH (z IN r[3] | SET x[z[0]] = datetime(z[1]))",
        bare="UNWIND $rows AS r MATCH (a:PartsRequest {id: r[0]}) MATCH (b:Tray {id: r[1]}) "
        "CREATE (a)-[x:LIES_IN]->(b)",
    ),
)
