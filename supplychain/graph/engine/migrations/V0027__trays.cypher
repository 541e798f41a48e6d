// What waits for a firm lies in trays, small nodes found by their id, so that home and the lists of
// what waits cost the same whatever was traded before: the program fills them for what waits now and
// takes away the keys that were read until then. Memberships, invitations and claims of a firm have
// notes in its trays. Who works for a firm and what it leads is found by an index, not among all
// relations that its trade left.

CREATE CONSTRAINT tray_id IF NOT EXISTS FOR (n:Tray) REQUIRE n.id IS UNIQUE;
CREATE CONSTRAINT tray_note_id IF NOT EXISTS FOR (n:TrayNote) REQUIRE n.id IS UNIQUE;
CREATE INDEX user_firm IF NOT EXISTS FOR (n:User) ON (n.firm_id);
CREATE INDEX chain_leader IF NOT EXISTS FOR (n:Chain) ON (n.leader_id);
DROP INDEX order_waits_for IF EXISTS;
MATCH (u:User)-[:WORKS_FOR]->(f:Firm) WHERE u.firm_id IS NULL SET u.firm_id = f.id;
MATCH (c:Chain)<-[:LEADS]-(f:Firm) WHERE c.leader_id IS NULL SET c.leader_id = f.id;
