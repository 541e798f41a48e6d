// Further sites of a firm, and hours that a piece of a part takes. What is booked and held of a capability in hours is kept in
// hours from here on; the program counts it anew. Everything else takes a piece for a piece.

CREATE CONSTRAINT part_hours_id IF NOT EXISTS FOR (n:PartHours) REQUIRE n.id IS UNIQUE;
CREATE INDEX part_hours_part IF NOT EXISTS FOR (n:PartHours) ON (n.part_id);
CREATE INDEX part_hours_firm IF NOT EXISTS FOR (n:PartHours) ON (n.firm_id);
CREATE INDEX part_hours_capability IF NOT EXISTS FOR (n:PartHours) ON (n.capability_id);
CREATE CONSTRAINT site_id IF NOT EXISTS FOR (n:Site) REQUIRE n.id IS UNIQUE;
MATCH (b:Booking) WHERE b.work IS NULL
SET b.work = b.quantity;
MATCH (h:Hold) WHERE h.work IS NULL
SET h.work = h.quantity;
