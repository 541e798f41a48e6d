// What a firm said of its files, by their shape. Uploads from before were written at once.

CREATE CONSTRAINT import_mapping_id IF NOT EXISTS FOR (n:ImportMapping) REQUIRE n.id IS UNIQUE;
CREATE INDEX import_mapping_firm IF NOT EXISTS FOR (n:ImportMapping) ON (n.firm_id);
