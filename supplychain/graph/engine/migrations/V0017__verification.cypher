// Firms by the form in which names are compared, by registration number, by who vouches for them
// and who brought them in, and those that are suspended. The program fills the folded names of
// firms that were there before.

CREATE INDEX firm_name_fold IF NOT EXISTS FOR (n:Firm) ON (n.name_fold);
CREATE INDEX firm_number_key IF NOT EXISTS FOR (n:Firm) ON (n.number_key);
CREATE INDEX firm_verified_by IF NOT EXISTS FOR (n:Firm) ON (n.verified_by);
CREATE INDEX firm_imported_by IF NOT EXISTS FOR (n:Firm) ON (n.imported_by);
CREATE INDEX firm_suspended_at IF NOT EXISTS FOR (n:Firm) ON (n.suspended_at);
