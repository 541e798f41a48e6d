// What a firm keeps in files is summed before more is taken: one node a firm is the lock for that.

CREATE CONSTRAINT kept_files_id IF NOT EXISTS FOR (n:KeptFiles) REQUIRE n.id IS UNIQUE;
CREATE INDEX attachment_firm IF NOT EXISTS FOR (n:Attachment) ON (n.firm_id);
MATCH (b:Firm)-[:POSTED]->(:PartsRequest)-[:HAS_FILE]->(a:Attachment)
WHERE a.firm_id IS NULL
SET a.firm_id = b.id;
