// Orders are looked up by the root of their shares, by who buys, and by who bought at the root.

CREATE INDEX order_root IF NOT EXISTS FOR (n:Order) ON (n.root_id);
CREATE INDEX order_buyer IF NOT EXISTS FOR (n:Order) ON (n.buyer_id);
CREATE INDEX order_root_buyer IF NOT EXISTS FOR (n:Order) ON (n.root_buyer_id);
