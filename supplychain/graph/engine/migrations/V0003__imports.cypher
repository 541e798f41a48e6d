// Uploads are listed by their firm, newest first.

CREATE INDEX upload_firm IF NOT EXISTS FOR (n:Upload) ON (n.firm_id);
