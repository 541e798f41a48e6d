// What is not delivered yet, so that what is overdue counts as late without a write as time passes;
// records by age. The program fills both from the ledger and the orders.

CREATE CONSTRAINT open_delivery_id IF NOT EXISTS FOR (n:OpenDelivery) REQUIRE n.id IS UNIQUE;
CREATE CONSTRAINT record_rule_id IF NOT EXISTS FOR (n:RecordRule) REQUIRE n.id IS UNIQUE;
CREATE INDEX open_delivery_category IF NOT EXISTS FOR (n:OpenDelivery) ON (n.category_id);
CREATE INDEX open_delivery_supplier IF NOT EXISTS FOR (n:OpenDelivery) ON (n.supplier_id);
CREATE INDEX open_delivery_buyer IF NOT EXISTS FOR (n:OpenDelivery) ON (n.buyer_id);
