"""How nodes of requests, bids, awards, orders, deliveries and events are copied and put back."""

from __future__ import annotations

from typing import Final

from supplychain.graph.backup.kinds import NodeKind

TRADE_NODES: Final = (
    NodeKind(
        label="Delivery",
        key="id",
        keys="MATCH (n:Delivery) WITH n.id AS key LIMIT $limit RETURN collect(key) AS keys",
        page="MATCH (n:Delivery) WHERE n.id >= $low AND n.id <= $high "
        "RETURN collect(properties(n)) AS nodes",
        create="UNWIND $rows AS r CREATE (n:Delivery) SET n = r[0] "
        "FOREACH (z IN r[1] | SET n[z[0]] = datetime(z[1]))",
        delete="UNWIND $keys AS key MATCH (n:Delivery {id: key}) DETACH DELETE n",
    ),
    NodeKind(
        label="DeliveryBatch",
        key="id",
        keys="MATCH (n:DeliveryBatch) WITH n.id AS key LIMIT $limit RETURN collect(key) AS keys",
        page="MATCH (n:DeliveryBatch) WHERE n.id >= $low AND n.id <= $high "
        "RETURN collect(properties(n)) AS nodes",
        create="UNWIND $rows AS r CREATE (n:DeliveryBatch) SET n = r[0] "
        "FOREACH (z IN r[1] | SET n[z[0]] = datetime(z[1]))",
        delete="UNWIND $keys AS key MATCH (n:DeliveryBatch {id: key}) DETACH DELETE n",
    ),
    NodeKind(
        label="ReplacedDelivery",
        key="id",
        keys="MATCH (n:ReplacedDelivery) WITH n.id AS key LIMIT $limit RETURN collect(key) AS keys",
        page="MATCH (n:ReplacedDelivery) WHERE n.id >= $low AND n.id <= $high "
        "RETURN collect(properties(n)) AS nodes",
        create="UNWIND $rows AS r CREATE (n:ReplacedDelivery) SET n = r[0] "
        "FOREACH (z IN r[1] | SET n[z[0]] = datetime(z[1]))",
        delete="UNWIND $keys AS key MATCH (n:ReplacedDelivery {id: key}) DETACH DELETE n",
    ),
    NodeKind(
        label="BuyerRecord",
        key="id",
        keys="MATCH (n:BuyerRecord) WITH n.id AS key LIMIT $limit RETURN collect(key) AS keys",
        page="MATCH (n:BuyerRecord) WHERE n.id >= $low AND n.id <= $high "
        "RETURN collect(properties(n)) AS nodes",
        create="UNWIND $rows AS r CREATE (n:BuyerRecord) SET n = r[0] "
        "FOREACH (z IN r[1] | SET n[z[0]] = datetime(z[1]))",
        delete="UNWIND $keys AS key MATCH (n:BuyerRecord {id: key}) DETACH DELETE n",
    ),
    NodeKind(
        label="PartsRequest",
        key="id",
        keys="MATCH (n:PartsRequest) WITH n.id AS key LIMIT $limit RETURN collect(key) AS keys",
        page="MATCH (n:PartsRequest) WHERE n.id >= $low AND n.id <= $high "
        "RETURN collect(properties(n)) AS nodes",
        create="UNWIND $rows AS r CREATE (n:PartsRequest) SET n = r[0] "
        "FOREACH (z IN r[1] | SET n[z[0]] = datetime(z[1]))",
        delete="UNWIND $keys AS key MATCH (n:PartsRequest {id: key}) DETACH DELETE n",
    ),
    NodeKind(
        label="Invitation",
        key="id",
        keys="MATCH (n:Invitation) WITH n.id AS key LIMIT $limit RETURN collect(key) AS keys",
        page="MATCH (n:Invitation) WHERE n.id >= $low AND n.id <= $high "
        "RETURN collect(properties(n)) AS nodes",
        create="UNWIND $rows AS r CREATE (n:Invitation) SET n = r[0] "
        "FOREACH (z IN r[1] | SET n[z[0]] = datetime(z[1]))",
        delete="UNWIND $keys AS key MATCH (n:Invitation {id: key}) DETACH DELETE n",
    ),
    NodeKind(
        label="RequestSeal",
        key="request_id",
        keys="MATCH (n:RequestSeal) "
        "WITH n.request_id AS key LIMIT $limit RETURN collect(key) AS keys",
        page="MATCH (n:RequestSeal) WHERE n.request_id >= $low AND n.request_id <= $high "
        "RETURN collect(properties(n)) AS nodes",
        create="UNWIND $rows AS r CREATE (n:RequestSeal) SET n = r[0] "
        "FOREACH (z IN r[1] | SET n[z[0]] = datetime(z[1]))",
        delete="UNWIND $keys AS key MATCH (n:RequestSeal {request_id: key}) DETACH DELETE n",
    ),
    NodeKind(
        label="OpeningAgreement",
        key="id",
        keys="MATCH (n:OpeningAgreement) WITH n.id AS key LIMIT $limit RETURN collect(key) AS keys",
        page="MATCH (n:OpeningAgreement) WHERE n.id >= $low AND n.id <= $high "
        "RETURN collect(properties(n)) AS nodes",
        create="UNWIND $rows AS r CREATE (n:OpeningAgreement) SET n = r[0] "
        "FOREACH (z IN r[1] | SET n[z[0]] = datetime(z[1]))",
        delete="UNWIND $keys AS key MATCH (n:OpeningAgreement {id: key}) DETACH DELETE n",
    ),
    NodeKind(
        label="RequestLine",
        key="id",
        keys="MATCH (n:RequestLine) WITH n.id AS key LIMIT $limit RETURN collect(key) AS keys",
        page="MATCH (n:RequestLine) WHERE n.id >= $low AND n.id <= $high "
        "RETURN collect(properties(n)) AS nodes",
        create="UNWIND $rows AS r CREATE (n:RequestLine) SET n = r[0] "
        "FOREACH (z IN r[1] | SET n[z[0]] = datetime(z[1]))",
        delete="UNWIND $keys AS key MATCH (n:RequestLine {id: key}) DETACH DELETE n",
    ),
    NodeKind(
        label="Attachment",
        key="id",
        keys="MATCH (n:Attachment) WITH n.id AS key LIMIT $limit RETURN collect(key) AS keys",
        page="MATCH (n:Attachment) WHERE n.id >= $low AND n.id <= $high "
        "RETURN collect(properties(n)) AS nodes",
        create="UNWIND $rows AS r CREATE (n:Attachment) SET n = r[0] "
        "FOREACH (z IN r[1] | SET n[z[0]] = datetime(z[1]))",
        delete="UNWIND $keys AS key MATCH (n:Attachment {id: key}) DETACH DELETE n",
    ),
    NodeKind(
        label="Ranking",
        key="id",
        keys="MATCH (n:Ranking) WITH n.id AS key LIMIT $limit RETURN collect(key) AS keys",
        page="MATCH (n:Ranking) WHERE n.id >= $low AND n.id <= $high "
        "RETURN collect(properties(n)) AS nodes",
        create="UNWIND $rows AS r CREATE (n:Ranking) SET n = r[0] "
        "FOREACH (z IN r[1] | SET n[z[0]] = datetime(z[1]))",
        delete="UNWIND $keys AS key MATCH (n:Ranking {id: key}) DETACH DELETE n",
    ),
    NodeKind(
        label="Bid",
        key="id",
        keys="MATCH (n:Bid) WITH n.id AS key LIMIT $limit RETURN collect(key) AS keys",
        page="MATCH (n:Bid) WHERE n.id >= $low AND n.id <= $high "
        "RETURN collect(properties(n)) AS nodes",
        create="UNWIND $rows AS r CREATE (n:Bid) SET n = r[0] "
        "FOREACH (z IN r[1] | SET n[z[0]] = datetime(z[1]))",
        delete="UNWIND $keys AS key MATCH (n:Bid {id: key}) DETACH DELETE n",
    ),
    NodeKind(
        label="BidLine",
        key="id",
        keys="MATCH (n:BidLine) WITH n.id AS key LIMIT $limit RETURN collect(key) AS keys",
        page="MATCH (n:BidLine) WHERE n.id >= $low AND n.id <= $high "
        "RETURN collect(properties(n)) AS nodes",
        create="UNWIND $rows AS r CREATE (n:BidLine) SET n = r[0] "
        "FOREACH (z IN r[1] | SET n[z[0]] = datetime(z[1]))",
        delete="UNWIND $keys AS key MATCH (n:BidLine {id: key}) DETACH DELETE n",
    ),
    NodeKind(
        label="AwardStudy",
        key="id",
        keys="MATCH (n:AwardStudy) WITH n.id AS key LIMIT $limit RETURN collect(key) AS keys",
        page="MATCH (n:AwardStudy) WHERE n.id >= $low AND n.id <= $high "
        "RETURN collect(properties(n)) AS nodes",
        create="UNWIND $rows AS r CREATE (n:AwardStudy) SET n = r[0] "
        "FOREACH (z IN r[1] | SET n[z[0]] = datetime(z[1]))",
        delete="UNWIND $keys AS key MATCH (n:AwardStudy {id: key}) DETACH DELETE n",
    ),
    NodeKind(
        label="AwardScenario",
        key="id",
        keys="MATCH (n:AwardScenario) WITH n.id AS key LIMIT $limit RETURN collect(key) AS keys",
        page="MATCH (n:AwardScenario) WHERE n.id >= $low AND n.id <= $high "
        "RETURN collect(properties(n)) AS nodes",
        create="UNWIND $rows AS r CREATE (n:AwardScenario) SET n = r[0] "
        "FOREACH (z IN r[1] | SET n[z[0]] = datetime(z[1]))",
        delete="UNWIND $keys AS key MATCH (n:AwardScenario {id: key}) DETACH DELETE n",
    ),
    NodeKind(
        label="Award",
        key="id",
        keys="MATCH (n:Award) WITH n.id AS key LIMIT $limit RETURN collect(key) AS keys",
        page="MATCH (n:Award) WHERE n.id >= $low AND n.id <= $high "
        "RETURN collect(properties(n)) AS nodes",
        create="UNWIND $rows AS r CREATE (n:Award) SET n = r[0] "
        "FOREACH (z IN r[1] | SET n[z[0]] = datetime(z[1]))",
        delete="UNWIND $keys AS key MATCH (n:Award {id: key}) DETACH DELETE n",
    ),
    NodeKind(
        label="Order",
        key="id",
        keys="MATCH (n:Order) WITH n.id AS key LIMIT $limit RETURN collect(key) AS keys",
        page="MATCH (n:Order) WHERE n.id >= $low AND n.id <= $high "
        "RETURN collect(properties(n)) AS nodes",
        create="UNWIND $rows AS r CREATE (n:Order) SET n = r[0] "
        "FOREACH (z IN r[1] | SET n[z[0]] = datetime(z[1]))",
        delete="UNWIND $keys AS key MATCH (n:Order {id: key}) DETACH DELETE n",
    ),
    NodeKind(
        label="OrderLine",
        key="id",
        keys="MATCH (n:OrderLine) WITH n.id AS key LIMIT $limit RETURN collect(key) AS keys",
        page="MATCH (n:OrderLine) WHERE n.id >= $low AND n.id <= $high "
        "RETURN collect(properties(n)) AS nodes",
        create="UNWIND $rows AS r CREATE (n:OrderLine) SET n = r[0] "
        "FOREACH (z IN r[1] | SET n[z[0]] = datetime(z[1]))",
        delete="UNWIND $keys AS key MATCH (n:OrderLine {id: key}) DETACH DELETE n",
    ),
    NodeKind(
        label="Shipment",
        key="id",
        keys="MATCH (n:Shipment) WITH n.id AS key LIMIT $limit RETURN collect(key) AS keys",
        page="MATCH (n:Shipment) WHERE n.id >= $low AND n.id <= $high "
        "RETURN collect(properties(n)) AS nodes",
        create="UNWIND $rows AS r CREATE (n:Shipment) SET n = r[0] "
        "FOREACH (z IN r[1] | SET n[z[0]] = datetime(z[1]))",
        delete="UNWIND $keys AS key MATCH (n:Shipment {id: key}) DETACH DELETE n",
        fresh="UNWIND $keys AS key MATCH (n:Shipment {id: key}) "
        "RETURN collect(properties(n)) AS read",
    ),
    NodeKind(
        label="Receipt",
        key="id",
        keys="MATCH (n:Receipt) WITH n.id AS key LIMIT $limit RETURN collect(key) AS keys",
        page="MATCH (n:Receipt) WHERE n.id >= $low AND n.id <= $high "
        "RETURN collect(properties(n)) AS nodes",
        create="UNWIND $rows AS r CREATE (n:Receipt) SET n = r[0] "
        "FOREACH (z IN r[1] | SET n[z[0]] = datetime(z[1]))",
        delete="UNWIND $keys AS key MATCH (n:Receipt {id: key}) DETACH DELETE n",
        fresh="UNWIND $keys AS key MATCH (n:Receipt {id: key}) "
        "RETURN collect(properties(n)) AS read",
    ),
    NodeKind(
        label="Booking",
        key="id",
        keys="MATCH (n:Booking) WITH n.id AS key LIMIT $limit RETURN collect(key) AS keys",
        page="MATCH (n:Booking) WHERE n.id >= $low AND n.id <= $high "
        "RETURN collect(properties(n)) AS nodes",
        create="UNWIND $rows AS r CREATE (n:Booking) SET n = r[0] "
        "FOREACH (z IN r[1] | SET n[z[0]] = datetime(z[1]))",
        delete="UNWIND $keys AS key MATCH (n:Booking {id: key}) DETACH DELETE n",
    ),
    NodeKind(
        label="Hold",
        key="id",
        keys="MATCH (n:Hold) WITH n.id AS key LIMIT $limit RETURN collect(key) AS keys",
        page="MATCH (n:Hold) WHERE n.id >= $low AND n.id <= $high "
        "RETURN collect(properties(n)) AS nodes",
        create="UNWIND $rows AS r CREATE (n:Hold) SET n = r[0] "
        "FOREACH (z IN r[1] | SET n[z[0]] = datetime(z[1]))",
        delete="UNWIND $keys AS key MATCH (n:Hold {id: key}) DETACH DELETE n",
    ),
    NodeKind(
        label="Ledger",
        key="id",
        keys="MATCH (n:Ledger) WITH n.id AS key LIMIT $limit RETURN collect(key) AS keys",
        page="MATCH (n:Ledger) WHERE n.id >= $low AND n.id <= $high "
        "RETURN collect(properties(n)) AS nodes",
        create="UNWIND $rows AS r CREATE (n:Ledger) SET n = r[0] "
        "FOREACH (z IN r[1] | SET n[z[0]] = datetime(z[1]))",
        delete="UNWIND $keys AS key MATCH (n:Ledger {id: key}) DETACH DELETE n",
    ),
    NodeKind(
        label="Event",
        key="id",
        keys="MATCH (n:Event) WITH n.id AS key LIMIT $limit RETURN collect(key) AS keys",
        page="MATCH (n:Event) WHERE n.id >= $low AND n.id <= $high "
        "RETURN collect(properties(n)) AS nodes",
        create="UNWIND $rows AS r CREATE (n:Event) SET n = r[0] "
        "FOREACH (z IN r[1] | SET n[z[0]] = datetime(z[1]))",
        delete="UNWIND $keys AS key MATCH (n:Event {id: key}) DETACH DELETE n",
        fresh="UNWIND $keys AS key MATCH (n:Event {id: key}) RETURN collect(properties(n)) AS read",
    ),
    NodeKind(
        label="Job",
        key="id",
        keys="MATCH (n:Job) WITH n.id AS key LIMIT $limit RETURN collect(key) AS keys",
        page="MATCH (n:Job) WHERE n.id >= $low AND n.id <= $high "
        "RETURN collect(properties(n)) AS nodes",
        create="UNWIND $rows AS r CREATE (n:Job) SET n = r[0] "
        "FOREACH (z IN r[1] | SET n[z[0]] = datetime(z[1]))",
        delete="UNWIND $keys AS key MATCH (n:Job {id: key}) DETACH DELETE n",
    ),
    NodeKind(
        label="OpenDelivery",
        key="id",
        keys="MATCH (n:OpenDelivery) WITH n.id AS key LIMIT $limit RETURN collect(key) AS keys",
        page="MATCH (n:OpenDelivery) WHERE n.id >= $low AND n.id <= $high "
        "RETURN collect(properties(n)) AS nodes",
        create="UNWIND $rows AS r CREATE (n:OpenDelivery) SET n = r[0] "
        "FOREACH (z IN r[1] | SET n[z[0]] = datetime(z[1]))",
        delete="UNWIND $keys AS key MATCH (n:OpenDelivery {id: key}) DETACH DELETE n",
    ),
    NodeKind(
        label="OpenOffer",
        key="id",
        keys="MATCH (n:OpenOffer) WITH n.id AS key LIMIT $limit RETURN collect(key) AS keys",
        page="MATCH (n:OpenOffer) WHERE n.id >= $low AND n.id <= $high "
        "RETURN collect(properties(n)) AS nodes",
        create="UNWIND $rows AS r CREATE (n:OpenOffer) SET n = r[0] "
        "FOREACH (z IN r[1] | SET n[z[0]] = datetime(z[1]))",
        delete="UNWIND $keys AS key MATCH (n:OpenOffer {id: key}) DETACH DELETE n",
    ),
    NodeKind(
        label="Tray",
        key="id",
        keys="MATCH (n:Tray) WITH n.id AS key LIMIT $limit RETURN collect(key) AS keys",
        page="MATCH (n:Tray) WHERE n.id >= $low AND n.id <= $high "
        "RETURN collect(properties(n)) AS nodes",
        create="UNWIND $rows AS r CREATE (n:Tray) SET n = r[0] "
        "FOREACH (z IN r[1] | SET n[z[0]] = datetime(z[1]))",
        delete="UNWIND $keys AS key MATCH (n:Tray {id: key}) DETACH DELETE n",
    ),
    NodeKind(
        label="TrayNote",
        key="id",
        keys="MATCH (n:TrayNote) WITH n.id AS key LIMIT $limit RETURN collect(key) AS keys",
        page="MATCH (n:TrayNote) WHERE n.id >= $low AND n.id <= $high "
        "RETURN collect(properties(n)) AS nodes",
        create="UNWIND $rows AS r CREATE (n:TrayNote) SET n = r[0] "
        "FOREACH (z IN r[1] | SET n[z[0]] = datetime(z[1]))",
        delete="UNWIND $keys AS key MATCH (n:TrayNote {id: key}) DETACH DELETE n",
    ),
    NodeKind(
        label="OpenDeadline",
        key="id",
        keys="MATCH (n:OpenDeadline) WITH n.id AS key LIMIT $limit RETURN collect(key) AS keys",
        page="MATCH (n:OpenDeadline) WHERE n.id >= $low AND n.id <= $high "
        "RETURN collect(properties(n)) AS nodes",
        create="UNWIND $rows AS r CREATE (n:OpenDeadline) SET n = r[0] "
        "FOREACH (z IN r[1] | SET n[z[0]] = datetime(z[1]))",
        delete="UNWIND $keys AS key MATCH (n:OpenDeadline {id: key}) DETACH DELETE n",
    ),
    NodeKind(
        label="LiveJob",
        key="id",
        keys="MATCH (n:LiveJob) WITH n.id AS key LIMIT $limit RETURN collect(key) AS keys",
        page="MATCH (n:LiveJob) WHERE n.id >= $low AND n.id <= $high "
        "RETURN collect(properties(n)) AS nodes",
        create="UNWIND $rows AS r CREATE (n:LiveJob) SET n = r[0] "
        "FOREACH (z IN r[1] | SET n[z[0]] = datetime(z[1]))",
        delete="UNWIND $keys AS key MATCH (n:LiveJob {id: key}) DETACH DELETE n",
    ),
    NodeKind(
        label="Idem",
        key="key",
        keys="MATCH (n:Idem) WITH n.key AS key LIMIT $limit RETURN collect(key) AS keys",
        page="MATCH (n:Idem) WHERE n.key >= $low AND n.key <= $high "
        "RETURN collect(properties(n)) AS nodes",
        create="UNWIND $rows AS r CREATE (n:Idem) SET n = r[0] "
        "FOREACH (z IN r[1] | SET n[z[0]] = datetime(z[1]))",
        delete="UNWIND $keys AS key MATCH (n:Idem {key: key}) DETACH DELETE n",
        fresh="UNWIND $keys AS key MATCH (n:Idem {key: key}) RETURN collect(properties(n)) AS read",
    ),
    NodeKind(
        label="Upload",
        key="id",
        keys="MATCH (n:Upload) WITH n.id AS key LIMIT $limit RETURN collect(key) AS keys",
        page="MATCH (n:Upload) WHERE n.id >= $low AND n.id <= $high "
        "RETURN collect(properties(n)) AS nodes",
        create="UNWIND $rows AS r CREATE (n:Upload) SET n = r[0] "
        "FOREACH (z IN r[1] | SET n[z[0]] = datetime(z[1]))",
        delete="UNWIND $keys AS key MATCH (n:Upload {id: key}) DETACH DELETE n",
    ),
    NodeKind(
        label="ImportMapping",
        key="id",
        keys="MATCH (n:ImportMapping) WITH n.id AS key LIMIT $limit RETURN collect(key) AS keys",
        page="MATCH (n:ImportMapping) WHERE n.id >= $low AND n.id <= $high "
        "RETURN collect(properties(n)) AS nodes",
        create="UNWIND $rows AS r CREATE (n:ImportMapping) SET n = r[0] "
        "FOREACH (z IN r[1] | SET n[z[0]] = datetime(z[1]))",
        delete="UNWIND $keys AS key MATCH (n:ImportMapping {id: key}) DETACH DELETE n",
    ),
    NodeKind(
        label="Pending",
        key="id",
        keys="MATCH (n:Pending) WITH n.id AS key LIMIT $limit RETURN collect(key) AS keys",
        page="MATCH (n:Pending) WHERE n.id >= $low AND n.id <= $high "
        "RETURN collect(properties(n)) AS nodes",
        create="UNWIND $rows AS r CREATE (n:Pending) SET n = r[0] "
        "FOREACH (z IN r[1] | SET n[z[0]] = datetime(z[1]))",
        delete="UNWIND $keys AS key MATCH (n:Pending {id: key}) DETACH DELETE n",
    ),
    NodeKind(
        label="News",
        key="key",
        keys="MATCH (n:News) WITH n.key AS key LIMIT $limit RETURN collect(key) AS keys",
        page="MATCH (n:News) WHERE n.key >= $low AND n.key <= $high "
        "RETURN collect(properties(n)) AS nodes",
        create="UNWIND $rows AS r CREATE (n:News) SET n = r[0] "
        "FOREACH (z IN r[1] | SET n[z[0]] = datetime(z[1]))",
        delete="UNWIND $keys AS key MATCH (n:News {key: key}) DETACH DELETE n",
    ),
    NodeKind(
        label="JobTurn",
        key="id",
        keys="MATCH (n:JobTurn) WITH n.id AS key LIMIT $limit RETURN collect(key) AS keys",
        page="MATCH (n:JobTurn) WHERE n.id >= $low AND n.id <= $high "
        "RETURN collect(properties(n)) AS nodes",
        create="UNWIND $rows AS r CREATE (n:JobTurn) SET n = r[0] "
        "FOREACH (z IN r[1] | SET n[z[0]] = datetime(z[1]))",
        delete="UNWIND $keys AS key MATCH (n:JobTurn {id: key}) DETACH DELETE n",
    ),
    NodeKind(
        label="KeptFiles",
        key="id",
        keys="MATCH (n:KeptFiles) WITH n.id AS key LIMIT $limit RETURN collect(key) AS keys",
        page="MATCH (n:KeptFiles) WHERE n.id >= $low AND n.id <= $high "
        "RETURN collect(properties(n)) AS nodes",
        create="UNWIND $rows AS r CREATE (n:KeptFiles) SET n = r[0] "
        "FOREACH (z IN r[1] | SET n[z[0]] = datetime(z[1]))",
        delete="UNWIND $keys AS key MATCH (n:KeptFiles {id: key}) DETACH DELETE n",
    ),
)
