// Deliveries as claims: batches of imports, what a batch replaced, what a buyer's own rankings add.

CREATE CONSTRAINT delivery_batch_id IF NOT EXISTS FOR (n:DeliveryBatch) REQUIRE n.id IS UNIQUE;
CREATE CONSTRAINT replaced_delivery_id IF NOT EXISTS FOR (n:ReplacedDelivery) REQUIRE n.id IS UNIQUE;
CREATE CONSTRAINT buyer_record_id IF NOT EXISTS FOR (n:BuyerRecord) REQUIRE n.id IS UNIQUE;
CREATE INDEX delivery_batch IF NOT EXISTS FOR (n:Delivery) ON (n.batch_id);
CREATE INDEX delivery_batch_firm IF NOT EXISTS FOR (n:DeliveryBatch) ON (n.firm_id);
CREATE INDEX delivery_batch_state IF NOT EXISTS FOR (n:DeliveryBatch) ON (n.state);
CREATE INDEX replaced_delivery_batch IF NOT EXISTS FOR (n:ReplacedDelivery) ON (n.batch_id);
CREATE INDEX replaced_delivery_before IF NOT EXISTS FOR (n:ReplacedDelivery) ON (n.was_batch_id);
CREATE INDEX buyer_record_buyer IF NOT EXISTS FOR (n:BuyerRecord) ON (n.buyer_id);
CREATE INDEX buyer_record_capability IF NOT EXISTS FOR (n:BuyerRecord) ON (n.capability_id);
CREATE INDEX firm_word_state IF NOT EXISTS FOR (n:Firm) ON (n.word_state);
