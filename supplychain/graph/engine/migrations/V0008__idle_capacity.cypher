// Idle capacity is one node a posting, looked up by its firm.

CREATE CONSTRAINT idle_capacity_id IF NOT EXISTS FOR (n:IdleCapacity) REQUIRE n.id IS UNIQUE;
CREATE INDEX idle_capacity_firm IF NOT EXISTS FOR (n:IdleCapacity) ON (n.firm_id);
