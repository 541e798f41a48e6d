// What was done costs nothing: events that wait are nodes of their own, news and lists are read by
// keys, chains know the instant of their oldest event that is not archived. The program fills them
// for what was there before.

CREATE CONSTRAINT pending_id IF NOT EXISTS FOR (n:Pending) REQUIRE n.id IS UNIQUE;
CREATE CONSTRAINT news_key IF NOT EXISTS FOR (n:News) REQUIRE n.key IS UNIQUE;
CREATE INDEX ledger_oldest IF NOT EXISTS FOR (n:Ledger) ON (n.oldest_at);
CREATE INDEX order_buyer_key IF NOT EXISTS FOR (n:Order) ON (n.buyer_key);
CREATE INDEX order_supplier_key IF NOT EXISTS FOR (n:Order) ON (n.supplier_key);
CREATE INDEX order_share_key IF NOT EXISTS FOR (n:Order) ON (n.share_key);
CREATE INDEX order_buyer_state IF NOT EXISTS FOR (n:Order) ON (n.buyer_state);
CREATE INDEX order_supplier_state IF NOT EXISTS FOR (n:Order) ON (n.supplier_state);
CREATE INDEX order_waits_for IF NOT EXISTS FOR (n:Order) ON (n.waits_for);
CREATE INDEX request_key IF NOT EXISTS FOR (n:PartsRequest) ON (n.list_key);
CREATE INDEX request_state_key IF NOT EXISTS FOR (n:PartsRequest) ON (n.state_key);
CREATE INDEX bid_key IF NOT EXISTS FOR (n:Bid) ON (n.list_key);
CREATE INDEX bid_state_key IF NOT EXISTS FOR (n:Bid) ON (n.state_key);
CREATE INDEX mail_created IF NOT EXISTS FOR (n:Mail) ON (n.created_at);
CREATE INDEX job_ended IF NOT EXISTS FOR (n:Job) ON (n.ended_at);
CREATE INDEX look_day IF NOT EXISTS FOR (n:Look) ON (n.day);
CREATE INDEX look_key IF NOT EXISTS FOR (n:Look) ON (n.list_key);
