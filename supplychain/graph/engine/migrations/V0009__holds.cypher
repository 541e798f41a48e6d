// Capacity that bids hold: by bid, by request, by firm, and by the day on which it ends.

CREATE CONSTRAINT hold_id IF NOT EXISTS FOR (n:Hold) REQUIRE n.id IS UNIQUE;
CREATE INDEX hold_bid IF NOT EXISTS FOR (n:Hold) ON (n.bid_id);
CREATE INDEX hold_request IF NOT EXISTS FOR (n:Hold) ON (n.request_id);
CREATE INDEX hold_buyer IF NOT EXISTS FOR (n:Hold) ON (n.buyer_id);
CREATE INDEX hold_firm IF NOT EXISTS FOR (n:Hold) ON (n.firm_id);
CREATE INDEX hold_ends_on IF NOT EXISTS FOR (n:Hold) ON (n.ends_on);
