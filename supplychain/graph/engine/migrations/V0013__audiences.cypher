// Firms that show to everybody; who read a firm's standing prices and capacity: found by the firm, and by the reader of a day.

CREATE CONSTRAINT look_id IF NOT EXISTS FOR (n:Look) REQUIRE n.id IS UNIQUE;
CREATE INDEX look_firm IF NOT EXISTS FOR (n:Look) ON (n.firm_id);
CREATE INDEX look_viewer IF NOT EXISTS FOR (n:Look) ON (n.viewer_id);
CREATE INDEX firm_open IF NOT EXISTS FOR (n:Firm) ON (n.open_kinds);
